"""Which ship notices bore which labels (SSCC), so that a label on two of them is seen (domain.md 4.4, check 8).

A row is one label of one partner, or one ship notice, which says whether the notice was taken back.
"""

from datetime import datetime

from msgspec import Struct

from tradelane.model.event import Event, Recorded
from tradelane.model.ship_notice import ShipNoticeRecorded, sscc_of
from tradelane.views.port import Columns

NAME = "label"
VERSION = 1
LISTENS = ("ship_notice",)

USES_MAX = 4
"""A label remembers so many notices, the newest: more tell nobody anything."""


class Use(Struct, frozen=True, kw_only=True):
    """A notice that bore the label, and when it last said so."""

    notice: str
    at: datetime


class LabelRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A label and the notices that bore it; or a notice (``version`` of its history), and whether it was taken back."""

    partner: str
    at: datetime
    uses: tuple[Use, ...] = ()
    version: int = 0
    cancelled: bool = False


Row = LabelRow


def label_key(partner: str, sscc: str) -> str:
    """Return the key of a partner's label. Partners do not see each other's, so a label is one partner's."""
    return f"{partner}/{sscc}"


def keys(recorded: Recorded) -> tuple[str, ...]:
    """Return the labels a notice bears, and the notice itself."""
    event = recorded.event
    if not isinstance(event, ShipNoticeRecorded):
        return ()
    labels = (label_key(event.partner, sscc) for node in event.notice.nodes if (sscc := sscc_of(node)))
    return tuple(dict.fromkeys((recorded.stream, *labels)))


def apply(row: Row | None, key: str, recorded: Recorded) -> Row | None:
    """Return the label, or the notice, after the event."""
    event: Event = recorded.event
    if not isinstance(event, ShipNoticeRecorded):
        return None
    at, notice = recorded.recorded_at, event.notice
    if key == recorded.stream:
        if row is not None and row.version >= recorded.version:
            return None
        return Row(partner=event.partner, at=at, version=recorded.version, cancelled=notice.purpose == "cancel")
    known = {use.notice: use.at for use in row.uses} if row else {}
    if notice.number in known and known[notice.number] >= at:
        return None
    newest = sorted((known | {notice.number: at}).items(), key=lambda use: (use[1], use[0]))[-USES_MAX:]
    uses = tuple(Use(notice=number, at=when) for number, when in newest)
    if row is not None and uses == row.uses:
        return None
    return Row(partner=event.partner, at=max(at, row.at) if row else at, uses=uses)


def columns(row: Row) -> Columns:
    """Labels are found by their keys; nobody lists them."""
    return Columns(partner=row.partner, rank=row.at.timestamp(), at=row.at)
