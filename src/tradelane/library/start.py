"""Start a map from a sample: what is read already, what is not read yet, and the first lines to change. Pure."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from msgspec.structs import fields

from tradelane.formats.explain import Branch
from tradelane.library.outline import outline
from tradelane.library.reading import ReadFile, ReadMessage
from tradelane.library.where import origins
from tradelane.maps import Map
from tradelane.maps.table import columns
from tradelane.model.document import Document
from tradelane.model.finding import Finding
from tradelane.model.message import NodeMessage, SegmentMessage, bare, cut

LISTED_MAX = 200
QUALIFIER_MAX = 3
_TABLE = re.compile(r"\[codes\.([\w.-]+)\]")
QUALIFIED = frozenset(
    {
        *("AMT", "DTM", "G62", "MAN", "MEA", "N1", "N9", "NM1", "PER", "QTY", "REF", "TXI"),
        *("ALI", "COM", "CTA", "FTX", "GIN", "LOC", "MOA", "NAD", "PAC", "PCI", "PIA", "PRI", "RFF", "TDT"),
    }
)
"""Segments whose first value says what the others are about, in X12 and in EDIFACT."""
ENVELOPES = ("ST", "SE", "UNH", "UNT", "MHD", "MTR", "UNS")
MEANT = {
    "number": ("po number", "order number", "order no", "po", "invoice number", "asn number", "document number"),
    "ordered_on": ("po date", "order date"),
    "order_number": ("po number", "order number", "order no", "po"),
    "responded_on": ("date", "confirmation date"),
}
"""How the columns of real files call what a document needs."""


def extending(file: ReadFile, read: ReadMessage, map: Map, name: str) -> Iterator[str]:
    """Yield the lines of a map that extends *map*, with what it does not read in the sample as remarks."""
    yield f"# What differs from {map.name}; nothing else need be said. Try it: tradelane maps test THIS-FILE"
    yield ""
    yield f'name = "{name}"'
    yield f'extends = "{map.name}"'
    yield from ("", "[fields]", "")
    yield from _codes([finding for finding in read.findings if finding.code.endswith("bad-code")])
    unread = list(dict.fromkeys(_unread(file, read, map))) if read.document is not None else []
    if unread:
        yield from ("# In the sample, and not read yet. A rule is a field of ours and one of these places:", "#")
        yield from (f"#   {place:<28} {value}" for place, value in unread[:LISTED_MAX])


def _codes(unknown: Sequence[Finding]) -> Iterator[str]:
    """Yield, as remarks to be completed, the tables that need a word for a code of the sample."""
    places: dict[str, dict[str, str]] = {}
    for finding in unknown:
        table = found[1] if (found := _TABLE.search(finding.fix)) else ""
        places.setdefault(table, {}).setdefault(finding.value, str(finding.where))
    if places:
        yield from ("# Codes in the sample that mean nothing yet: say what they mean, and take the # away.", "#")
    for table, codes in places.items():
        yield f"# [codes.{table}]"
        yield from (f'# {code} = ""    # {where}' for code, where in codes.items())
        yield ""


def fresh(read: ReadMessage, document: type[Document], name: str) -> Iterator[str]:
    """Yield the lines of a map of its own for a kind of message that we ship none for."""
    message = read.message
    yield "# A new map. What it lacks, `tradelane maps test THIS-FILE` says with its line."
    yield ""
    yield f'name = "{name}"'
    if isinstance(message, SegmentMessage):
        edifact = bool(message.delimiters.release)
        family = "edifact/d96a/words" if edifact else "x12/004010/words"
        yield f'extends = "{family}"'
    else:
        yield f'syntax = "{message.syntax if isinstance(message, NodeMessage) else "json"}"'
    yield f'kind = "{message.kind}"'
    yield f'document = "{document.__struct_config__.tag}"'
    if isinstance(message, SegmentMessage):
        tags = dict.fromkeys(one.tag for one in message.segments if one.tag not in ENVELOPES)
        yield f'structure = "{" ".join(tags)}"    # TAG( ... ) is a loop, TAG! must come, | parts heading and detail'
    yield from ("", "[fields]")
    present = _columns(message)
    for field in fields(document):
        if field.required:
            column = _meant(field.name, present)
            yield f"{field.name} = 'column(\"{column}\")'" if column else f'# {field.name} = ""'
    values = list(_values(message))
    if values:
        yield from ("", "# What stands in the sample:", "#")
        yield from (f"#   {place:<28} {value}" for place, value in values[:LISTED_MAX])


def _columns(message: object) -> tuple[str, ...]:
    if isinstance(message, NodeMessage) and message.syntax in ("csv", "xlsx"):
        return tuple(child.name for child in message.root.children if not child.children)
    return ()


def _meant(field: str, columns: tuple[str, ...]) -> str:
    known = {column.casefold(): column for column in columns}
    names = MEANT.get(field, (field.replace("_", " "),))
    found = next((known[name] for name in names if name in known), "")
    near = get_close_matches(names[0], list(known), 1, 0.85)
    return found or (known[near[0]] if near else "")


def _unread(file: ReadFile, read: ReadMessage, map: Map) -> Iterator[tuple[str, str]]:
    """Yield what no rule read in a message: each by a path for the map, and as written."""
    message = read.message
    if isinstance(message, NodeMessage) and map.plan.table is not None:
        yield from ((f'column("{name}")', "") for name in _columns(message) if name not in columns(map.plan))
        return
    taken = {one.where.start for one in origins(file, read).values()}
    if isinstance(message, SegmentMessage):
        counts = {count.spot.text for count in map.plan.counts}
        found = list(_elements(message))
        for (place, value, start), after in zip(found, [*(one[2] for one in found[1:]), -1], strict=True):
            # What stands before a value that is read says what that value is: its qualifier.
            qualifies = len(value) <= QUALIFIER_MAX and after in taken
            if start not in taken and place not in counts and not qualifies:
                yield place, value
    elif isinstance(message, NodeMessage):
        for place, value, start in _leaves(outline([read.piece], (), [()]).children[0].children[0]):
            if start not in taken:
                yield place, value


def _values(message: object) -> Iterator[tuple[str, str]]:
    if isinstance(message, SegmentMessage):
        yield from ((place, value) for place, value, _ in _elements(message))
    elif isinstance(message, NodeMessage):
        yield from (((f'column("{name}")'), "") for name in _columns(message))


def _elements(message: SegmentMessage) -> Iterator[tuple[str, str, int]]:
    """Yield the elements as a map names them, the qualifier that stands first being part of the name."""
    signs = message.delimiters
    for segment in message.segments:
        if segment.tag in ENVELOPES:
            continue
        at = segment.start + len(segment.tag) + 1
        first = cut(segment.element(1), signs.component, signs.release)[0]
        qualified = bool(first) and segment.tag in QUALIFIED
        for number, element in enumerate(segment.elements, 1):
            pieces = cut(element, signs.component, signs.release)
            for component, piece in enumerate(pieces, 1):
                inner = f"/{component}" if len(pieces) > 1 else ""
                tag = f"{segment.tag}*{first}" if qualified else segment.tag
                if piece and not (qualified and number == 1 and component == 1):
                    yield f"{tag}/{number}{inner}", bare(piece, signs.release), at
                at += len(piece) + len(signs.component)


def _leaves(branch: Branch, path: str = "") -> Iterator[tuple[str, str, int]]:
    for child in branch.children:
        here = f"{path}/{child.label}".removeprefix("/")
        if child.value and not child.children:
            yield here, child.value, child.start
        yield from _leaves(child, here)
