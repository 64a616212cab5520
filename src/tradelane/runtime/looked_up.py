"""Look up what a decision needs to know of other objects, before it is taken: the decision itself reads nothing."""

from collections.abc import Sequence

import msgspec
from msgspec import structs

from tradelane.model import registry
from tradelane.model.content_report import ContentReport
from tradelane.model.exchange import RecordContentReport
from tradelane.model.identity import ship_notice_stream
from tradelane.model.ship_notice import LabelUse, RecordShipNotice, ShipNotice, sscc_of
from tradelane.runtime.answered import sent_to
from tradelane.runtime.handed import Asked, Handed
from tradelane.runtime.house import House
from tradelane.store.port import Item
from tradelane.views import label

LOOKED_UP = (registry.tag(ContentReport), registry.tag(ShipNotice))
"""The documents about which something is looked up."""

LABELS_MAX = 5_000
"""So many labels of one notice are looked up; more pass."""


async def looked_up(house: House, item: Item, body: Handed, asked: Asked | None) -> Asked | None:
    """Return what is asked, with what was found added; *asked* itself where there is nothing to add."""
    command = asked.command if asked else registry.read_command(bytes(body.command))
    match command:
        case RecordContentReport(sent=()):
            command = structs.replace(command, sent=await sent_to(house, command.partner, command.report))
        case RecordShipNotice(labels=()):
            found = await _labels(house, command)
            if not found:
                return asked
            command = structs.replace(command, labels=found)
        case _:
            return asked
    return Asked(item=item, handed=body, command=command)


async def _labels(house: House, command: RecordShipNotice) -> tuple[LabelUse, ...]:
    """Return where else the partner used the labels of a notice; notices taken back use none."""
    ssccs = list(dict.fromkeys(sscc for node in command.notice.nodes if (sscc := sscc_of(node))))[:LABELS_MAX]
    if not ssccs:
        return ()
    rows = await _rows(house, [label.label_key(command.partner, sscc) for sscc in ssccs])
    mine = command.notice.number
    used = [
        LabelUse(sscc=sscc, notice=use.notice, at=use.at)
        for sscc in ssccs
        if (row := rows.get(label.label_key(command.partner, sscc)))
        for use in row.uses
        if use.notice != mine
    ]
    streams = {use.notice: ship_notice_stream(command.partner, use.notice) for use in used}
    notices = await _rows(house, list(streams.values())) if streams else {}
    back = {number for number, stream in streams.items() if stream in notices and notices[stream].cancelled}
    return tuple(use for use in used if use.notice not in back)


async def _rows(house: House, keys: Sequence[str]) -> dict[str, label.LabelRow]:
    found = await house.store.view_keys(label.NAME, list(keys))
    return {key: msgspec.json.decode(row.body, type=label.LabelRow) for key, row in found.items()}
