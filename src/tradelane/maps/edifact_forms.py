"""How EDIFACT writes numbers, dates and times: a date stands before the code of its format (2379), each with executed
examples.
"""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache

from tradelane.maps.forms import CACHE_MAX, CENTURIES, Bad, Form, clock, day, number, signed, sscc, text, write_number
from tradelane.model.moment import Moment

DAY, MINUTE, SECOND, MINUTE_ZONED, SECOND_ZONED = "102", "203", "204", "303", "304"
_ZONE = re.compile(r"([+-]|[PM](?=\d))(\d\d)(?::?(\d\d))?|([A-Z]{3})", re.ASCII)
_MOMENT = re.compile(r"((?:\d{4}){2,3}(?:\d{2})?)\??(.*)", re.ASCII)
_WEEKDAY_MAX = 7
_PIVOT = 70

_BY_LENGTH = {8: DAY, 12: MINUTE, 14: SECOND}
_PLAIN = frozenset(_BY_LENGTH.values())

ZONES = {"UTC": 0, "GMT": 0, "CET": 60, "EST": -300, "CST": -360, "MST": -420, "PST": -480}
"""The zone codes that partners write in format 303 and 304, where they write no offset."""


@lru_cache(CACHE_MAX)
def decimal(said: str) -> Decimal:
    """Read an amount with a point or a comma: the standard takes either for a decimal mark, and has no other use."""
    return number(said.replace(",", ".", 1))


@lru_cache(CACHE_MAX)
def signed_decimal(said: str) -> Decimal:
    """Read an amount that may be below zero."""
    return signed(said.replace(",", ".", 1))


@lru_cache(CACHE_MAX)
def dated_day(said: str, form: str = "") -> date:
    """Read the day of a date written in any format; of a period, its first day."""
    return dated_moment(said, form).on


@lru_cache(CACHE_MAX)
def dated_moment(said: str, form: str = "") -> Moment:
    """Read a date, perhaps with a time of day and an offset, in the format that stands behind it."""
    # Some say CCYYMMDD and add the time all the same, or announce a time and leave it out: what is written tells.
    form = _BY_LENGTH.get(len(said), form) if form in _PLAIN else form
    read = _READERS.get(form or _guessed(said))
    if read is None:
        raise Bad("7", f"{form[:10]!r} is no date format we read.", "Send 102 (CCYYMMDD) or 203.", part=1)
    return read(said)


def message_kind(*parts: str) -> str:
    """Read what kind of message, of which directory and agency, is meant: all in one, as UNH says it."""
    return ":".join(parts).rstrip(":")


def write_message_kind(value: str) -> tuple[str, ...]:
    """Write the parts of a kind of message."""
    parts = value.split(":")
    return (*parts, *[""] * (5 - len(parts)))


def write_dated_day(value: date) -> tuple[str, str]:
    """Write a day and the code of its format."""
    return f"{value.year:04d}{value.month:02d}{value.day:02d}", DAY


def write_dated_moment(value: Moment) -> tuple[str, str]:
    """Write just what is known of a moment, and the code of its format."""
    on, _ = write_dated_day(value.on)
    if value.at is None:
        return on, DAY
    minutes = value.precision == "minute"
    at = f"{value.at:%H%M}" if minutes else f"{value.at:%H%M%S}"
    if value.offset is None:
        return on + at, MINUTE if minutes else SECOND
    sign, offset = "-" if value.offset < 0 else "+", abs(value.offset)
    zone = f"{sign}{offset // 60:02d}:{offset % 60:02d}"
    return on + at + zone, MINUTE_ZONED if minutes else SECOND_ZONED


def _guessed(said: str) -> str:
    """Return the format that a date without one is written in, as far as its length tells."""
    return _BY_LENGTH.get(len(said), "?")


def _day(said: str) -> Moment:
    return Moment(on=day(said))


def _short_day(said: str) -> Moment:
    century = CENTURIES[0] if said[:2].isdigit() and int(said[:2]) >= _PIVOT else "20"
    return Moment(on=day(century + said))


def _day_first(said: str) -> Moment:
    return Moment(on=day(said[4:] + said[2:4] + said[:2]))


def _clocked(said: str, *, offset: int | None = None) -> Moment:
    at = said[8:]
    return Moment(
        on=day(said[:8]),
        at=clock(at),
        offset=offset,
        precision="minute" if len(at) == 4 else "second",
        zone_source="" if offset is None else "explicit",
    )


def _short_clocked(said: str) -> Moment:
    short = _short_day(said[:6])
    return _clocked(f"{short.on:%Y%m%d}{said[6:]}")


def _zoned(said: str) -> Moment:
    """Read a day or a moment, with seconds or not, and the zone behind it: +01:00, +01, P01 or CET."""
    cut = _MOMENT.fullmatch(said)
    if cut is None:
        return _clocked(said)
    at, zone = cut.groups()
    found = _ZONE.fullmatch(zone)
    if found is None and zone:
        raise Bad("9", f"{zone[:10]!r} is no time zone.", "Send an offset from UTC such as +01:00.")
    offset = _offset(found) if found else None
    return _day(at) if len(at) == len("CCYYMMDD") else _clocked(at, offset=offset)


def _offset(found: re.Match[str]) -> int | None:
    sign, hours, minutes, code = found.groups()
    if code:
        return ZONES.get(code)
    offset = int(hours) * 60 + int(minutes or 0)
    if offset > 14 * 60:
        raise Bad("9", f"{found[0]!r} is no offset from UTC.", "Send an offset between -14:00 and +14:00.")
    return -offset if sign in "-M" else offset


def _month(said: str) -> Moment:
    return Moment(on=day(said + "01"))


def _year(said: str) -> Moment:
    return Moment(on=day(said + "0101"))


def _week(said: str) -> Moment:
    """Read a week, and perhaps a day of it: what is meant is its first day."""
    if said.isascii() and said.isdigit() and len(said) in (6, 7):
        weekday = int(said[6:] or "1")
        try:
            return _within(date.fromisocalendar(int(said[:4]), int(said[4:6]), min(max(weekday, 1), _WEEKDAY_MAX)))
        except ValueError:
            pass
    raise Bad("8", f"{said[:40]!r} is no week.", "Send CCYYWW.")


def _ordinal(said: str) -> Moment:
    """Read a day counted from the first of January."""
    if said.isascii() and said.isdigit() and len(said) == 7:
        try:
            return _within(date(int(said[:4]), 1, 1) + timedelta(days=int(said[4:]) - 1))
        except (ValueError, OverflowError):
            pass
    raise Bad("8", f"{said[:40]!r} is no day of a year.", "Send CCYYDDD.")


def _within(on: date) -> Moment:
    return Moment(on=day(f"{on.year:04d}{on:%m%d}"))


def _first(read: Callable[[str], Moment]) -> Callable[[str], Moment]:
    """Read a period by its beginning: its two halves stand side by side, perhaps with a dash between."""

    def begin(said: str) -> Moment:
        plain = said.replace("-", "")
        return read(plain[: len(plain) // 2])

    return begin


_READERS: dict[str, Callable[[str], Moment]] = {
    "2": lambda said: _day_first(said[:4] + "20" + said[4:]),
    "3": lambda said: _day_first(said[2:4] + said[:2] + "20" + said[4:]),
    "4": _day_first,
    "101": _short_day,
    DAY: _day,
    "105": lambda said: _ordinal("20" + said),
    "107": _ordinal,
    "201": _short_clocked,
    "202": _short_clocked,
    MINUTE: _clocked,
    SECOND: _clocked,
    "205": _zoned,
    "301": lambda said: _zoned(f"{_short_day(said[:6]).on:%Y%m%d}{said[6:]}"),
    MINUTE_ZONED: _zoned,
    SECOND_ZONED: _zoned,
    "602": _year,
    "609": lambda said: _month("20" + said),
    "610": _month,
    "616": _week,
    "713": _first(_short_clocked),
    "717": _first(_short_day),
    "718": _first(_day),
    "719": _first(_clocked),
}

_AT = time(14, 25)
_NOON = Moment(on=date(2026, 11, 20), at=_AT, precision="minute")
_ZONED = Moment(on=date(2026, 11, 20), at=_AT, offset=60, precision="minute", zone_source="explicit")

EDIFACT_FORMS = (
    Form("decimal", decimal, write_number, (("12.5", Decimal("12.5")), ("100", Decimal(100)))),
    Form("signed_decimal", signed_decimal, write_number, (("-3.5", Decimal("-3.5")), ("7", Decimal(7)))),
    Form("plain_sscc", sscc, text, (("340123450000000018", "340123450000000018"),)),
    Form("message_kind", message_kind, write_message_kind, ((("ORDERS", "D", "96A", "UN", ""), "ORDERS:D:96A:UN"),), 5),
    Form(
        "dated_day",
        dated_day,
        write_dated_day,
        ((("20261120", "102"), date(2026, 11, 20)),),
        parts=2,
        follows=True,
    ),
    Form(
        "dated_moment",
        dated_moment,
        write_dated_moment,
        (
            (("20261120", "102"), Moment(on=date(2026, 11, 20))),
            (("202611201425", "203"), _NOON),
            (("202611201425+01:00", "303"), _ZONED),
        ),
        parts=2,
        follows=True,
    ),
)
