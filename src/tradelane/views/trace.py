"""One joined timeline: what came, what it did, what went, from the histories of the objects and the documents about
them.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from tradelane.model.event import Recorded
from tradelane.model.identity import stream_kind
from tradelane.model.registry import tag
from tradelane.views import document
from tradelane.views.glossary import document_words, says

KIND_WORDS = {
    "purchase_order": "Order",
    "ship_notice": "ASN",
    "goods_receipt": "Receipt",
    "invoice": "Invoice",
    "case": "Exception",
    "exchange": "Partner",
    "replay": "Replay",
}


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened: when, to what, and where to read more."""

    at: datetime
    what: str
    says: str
    link: str = ""
    type: str = ""
    cause: str = ""


def timeline(events: Iterable[Recorded], documents: Iterable[document.Row]) -> tuple[Entry, ...]:
    """Return everything in the order of time; at the same instant what came stands before what it did, and that
    before what went.
    """
    told = [_happened(recorded) for recorded in events]
    for row in documents:
        told.extend(_document(row))
    return tuple(entry for _, _, _, entry in sorted(told, key=lambda t: t[:3]))


def escaped(number: str) -> str:
    """Return a number as it stands in our addresses: a slash is written ``~1``, a tilde ``~0`` (as in JSON
    pointers).
    """
    return number.replace("~", "~0").replace("/", "~1")


def unescaped(number: str) -> str:
    """Return the number that an address means."""
    return number.replace("~1", "/").replace("~0", "~")


def link(stream: str) -> str:
    """Return the address of an object's page in the process API; empty where it has none of its own."""
    kind, _, rest = stream.partition("/")
    match kind:
        case "purchase_order":
            return f"/process/v1/orders/{escaped(rest)}"
        case "case":
            return f"/process/v1/cases/{escaped(rest)}"
        case "exchange":
            return f"/process/v1/partners/{escaped(rest)}"
        case "replay":
            return f"/process/v1/replays/{escaped(rest)}"
        case _:
            return f"/process/v1/trace/{escaped(rest.rsplit('/', 1)[-1])}"


Told = tuple[datetime, int, int, Entry]


def _happened(recorded: Recorded) -> Told:
    kind, _, rest = recorded.stream.partition("/")
    name = rest if kind == "purchase_order" else rest.rsplit("/", 1)[-1]
    about = KIND_WORDS.get(kind, kind) if kind == "case" else f"{KIND_WORDS.get(kind, kind)} {name}"
    entry = Entry(
        at=recorded.recorded_at,
        what=about,
        says=says(recorded.event),
        link=link(recorded.stream),
        type=tag(type(recorded.event)),
        cause=recorded.cause,
    )
    return recorded.recorded_at, 2 if kind == "case" else 1, recorded.version, entry


def _document(row: document.Row) -> Iterator[Told]:
    what = f"{document_words(row.document_type)} {row.number}".rstrip()
    where = f"/process/v1/documents/{escaped(row.id)}"

    def told(at: datetime, rank: int, words: str, kind: str) -> Told:
        return at, rank, 0, Entry(at=at, what=what, says=words, link=where, type=f"document.{kind}")

    if row.direction == "in":
        yield told(row.at, 0, f"Came from {row.partner}{_numbers(row)}: {row.says}{_reasons(row)}", "came")
        return
    yield told(row.at, 3, f"Written for {row.partner}{_numbers(row)}", "written")
    if row.delivered_at:
        yield told(row.delivered_at, 4, f"Delivered to {row.partner}", "delivered")
    if row.settled_at:
        yield told(row.settled_at, 5, f"{row.says}{_reasons(row)}", "settled")


def _numbers(row: document.Row) -> str:
    named = (("interchange", row.interchange), ("group", row.group), ("set", row.control))
    numbers = ", ".join(f"{name} {number}" for name, number in named if number)
    return f" ({numbers})" if numbers else ""


def _reasons(row: document.Row) -> str:
    findings = (*row.findings, *row.effect_findings)
    told = "; ".join(f"{f.where}: {f.says} {f.fix}" for f in findings[:5])
    return f". {told}" if told else ""


def about_kinds(streams: Iterable[str]) -> tuple[str, ...]:
    """Return the streams whose histories a timeline tells; a partner's exchange is told by its documents instead."""
    return tuple(sorted({s for s in streams if stream_kind(s) != "exchange"}))
