"""A guide to a map as Markdown: what a partner is sent who asks what to put where. Pure."""

import json
from collections.abc import Iterator, Sequence

import msgspec

from tradelane.library.guide import Codes, Guide, Line, Part, Section
from tradelane.library.sample import Sample
from tradelane.views.glossary import document_words

_DEPTH = "&emsp;"


def markdown(guide: Guide, example: Sample | None) -> str:
    """Return the guide as a page; *example* was made from the map, so it is read as the page says."""
    return "\n".join(_page(guide, example)).rstrip() + "\n"


def laid_out(body: bytes, syntax: str) -> str:
    """Return a file as text, with a line for each segment where it has segments."""
    text = body.decode("utf-8", "replace").strip()
    if syntax in ("x12", "edifact") and "\n" not in text:
        sign = text[105:106] if syntax == "x12" else text[8:9] if text.startswith("UNA") else "'"
        text = text.replace(sign, f"{sign}\n").strip()
    return text


def _page(guide: Guide, example: Sample | None) -> Iterator[str]:
    words = document_words(guide.document)
    yield f"# {guide.kind}: {words}"
    yield ""
    standard = f" {guide.standard}" if guide.standard else ""
    yield f"Map `{guide.name}`, version `{guide.version}`. It reads and writes {guide.syntax}{standard} `{guide.kind}`."
    yield ""
    yield "A place is named as the map names it: `BEG/3` is element 3 of BEG, `DTM*010/2` element 2 of the DTM whose"
    yield "first element is 010. Of several places the first that is filled counts."
    for section in guide.sections:
        yield from _section(section)
    if guide.counts:
        yield from ("", "## Control totals", "")
        yield from (f"- `{place}` says {what}." for place, what in guide.counts)
    if guide.codes:
        yield from ("", "## Codes")
        for codes in guide.codes:
            yield from _table(codes)
    yield from _structure(guide.parts)
    if example is not None:
        yield from _example(guide, example)


def _section(section: Section) -> Iterator[str]:
    stands = f" (`{_cell(section.stands_at)}`)" if section.stands_at else ""
    yield from ("", f"## {section.title}{stands}", "")
    yield "| what | stands at | must | written as | our field |"
    yield "|---|---|---|---|---|"
    for line in section.lines:
        places = ", else ".join(f"`{_cell(place)}`" for place in line.places)
        yield f"| {line.called} | {places} | {line.must} | {_written(line)} | `{line.field}` |"


def _written(line: Line) -> str:
    codes = f"code, see [{line.codes}](#{line.codes.replace('.', '').replace('_', '-')})" if line.codes else ""
    default = f"without it: {line.default}" if line.default else ""
    return "; ".join(filter(None, (codes, line.form, default, line.note)))


def _table(codes: Codes) -> Iterator[str]:
    yield from ("", f"### {codes.name.replace('_', '-')}", "", "| code | means |", "|---|---|")
    yield from (f"| `{_cell(code)}` | {_cell(word)} |" for code, word in codes.meanings)
    if codes.other:
        yield f"| any other | {codes.other} |"


def _structure(parts: Sequence[Part]) -> Iterator[str]:
    if not parts:
        return
    yield from (
        "",
        "## What may stand where",
        "",
        "| segment | called | must | longest elements |",
        "|---|---|---|---|",
    )
    for part in parts:
        tag = f"{_DEPTH * part.depth}`{_cell(part.tag)}`{' …' if part.loop else ''}"
        yield f"| {tag} | {part.called} | {'yes' if part.must else ''} | {' · '.join(part.elements)} |"
    yield from ("", "What is followed by … opens a loop; what is indented below it stands inside.")


def _example(guide: Guide, example: Sample) -> Iterator[str]:
    yield from ("", "## Example", "", "```", laid_out(example.body, guide.syntax), "```", "", "It means:", "")
    means = json.loads(msgspec.json.encode(example.document))
    yield from ("```json", json.dumps(means, indent=2, ensure_ascii=False), "```")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
