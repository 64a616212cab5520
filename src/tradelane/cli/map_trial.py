"""Try a map on its samples, as often as it is changed: each sample with what somebody said it means."""

import json as json_text
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from tradelane.cli.options import Json
from tradelane.cli.sample import SAMPLE_AT, Name, named_map
from tradelane.cli.say import Trouble, as_json, err, out, plain
from tradelane.cli.source import contents
from tradelane.cli.tree import MARKS
from tradelane.library import Envelope
from tradelane.library.trial import Trial, trial
from tradelane.views.glossary import counted

EXPECTED = ".expected.json"
ASIDE = (EXPECTED, ".send.json", ".toml", ".md", ".txt~")
Samples = Annotated[
    Path | None, Parameter(help="A sample, or a folder of them; without it samples/ beside the map or above it.")
]
Accept = Annotated[bool, Parameter(help="Keep what the samples mean now as what they should mean. Look it over first.")]


def try_samples(map: Name, samples: Samples = None, /, *, accept: Accept = False, json: Json = False) -> None:
    """Read every sample with a map, compare it with NAME.expected.json beside it, write it and read it again."""
    its_map = named_map(map)
    paths = _samples(Path(map), samples)
    results: list[Trial] = []
    for path in paths:
        expected = path.with_name(path.stem + EXPECTED)
        if accept:
            _keep(expected, trial(its_map, path.name, contents(path), None, _envelope()))
        wanted = contents(expected) if expected.is_file() else None
        results.append(trial(its_map, path.name, contents(path), wanted, _envelope()))
    if json:
        as_json([{"name": one.name, "passed": one.passed, "findings": one.findings} for one in results])
    else:
        _show(results)
    failed = sum(not one.passed for one in results)
    if failed:
        raise Trouble(f"{failed} of {counted(len(results), 'sample')} not as expected.")


def _envelope() -> Envelope:
    return Envelope(at=SAMPLE_AT)


def _samples(map: Path, given: Path | None) -> list[Path]:
    """Return the samples in turn; where they are looked for is said when there are none."""
    if given is not None and given.is_file():
        return [given]
    places = [given] if given is not None else [map.parent / "samples", map.parent.parent / "samples"]
    folder = next((place for place in places if place.is_dir()), None)
    if folder is None:
        looked = " or ".join(str(place) for place in places)
        raise Trouble(f"There are no samples in {looked}. Put a file the partner sends there, or name one.")
    found = [path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith(".")]
    found = [path for path in found if not path.name.endswith(ASIDE)]
    if not found:
        raise Trouble(f"There is no sample in {folder}. Put a file the partner sends there.")
    return found


def _keep(expected: Path, found: Trial) -> None:
    if not found.documents:
        return
    said = [json_text.loads(msgspec.json.encode(document)) for document in found.documents]
    text = json_text.dumps(said[0] if len(said) == 1 else said, indent=2, ensure_ascii=False)
    try:
        expected.write_text(text + "\n", "utf-8")
    except OSError as error:
        raise Trouble(f"{expected} cannot be written: {error.strerror}.") from None
    err.print(f"[dim]kept: {plain(str(expected))}[/]", soft_wrap=True)


def _show(results: Sequence[Trial]) -> None:
    for one in results:
        mark = "[green]✓[/]" if one.passed else "[red]✗[/]"
        out.print(f"{mark} {plain(one.name)}  [dim]{counted(len(one.documents), 'document')}[/]", soft_wrap=True)
        for finding in one.findings:
            out.print(f"    {MARKS[finding.severity]} {plain(str(finding))}", soft_wrap=True)
