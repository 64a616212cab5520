"""The house rules a machine can keep. A rule looks at one file and says, for each sin, where it is and what to do."""

import ast
import re
from collections.abc import Callable, Iterator

from tests.rules.sources import Source

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
LINE_MAX = 120

BANNED = {
    "manager", "helper", "helpers", "util", "utils", "common", "base", "core", "misc", "data", "info", "processor",
    "service",
}  # fmt: skip
# Written so that this file does not sin itself.
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|HAC[K])\b")
REGISTRY_HOST = re.compile(r"py[p]i\.org|python[h]osted\.org|npm[j]s\.(org|com)|index-ur[l]|find-link[s]|/simpl[e]/")
MACHINE_PATH = re.compile(r"(?<![\w.~<}{-])/(?:wor[k]|roo[t]|hom[e]|op[t]|User[s]|mn[t])/[\w.-]+|[A-Z]:\\\\?User[s]")
MAKER = re.compile(
    r"clau[d]e|anthro[p]ic|open[a]i\b|chat[g]pt|copi[l]ot|language mode[l]|\bL[L]Ms?\b|co-author[e]d-by|brief\.m[d]"
    r"|generated (?:by|with) (?:an? )?a[i]\b|\bthe lea[d] (?:writes|commits|integrates)|other worker[s] (?:write|own)",
    re.IGNORECASE,
)
SENTENCE_WORDS_MIN = 3
# Of a method that a library calls by this name.
GIVEN_NAMES = {"data_received"}

Rule = Callable[[Source], Iterator[str]]


def short_files(source: Source) -> Iterator[str]:
    """A file holds one thing and fits into a head."""
    if source.is_python and len(source.lines) > FILE_LINES_MAX:
        yield f"{len(source.lines)} lines; at most {FILE_LINES_MAX}: split it by the business word each part is about"


def short_functions(source: Source) -> Iterator[str]:
    """A function does one thing and fits on a screen."""
    for function in _functions(source):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > FUNCTION_LINES_MAX:
            yield (
                f"line {function.lineno}: {function.name} has {length} lines; at most {FUNCTION_LINES_MAX}: "
                "name its steps and call them"
            )


def short_lines(source: Source) -> Iterator[str]:
    """A line fits beside its difference."""
    if not source.path.endswith((".py", ".toml", ".sql", ".sh")) and source.path != "Makefile":
        return
    for number, line in enumerate(source.lines, 1):
        if len(line) > LINE_MAX and source.path not in {"pyproject.toml", "Makefile"}:
            yield f"line {number}: {len(line)} characters; at most {LINE_MAX}: break it"


def telling_names(source: Source) -> Iterator[str]:
    """A name says what a thing holds or does; these words say nothing."""
    if not source.is_python:
        return
    named = [(1, part.removesuffix(".py")) for part in source.path.split("/")]
    named += [(node.lineno, node.name) for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)]
    named += [(function.lineno, function.name) for function in _functions(source)]
    for line, name in named:
        if name not in GIVEN_NAMES and (empty := BANNED.intersection(_words(name))):
            yield f"line {line}: {name} says {sorted(empty)[0]!r}: name it after what it holds or does"


def docstrings(source: Source) -> Iterator[str]:
    """Everything public says what it is for."""
    if not source.is_python or source.is_test:
        return
    if not ast.get_docstring(source.tree):
        yield "the module has no docstring: say in one sentence what it is for"
    for node in _public(source.tree):
        if not (ast.get_docstring(node) or "").strip():
            yield f"line {node.lineno}: {node.name} has no docstring: say in one sentence what it is for"


def finished(source: Source) -> Iterator[str]:
    """What is committed is finished."""
    for number, line in enumerate(source.lines, 1):
        if found := UNFINISHED.search(line):
            yield f"line {number}: {found[0]}: do it, or file an issue and leave no mark"


def no_registry_hosts(source: Source) -> Iterator[str]:
    """Locks hold versions and hashes; where packages come from is the machine's business (decision 0002)."""
    if source.path == "uv.lock":
        return
    for number, line in enumerate(source.lines, 1):
        if found := REGISTRY_HOST.search(line):
            yield f"line {number}: {found[0]}: name no package registry; `make lock` writes locks without"


def no_machine_paths(source: Source) -> Iterator[str]:
    """Nothing depends on where somebody keeps things."""
    for number, line in enumerate(source.lines, 1):
        if found := MACHINE_PATH.search(line):
            yield f"line {number}: {found[0]}: say it relative to the repository, or take it as a setting"


def no_swallowed_errors(source: Source) -> Iterator[str]:
    """An error is answered or raised, never dropped."""
    if not source.is_python:
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        if node.type is None:
            yield f"line {node.lineno}: bare except: name what you expect"
        elif isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"} and _empty(node.body):
            yield f"line {node.lineno}: {node.type.id} dropped: name what you expect, and say why it may be dropped"


def no_sleeping_tests(source: Source) -> Iterator[str]:
    """A test waits for a thing, not for a while."""
    if not (source.is_python and source.is_test):
        return
    from_time = {
        alias.asname or alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and _sleeps(node.func, from_time):
            yield f"line {node.lineno}: time.sleep: wait for the event itself, or turn the virtual clock"


def no_makers(source: Source) -> Iterator[str]:
    """The files speak of the product, not of who or what wrote them."""
    for number, line in enumerate(source.lines, 1):
        if found := MAKER.search(line):
            yield f"line {number}: {found[0]!r}: speak of the product, not of how it was made"


def tests_test(source: Source) -> Iterator[str]:
    """A test file has tests, and each is named as a sentence."""
    name = source.path.rsplit("/", 1)[-1]
    if not (source.is_python and source.is_test and name.startswith("test_")):
        return
    tests = [function for function in _functions(source) if function.name.startswith("test_")]
    inherited = any(isinstance(node, ast.ClassDef) and node.name.startswith("Test") for node in ast.walk(source.tree))
    if not tests and not inherited:
        yield "no test in it: write one, or name the file without test_"
    for test in tests:
        if len(test.name.split("_")) - 1 < SENTENCE_WORDS_MIN:
            yield f"line {test.lineno}: {test.name}: make the name a sentence that is true when the test passes"


RULES: tuple[Rule, ...] = (
    short_files,
    short_functions,
    short_lines,
    telling_names,
    docstrings,
    finished,
    no_registry_hosts,
    no_machine_paths,
    no_swallowed_errors,
    no_sleeping_tests,
    no_makers,
    tests_test,
)


def _functions(source: Source) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    if not source.is_python:
        return []
    return [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _public(
    node: ast.Module | ast.ClassDef,
) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from _public(child)


def _words(name: str) -> list[str]:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("-", "_").split("_")


def _empty(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(node, ast.Pass | ast.Continue)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in body
    )


def _sleeps(called: ast.expr, from_time: set[str]) -> bool:
    match called:
        case ast.Attribute(value=ast.Name(id="time"), attr="sleep"):
            return True
        case ast.Name(id=name):
            return name == "sleep" and name in from_time
    return False
