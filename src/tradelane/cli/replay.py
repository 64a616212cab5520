"""Replay: read what came again with today's maps and settings; shown first, carried out with --do."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timezone
from typing import Annotated, Any
from uuid import UUID

from cyclopts import Parameter
from rich.table import Table

from tradelane.cli.cases import me
from tradelane.cli.door import get, post
from tradelane.cli.options import Json, Url
from tradelane.cli.say import Trouble, as_json, err, out, plain
from tradelane.views.glossary import counted

SETTLE_SECONDS = 20.0
POLL_SECONDS = 0.3
ID_SHOWN = 8
_OF_TRANSMISSIONS = 7
MARKS = {"new": "[green]new[/]", "conflict": "[yellow]conflict[/]", "otherwise": "[yellow]otherwise[/]"}

Number = Annotated[
    str, Parameter(help="A transmission's id, or any number or file name; leave it out to replay a stretch of time.")
]
Since = Annotated[
    str, Parameter(name="--from", help="Replay what came from then on: 2026-03-02, or 2026-03-02T08:00Z.")
]
Until = Annotated[str, Parameter(name="--to", help="And before then; now without it.")]
Partner = Annotated[str, Parameter(help="Only what this partner sent.")]
Type = Annotated[str, Parameter(name="--type", help="Only documents of this type, e.g. order_response.")]
Do = Annotated[bool, Parameter(help="Carry it out; without it, it is only shown.")]
Reason = Annotated[str, Parameter(help="Why; needed with --do, and kept.")]


def replay(
    number: Number = "",
    /,
    *,
    since: Since = "",
    until: Until = "",
    partner: Partner = "",
    type: Type = "",
    do: Do = False,
    reason: Reason = "",
    url: Url = "",
    json: Json = False,
) -> None:
    """Show what reading archived documents again would change; with --do, give what had failed its effect now."""
    if not number and not since:
        raise Trouble("Say what to replay: a transmission, a number, or --from a day on.")
    if do and not reason.strip():
        raise Trouble("A replay that is carried out needs a --reason: what was mended, who asked for it.")
    asked = {"partner": partner, "type": type, "from": _instant(since), "to": _instant(until)}
    asked |= {"transmission" if _is_id(number) else "number": number, "do": do, "reason": reason}
    asked |= {"by": me()} if do else {}
    pages = list(_pages({name: value for name, value in asked.items() if value}, url))
    documents = [one for page in pages for one in page["documents"]]
    record = _settled(pages, url) if do else None
    if json:
        as_json({"done": do, "replay": pages[-1]["replay"], "documents": documents, "record": record})
        return
    _show(documents, do)
    if record is not None:
        out.print(
            f"Kept as [bold]tradelane trace {record['replay']}[/]: {plain(record['by'])}, {plain(record['reason'])}."
        )


def _pages(asked: dict[str, Any], url: str) -> Iterator[dict[str, Any]]:
    """Ask page by page, saying how far it has come."""
    seen = 0
    with err.status("Reading ...") as status:
        while True:
            page = post("/process/v1/replays", asked, url)
            seen += len(page["documents"])
            status.update(f"Reading ... {counted(seen, 'document')}")
            yield page
            if not page.get("next"):
                return
            asked |= {"after": page["next"]} | ({"replay": page["replay"]} if page["replay"] else {})


def _settled(pages: list[dict[str, Any]], url: str) -> dict[str, Any]:
    """Return the replay's record, once everything queued is done or some seconds have passed."""
    link = pages[-1]["link"]
    deadline = time.monotonic() + (0 if all(page["settled"] for page in pages) else SETTLE_SECONDS)
    while True:
        record = get(link, url)
        changed = {
            one["item"] for one in record["documents"] if one["verdict"] in ("new", "conflict") and one.get("item")
        }
        done = {row["id"] for row in record["now"] if row.get("effect")}
        if changed <= done or time.monotonic() >= deadline:
            return record
        time.sleep(POLL_SECONDS)


def _show(documents: list[dict[str, Any]], do: bool) -> None:
    if not documents:
        out.print("[green]✓[/] Nothing came that this names.")
        return
    table = Table("Document", "From", "Transmission", "Replay", "Says")
    for column in table.columns[:4]:
        column.no_wrap = True
    for one in documents:
        what = f"{one.get('document_type', '').replace('_', ' ')} {one.get('number', '')}".strip() or "transmission"
        mark = MARKS.get(one["verdict"], one["verdict"])
        where = one["transmission"][-ID_SHOWN:]
        table.add_row(plain(what), plain(one["partner"]), where, mark, plain(one.get("says", "")))
    out.print(table)
    counts = Counter(one["verdict"] for one in documents)
    told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    out.print(f"{counted(len(documents), 'document')}: {told}.")
    if not do and (counts["new"] or counts["conflict"]):
        out.print("Nothing was done. Carry it out with [bold]--do --reason WHY[/].")


def _instant(said: str) -> str:
    """Return a day or an instant as the API takes it; without a zone it is UTC."""
    if not said:
        return ""
    try:
        day = date.fromisoformat(said) if len(said) == len("2026-03-02") else None
        at = datetime(day.year, day.month, day.day) if day else datetime.fromisoformat(said)  # noqa: DTZ001
    except ValueError:
        raise Trouble(f"{said} is no day and no instant; write 2026-03-02 or 2026-03-02T08:00Z.") from None
    return (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).isoformat()


def _is_id(number: str) -> bool:
    """Say whether it is a transmission's id; other ids of ours are of another kind and are looked up like numbers."""
    try:
        return UUID(number).version == _OF_TRANSMISSIONS
    except ValueError:
        return False
