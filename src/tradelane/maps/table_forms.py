"""How people write numbers and days in tables, by declaration: which sign is the decimal one, which part is the day.

Nothing is guessed: 1.234 is a thousand by one form and a little more than one by the other. A day written
CCYY-MM-DD is clear in any form, and so is what a workbook holds as a date.
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from tradelane.maps.forms import CACHE_MAX, Bad, Form, number, write_number
from tradelane.maps.iso_forms import iso_clock, iso_day, write_iso_clock
from tradelane.model.moment import Moment

_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", re.ASCII)
_COMMA = re.compile(r"(-?)(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?", re.ASCII)
_POINT = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d+))?", re.ASCII)
_SERIAL_FROM, _SERIAL_LAST = date(1899, 12, 30), 73_050


@lru_cache(CACHE_MAX)
def comma_signed(said: str) -> Decimal:
    """Read an amount as most of Europe writes it: 1.234,50; it may be below zero."""
    return _amount(said, _COMMA, ".", "1.234,50")


@lru_cache(CACHE_MAX)
def point_signed(said: str) -> Decimal:
    """Read an amount as English writes it: 1,234.50; it may be below zero."""
    return _amount(said, _POINT, ",", "1,234.50")


def comma_number(said: str) -> Decimal:
    """Read the same, not below zero."""
    return _positive(said, comma_signed(said))


def point_number(said: str) -> Decimal:
    """Read the same, not below zero."""
    return _positive(said, point_signed(said))


@lru_cache(CACHE_MAX)
def dmy(said: str) -> date:
    """Read a day written day, month, year: 20.11.2026, 20/11/2026."""
    found = _DAY.fullmatch(said)
    return iso_day(said) if found is None else _day(said, found[4], found[3], found[1], "DD.MM.CCYY")


@lru_cache(CACHE_MAX)
def mdy(said: str) -> date:
    """Read a day written month, day, year: 11/20/2026."""
    found = _DAY.fullmatch(said)
    return iso_day(said) if found is None else _day(said, found[4], found[1], found[3], "MM/DD/CCYY")


@lru_cache(CACHE_MAX)
def serial_day(said: str) -> date:
    """Read a day as a spreadsheet counts it, from the end of 1899; days before March 1900 it counts wrongly itself."""
    if said.isascii() and said.isdigit() and len(said) <= 5 and 61 <= int(said) <= _SERIAL_LAST:
        return _SERIAL_FROM + timedelta(days=int(said))
    return iso_day(said)


def dmy_moment(said: str) -> Moment:
    """Read a day, perhaps with a time of day behind it: 20.11.2026 14:25."""
    return _moment(said, dmy(said.partition(" ")[0]))


def mdy_moment(said: str) -> Moment:
    """Read the same with the month first."""
    return _moment(said, mdy(said.partition(" ")[0]))


def write_comma(value: Decimal) -> str:
    """Write an amount with a decimal comma and no thousands sign."""
    return write_number(value).replace(".", ",")


def write_dmy(value: date) -> str:
    """Write a day as DD.MM.CCYY."""
    return f"{value.day:02d}.{value.month:02d}.{value.year:04d}"


def write_mdy(value: date) -> str:
    """Write a day as MM/DD/CCYY."""
    return f"{value.month:02d}/{value.day:02d}/{value.year:04d}"


def write_serial(value: date) -> str:
    """Write a day as a spreadsheet counts it."""
    return str((value - _SERIAL_FROM).days)


def write_dmy_moment(value: Moment) -> str:
    """Write a day, and the time of day where it is known."""
    return write_dmy(value.on) + _time_of(value)


def write_mdy_moment(value: Moment) -> str:
    """Write the same with the month first."""
    return write_mdy(value.on) + _time_of(value)


def _amount(said: str, form: re.Pattern[str], thousands: str, example: str) -> Decimal:
    found = form.fullmatch(said)
    if found is None or not (found[2] or found[3]):
        says = f"{said[:40]!r} is not a number of the agreed form."
        raise Bad("6", says, f"Send ASCII digits, written like {example} or without the sign between thousands.")
    plain = (found[2] or "0").replace(thousands, "")
    value = number(f"{plain}.{found[3]}" if found[3] else plain)
    return -value if found[1] else value


def _positive(said: str, value: Decimal) -> Decimal:
    if said.startswith("-"):
        raise Bad("6", f"{said[:40]!r} is below zero.", "Send an amount that is not below zero.")
    return value


def _day(said: str, year: str, month: str, day: str, form: str) -> date:
    try:
        if 1900 <= int(year) < 2200:
            return date(int(year), int(month), int(day))
    except ValueError:
        pass
    raise Bad("8", f"{said[:40]!r} is not a date.", f"Send a day of the calendar as {form}.")


def _moment(said: str, on: date) -> Moment:
    at = said.partition(" ")[2].strip()
    if not at:
        return Moment(on=on)
    return Moment(on=on, at=iso_clock(at), precision="minute" if at.count(":") == 1 else "second")


def _time_of(value: Moment) -> str:
    if value.at is None:
        return ""
    if value.offset is not None:
        raise Bad("9", f"{value.at} has an offset from UTC.", "The form has no place for it; choose iso_moment.")
    return " " + (f"{value.at:%H:%M}" if value.precision == "minute" else write_iso_clock(value.at))


_NOON = Moment(on=date(2026, 11, 20), at=iso_clock("14:25"), precision="minute")

TABLE_FORMS = (
    Form("comma_number", comma_number, write_comma, (("12,5", Decimal("12.5")), ("1234", Decimal(1234)))),
    Form("comma_signed", comma_signed, write_comma, (("-12,5", Decimal("-12.5")), ("0,004", Decimal("0.004")))),
    Form("point_number", point_number, write_number, (("1234.5", Decimal("1234.5")),)),
    Form("point_signed", point_signed, write_number, (("-1234.5", Decimal("-1234.5")),)),
    Form("dmy", dmy, write_dmy, (("20.11.2026", date(2026, 11, 20)),)),
    Form("mdy", mdy, write_mdy, (("11/20/2026", date(2026, 11, 20)),)),
    Form("serial_day", serial_day, write_serial, (("46346", date(2026, 11, 20)),)),
    Form("dmy_moment", dmy_moment, write_dmy_moment, (("20.11.2026 14:25", _NOON),)),
    Form("mdy_moment", mdy_moment, write_mdy_moment, (("11/20/2026 14:25", _NOON),)),
)  # fmt: skip
NUMBERS = frozenset(
    {"number", "signed", "integer", "comma_number", "comma_signed", "point_number", "point_signed", "serial_day"}
)
"""Forms whose values a workbook holds as numbers."""
DAYS = frozenset({"iso_day", "dmy", "mdy"})
"""Forms whose values a workbook holds as dates."""
