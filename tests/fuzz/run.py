"""Feed a reader with ever stranger bytes, guided by which code they reach; what breaks it is kept beside the tests.

`make fuzz PARSER=x12 SECONDS=600`. Files that break something are put into ``tests/fuzz/found/<parser>/``, where the
ordinary tests run them for ever after; the interesting ones are kept in ``tests/fuzz/out/`` for the next run.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
BYTES_MAX = 8_192
SECONDS_MAX = 20
MEMORY_MB_MAX = 1_024
_FOUND_MAX = 20


def main() -> None:
    """Parse the command line; fuzz one parser, or all in turn."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("parser", help="its name, or: all")
    given.add_argument("--seconds", type=int, default=60)
    given.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked, rest = given.parse_known_args()
    if asked.child:
        _feed(asked.parser, rest)
        return
    from tests.fuzz.readers import READERS

    if asked.parser != "all" and asked.parser not in READERS:
        sys.exit(f"There is no parser {asked.parser!r}. Known are: {', '.join(READERS)}.")
    found = [_fuzz(name, asked.seconds) for name in (READERS if asked.parser == "all" else [asked.parser])]
    sys.exit(1 if any(found) else 0)


def _fuzz(name: str, seconds: int) -> int:
    """Run for so long, starting again after each find; return how many files broke the parser."""
    out = HERE / "out" / name
    corpus, artifacts = out / "corpus", out / "broken"
    shutil.rmtree(artifacts, ignore_errors=True)
    for folder in (corpus, artifacts):
        folder.mkdir(parents=True, exist_ok=True)
    _sow(name, out)
    end, log = time.monotonic() + seconds, out / "log.txt"
    log.write_bytes(b"")
    found: set[str] = set()
    while (left := int(end - time.monotonic())) > 0 and len(found) < _FOUND_MAX:
        with log.open("ab") as to:
            subprocess.run(_command(name, left, corpus, artifacts, out), stdout=to, stderr=to, check=False)
        kept = _keep(name, artifacts)
        if not kept:
            break
        found |= kept
    print(f"{name}: {_last(log)}; {len(found)} broke it" + (f", see {log}" if found else ""))
    return len(found)


def _command(name: str, left: int, corpus: Path, artifacts: Path, out: Path) -> list[str]:
    return [
        *("nice", "-n", "19", sys.executable, "-m", "tests.fuzz.run", name, "--child"),
        *(f"-max_total_time={left}", f"-max_len={BYTES_MAX}", f"-timeout={SECONDS_MAX}"),
        *(f"-rss_limit_mb={MEMORY_MB_MAX}", f"-dict={out / 'words.dict'}", f"-artifact_prefix={artifacts}/"),
        *("-print_final_stats=1", "-len_control=20", str(corpus)),
    ]


def _sow(name: str, out: Path) -> None:
    from tests.fuzz.seeds import WORDS, seeds

    for body in seeds(name):
        (out / "corpus" / hashlib.sha256(body).hexdigest()[:16]).write_bytes(body)
    words = [word.replace('"', '\\"') if "\\x" not in word else word for word in WORDS[name]]
    (out / "words.dict").write_text("".join(f'"{word}"\n' for word in words), encoding="utf-8")


def _keep(name: str, artifacts: Path) -> set[str]:
    """Move what broke the parser to the tests; return under which names. A slow unit that passed is no break."""
    kept: set[str] = set()
    for one in artifacts.iterdir():
        if not one.name.startswith("slow-unit"):
            folder = HERE / "found" / name
            folder.mkdir(parents=True, exist_ok=True)
            body = one.read_bytes()
            target = folder / hashlib.sha256(body).hexdigest()[:16]
            target.write_bytes(body)
            kept.add(target.name)
        one.unlink()
    return kept


def _last(log: Path) -> str:
    """Return how far it came: runs and coverage, of the last start."""
    lines = log.read_text("utf-8", "replace").splitlines()
    runs = sum(int(line.split()[-1]) for line in lines if line.startswith("stat::number_of_executed_units"))
    cover = next((line for line in reversed(lines) if " cov: " in line), "no coverage")
    return f"{runs:,} runs, cov {cover.partition(' cov: ')[2].split(' ', 1)[0] or '?'}"


def _feed(name: str, options: list[str]) -> None:
    """Be the child: watch our own code, and give it bytes until the time is over."""
    import atheris

    with atheris.instrument_imports(include=["tradelane"]):
        from tests.fuzz.readers import READERS, SLACK, bounded

    reader = READERS[name]
    for body in _corpus(options):
        reader(body)  # What is compiled or imported at first use counts against nobody.
    broken = Path(next(option.partition("=")[2] for option in options if option.startswith("-artifact_prefix=")))

    def watched(body: bytes) -> None:
        try:
            bounded(reader, body, SLACK)
        except BaseException:
            # The fuzzer keeps it too, but not where the way out of the process is cut short.
            (broken / f"raised-{hashlib.sha256(body).hexdigest()[:16]}").write_bytes(body)
            raise

    atheris.Setup([sys.argv[0], *options], watched)
    atheris.Fuzz()


def _corpus(options: list[str]) -> list[bytes]:
    folder = Path(options[-1])
    return [one.read_bytes() for one in sorted(folder.iterdir())[:50]]


if __name__ == "__main__":
    os.chdir(HERE.parents[1])
    main()
