# Two commands matter: `make demo` shows it, `make test` checks it. `make help` names the others.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
BENCH_READY := .venv/.ready-bench
FUZZ_READY := .venv/.ready-fuzz
CONSOLE_READY := .venv/.ready-console
# How many processes run the tests, and what else pytest should be told: make test JOBS=0 TESTS="tests/domain -x"
JOBS ?= 2
TESTS ?=
PYTEST := $(BIN)/python -m pytest
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help console screenshots demo test test-long check lint types imports tidy format bench fuzz docs corpora contracts wheel lock clean

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r name says; do printf '  make %-10s %s\n' "$$name" "$$says"; done

$(READY): requirements.lock pyproject.toml scripts/install scripts/compile_c.py $(wildcard src/tradelane/*/compiled/* src/tradelane/*/*/compiled/*)
	@scripts/install requirements.lock
	@touch $@

$(BENCH_READY): $(READY) requirements-bench.lock
	@scripts/install requirements-bench.lock
	@touch $@

$(FUZZ_READY): $(READY) requirements-fuzz.lock
	@scripts/install requirements-fuzz.lock
	@touch $@

$(CONSOLE_READY): $(READY) scripts/build_console.py contracts/openapi.json contracts/glossary.json $(shell find ui -type f -not -path '*/node_modules/*' -not -name schema.gen.ts)
	@$(BIN)/python scripts/build_console.py
	@touch $@

console: $(CONSOLE_READY) ## build the console's pages from ui/

demo: $(READY) ## start everything and watch orders live; ORDERS=50 runs fifty to their end and checks the sums
	@$(MAKE) --silent console || echo "Going on without building the pages."
	@$(BIN)/tradelane demo $(if $(ORDERS),--orders $(ORDERS) --exit)

test: check $(CONSOLE_READY) ## lint, types, import contracts, and all tests but the long ones
	@$(PYTEST) -n $(JOBS) --dist loadfile $(TESTS)

test-long: $(READY) ## the killer, the simulation over many seeds, and all else that takes minutes
	@$(PYTEST) -m long --timeout 3600 $(TESTS)

check: lint types imports

lint: $(CONSOLE_READY) ## style and formatting, and the house rules in tests/rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@if [ -x ui/node_modules/.bin/prettier ]; then cd ui && node_modules/.bin/prettier --check . --log-level warn; fi

types: $(READY) ## check the types
	@$(BIN)/basedpyright

imports: $(READY) ## check who imports whom
	@$(BIN)/lint-imports --no-logo

tidy: $(READY) ## the house rules alone
	@$(PYTEST) tests/rules

format: $(READY) ## put the code into shape
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

screenshots: $(CONSOLE_READY) ## pictures of every page of the demo that runs at ADDRESS (http://127.0.0.1:8080)
	@$(BIN)/python -m scripts.screenshots $(or $(ADDRESS),http://127.0.0.1:8080) .tradelane/screenshots

bench: $(BENCH_READY) ## measure, beside the peers we compare with
	@$(BIN)/tradelane bench $(BENCH)

fuzz: $(FUZZ_READY) ## feed a reader strange bytes for as long as you say: make fuzz PARSER=x12 SECONDS=600
	@$(BIN)/python -m tests.fuzz.run $(or $(PARSER),all) --seconds $(or $(SECONDS),60)

contracts: $(READY) ## write contracts/ from the code; refuses a breaking change unless BREAK=yes
	@$(BIN)/python -m tradelane.testing.schemas contracts $(if $(BREAK),--accept-breaking)

docs: contracts ## write the reference pages from the code, and check every link
	@$(BIN)/python -m scripts.reference docs/reference
	@$(PYTEST) tests/rules/test_links.py

corpora: $(READY) ## count again what becomes of the real documents in ../shared/corpora, where they are
	@$(BIN)/python -m scripts.corpora ../shared/corpora docs/reference/corpora.json

wheel: $(READY) ## build the package
	@$(BIN)/python -m hatchling build -t wheel

# The locks say versions and hashes, never a host. Resolving for all our Pythons is part of writing them.
lock: $(READY) ## resolve the dependencies anew
	$(BIN)/uv lock --quiet
	$(BIN)/uv export --all-extras --group dev --no-emit-project --format requirements-txt -q --no-annotate --no-header >requirements.lock
	$(BIN)/uv export --only-group bench --no-emit-project --format requirements-txt -q --no-annotate --no-header >requirements-bench.lock
	$(BIN)/uv export --only-group fuzz --no-emit-project --format requirements-txt -q --no-annotate --no-header >requirements-fuzz.lock
	@! grep -n '://' requirements.lock requirements-bench.lock requirements-fuzz.lock

clean: ## remove what was built and installed; the demo's folder stays
	rm -rf .venv dist build .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
