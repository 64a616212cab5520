"""How XML and JSON write dates and times (ISO 8601, narrowed by XML Schema), and SAP signs; with executed examples."""

import re
from datetime import date, time
from decimal import Decimal
from functools import lru_cache

from tradelane.maps.forms import CACHE_MAX, Bad, Form, number, signed, sscc, text, write_number
from tradelane.model.moment import Moment

IDLE_FROM = 8
"""Amounts that are shorter have no more decimals than we keep, and stand as they were written."""

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_ENGLISH_DAY = re.compile(r"([A-Za-z]{3,9}) (\d{1,2}), (\d{4})", re.ASCII)
_ENGLISH_CLOCK = re.compile(r"(\d{1,2}):(\d{2}) ?([AaPp][Mm])", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_ZONE = r"(?: ?(Z|[+-]\d{2}:?\d{2}))?"
_ZONED_DAY = re.compile(_DAY.pattern + _ZONE, re.ASCII)
_CLOCK = re.compile(r"(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?" + _ZONE, re.ASCII)
_MOMENT = re.compile(rf"({_DAY.pattern})(?:[T ]({_CLOCK.pattern}))?", re.ASCII)


@lru_cache(CACHE_MAX)
def iso_day(said: str) -> date:
    """Read a date written CCYY-MM-DD. A zone behind it, or a time of day, does not make it another day."""
    found = _ZONED_DAY.fullmatch(said) or _MOMENT.fullmatch(said)
    if found is not None:
        year, month, day = re.findall(r"\d+", found[0])[:3]
        try:
            if 1900 <= int(year) < 2200:
                return date(int(year), int(month), int(day))
        except ValueError:
            pass
    raise Bad("8", f"{said[:40]!r} is not a date.", "Send a day of the calendar as CCYY-MM-DD.")


@lru_cache(CACHE_MAX)
def iso_clock(said: str) -> time:
    """Read a time of day written HH:MM:SS; what is finer than a microsecond is cut off."""
    return _clock(said)[0]


@lru_cache(CACHE_MAX)
def iso_moment(said: str) -> Moment:
    """Read a date, perhaps with a time of day, perhaps with an offset from UTC, written in one."""
    found = _MOMENT.fullmatch(said)
    if found is None:
        return Moment(on=iso_day(said))
    if found[5] is None:
        return Moment(on=iso_day(found[1]))
    return iso_day_clock(found[1], found[5])


@lru_cache(CACHE_MAX)
def iso_day_clock(on: str, at: str = "") -> Moment:
    """Read a date and a time of day that are written apart."""
    if not at:
        return Moment(on=iso_day(on))
    try:
        hour, offset, minutes_only = _clock(at)
    except Bad as bad:
        raise Bad(bad.code, bad.says, bad.fix, part=1) from None
    return Moment(
        on=iso_day(on),
        at=hour,
        offset=offset,
        precision="minute" if minutes_only else "second",
        zone_source="" if offset is None else "explicit",
    )


@lru_cache(CACHE_MAX)
def english(on: str, at: str = "") -> Moment:
    """Read a date and a time of day as Americans say them."""
    day, clock = _ENGLISH_DAY.fullmatch(on), _ENGLISH_CLOCK.fullmatch(at or "12:00 am")
    month = next((n for n, name in enumerate(MONTHS, 1) if day and name[:3] == day[1][:3].title()), 0)
    if day is None or not month:
        raise Bad("8", f"{on[:40]!r} is not a date.", "Send a date such as April 28, 2015.")
    if clock is None or not 1 <= int(clock[1]) <= 12 or int(clock[2]) > 59:
        raise Bad("9", f"{at[:40]!r} is not a time of day.", "Send a time such as 9:01 am.", part=1)
    when = iso_day(f"{day[3]}-{month:02d}-{int(day[2]):02d}")
    hour = int(clock[1]) % 12 + (12 if clock[3].lower() == "pm" else 0)
    return Moment(on=when, at=time(hour, int(clock[2])), precision="minute") if at else Moment(on=when)


def write_english(value: Moment) -> tuple[str, str]:
    """Write a moment as Americans say it, in their local time."""
    on = f"{MONTHS[value.on.month - 1]} {value.on.day}, {value.on.year}"
    if value.at is None:
        return on, ""
    return on, f"{value.at.hour % 12 or 12}:{value.at.minute:02d} {'pm' if value.at.hour > 11 else 'am'}"


def write_iso_day(value: date) -> str:
    """Write a date as CCYY-MM-DD."""
    return value.isoformat()


def write_iso_clock(value: time) -> str:
    """Write a time of day as HH:MM:SS, with a fraction only where there is one."""
    return value.isoformat()


def write_iso_moment(value: Moment) -> str:
    """Write a moment in one: just what is known of it."""
    on, at = write_iso_day_clock(value)
    return f"{on}T{at}" if at else on


def write_iso_day_clock(value: Moment) -> tuple[str, str]:
    """Write a moment as a date and a time of day."""
    if value.at is None:
        return value.on.isoformat(), ""
    at = value.at.isoformat("minutes") if value.precision == "minute" else value.at.isoformat()
    return value.on.isoformat(), at + _written_zone(value.offset)


def _clock(said: str) -> tuple[time, int | None, bool]:
    """Return a time of day, its offset in minutes if it has one, and whether it says no seconds."""
    found = _CLOCK.fullmatch(said)
    if found is None:
        raise Bad("9", f"{said[:40]!r} is not a time of day.", "Send HH:MM:SS, 00:00:00 to 23:59:59.")
    hours, minutes, seconds, fraction, zone = found.groups()
    try:
        at = time(int(hours), int(minutes), int(seconds or 0), int((fraction or "0")[:6].ljust(6, "0")))
    except ValueError:
        raise Bad("9", f"{said[:40]!r} is not a time of day.", "Send HH:MM:SS, 00:00:00 to 23:59:59.") from None
    return at, _offset(zone), seconds is None


def _offset(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    if minutes > 14 * 60:
        raise Bad("9", f"{zone!r} is no offset from UTC.", "Send an offset between -14:00 and +14:00.")
    return -minutes if zone[0] == "-" else minutes


def _written_zone(offset: int | None) -> str:
    if not offset:
        return "" if offset is None else "Z"
    return f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"


_IDLE = re.compile(r"(\d*\.\d*?)0+", re.ASCII)


@lru_cache(CACHE_MAX)
def xml_number(said: str) -> Decimal:
    """Read an amount as XML Schema writes it: zeros behind the last decimal, however many, say nothing."""
    found = _IDLE.fullmatch(said) if len(said) > IDLE_FROM else None
    return number((found[1].removesuffix(".") or "0") if found else said)


@lru_cache(CACHE_MAX)
def xml_signed(said: str) -> Decimal:
    """Read an amount as XML Schema writes it, which may be below zero."""
    return -xml_number(said[1:]) if said.startswith("-") else xml_number(said)


def trailing_sign(said: str) -> Decimal:
    """Read an amount as SAP writes it: a minus, if any, stands behind."""
    return -number(said[:-1].rstrip()) if said.endswith("-") else signed(said)


def write_trailing_sign(value: Decimal) -> str:
    """Write an amount with its minus behind."""
    return write_number(-value) + "-" if value < 0 else write_number(value)


_NOON = Moment(on=date(2026, 11, 20), at=time(14, 25), offset=60, precision="minute", zone_source="explicit")

ISO_FORMS = (
    Form("iso_day", iso_day, write_iso_day, (("2026-11-20", date(2026, 11, 20)),)),
    Form(
        "iso_clock",
        iso_clock,
        write_iso_clock,
        (("14:25:30", time(14, 25, 30)), ("14:25:30.500000", time(14, 25, 30, 500_000))),
    ),
    Form(
        "iso_moment",
        iso_moment,
        write_iso_moment,
        (("2026-11-20", Moment(on=date(2026, 11, 20))), ("2026-11-20T14:25+01:00", _NOON)),
    ),
    Form(
        "iso_day_clock",
        iso_day_clock,
        write_iso_day_clock,
        ((("2026-11-20", ""), Moment(on=date(2026, 11, 20))), (("2026-11-20", "14:25+01:00"), _NOON)),
        parts=2,
    ),
    Form(
        "english",
        english,
        write_english,
        (
            (("April 28, 2015", ""), Moment(on=date(2015, 4, 28))),
            (("April 28, 2015", "9:01 am"), Moment(on=date(2015, 4, 28), at=time(9, 1), precision="minute")),
        ),
        parts=2,
    ),
    Form("xml_number", xml_number, write_number, (("12.5", Decimal("12.5")),)),
    Form("xml_signed", xml_signed, write_number, (("-12.5", Decimal("-12.5")),)),
    Form("plain_sscc", sscc, text, (("340123450000000018", "340123450000000018"),)),
    Form(
        "trailing_sign",
        trailing_sign,
        write_trailing_sign,
        (("12.5-", Decimal("-12.5")), ("7.25", Decimal("7.25"))),
    ),
)
