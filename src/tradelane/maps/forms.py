"""How one value is written: text to value and back. The registry of pure functions that a map may name, each with
executed examples.

A form that cannot read a text raises `Bad` with the code an X12 997 has for it (AK403). Reading is cached: the same
dates, units and prices come again and again, and reading is pure.
"""

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec import Struct

from tradelane.model.moment import Moment
from tradelane.model.quantity import DIGITS_MAX, SCALE_MAX

CACHE_MAX = 1 << 15
CENTURIES = ("19", "21")


class Bad(ValueError):
    """The text cannot be read in this form.

    An AK403 code, what is wrong, what to do, and which of several parts it is about.
    """

    def __init__(self, code: str, says: str, fix: str, part: int = 0) -> None:
        super().__init__(says)
        self.code, self.says, self.fix, self.part = code, says, fix, part


class Form(Struct, frozen=True):
    """A named pair of pure functions. ``write`` None: it cannot be undone. ``parts``: how many texts make one value.

    ``follows``: the second part stands right behind the first, so that a map names only the first.

    ``examples`` are pairs of what is written and what it means; the tests execute them, forwards and (where ``write``
    is given) back.
    """

    name: str
    read: Callable[..., Any]
    write: Callable[..., Any] | None
    examples: tuple[tuple[Any, Any], ...]
    parts: int = 1
    follows: bool = False


def text(said: str) -> str:
    """Return *said* as it is."""
    return said


_NUMBER = re.compile(r"([0-9]*)(?:\.([0-9]*))?", re.ASCII)
_NUMBER_FIX = "Send ASCII digits with at most one decimal point: no sign, no exponent, no thousands separator."


@lru_cache(CACHE_MAX)
def number(said: str) -> Decimal:
    """Read an amount: digits and at most one point. What is negative, or written in any cleverer way, is refused."""
    found = _NUMBER.fullmatch(said)
    if found is None or said in ("", "."):
        raise Bad("6", f"{said[:40]!r} is not a plain number.", _NUMBER_FIX)
    whole, fraction = found.group(1), found.group(2) or ""
    if len(whole.lstrip("0")) + len(fraction) > DIGITS_MAX or len(fraction) > SCALE_MAX:
        raise Bad(
            "6",
            f"{said[:40]!r} has too many digits.",
            f"Send at most {DIGITS_MAX} digits, {SCALE_MAX} of them decimals.",
        )
    return Decimal(said)


@lru_cache(CACHE_MAX)
def signed(said: str) -> Decimal:
    """Read an amount that may be below zero, such as an invoice's total."""
    return -number(said[1:]) if said.startswith("-") else number(said)


def cents(said: str) -> Decimal:
    """Read an amount with two implied decimals (X12 type N2), which may be below zero: 12345 means 123.45."""
    minus, digits = said.startswith("-"), said.removeprefix("-")
    if not digits.isascii() or not digits.isdigit():
        raise Bad(
            "6", f"{said[:40]!r} is not a whole number of hundredths.", "Send digits only; the last two are decimals."
        )
    if len(digits) > DIGITS_MAX:
        raise Bad("6", f"{said[:40]!r} has too many digits.", f"Send at most {DIGITS_MAX} digits.")
    value = Decimal(digits).scaleb(-2)
    return -value if minus else value


@lru_cache(CACHE_MAX)
def integer(said: str) -> int:
    """Read a count."""
    if not said.isascii() or not said.isdigit():
        raise Bad("6", f"{said[:40]!r} is not a whole number.", "Send ASCII digits only.")
    if len(said) > 9:
        raise Bad("6", f"{said[:40]!r} has too many digits.", "Send at most 9 digits.")
    return int(said)


@lru_cache(CACHE_MAX)
def day(said: str) -> date:
    """Read a date written CCYYMMDD. A year far from any trade is a century that got lost on the way."""
    if len(said) == 8 and said.isascii() and said.isdigit() and CENTURIES[0] <= said[:2] <= CENTURIES[1]:
        try:
            return date(int(said[:4]), int(said[4:6]), int(said[6:]))
        except ValueError:
            pass
    raise Bad("8", f"{said[:40]!r} is not a date.", "Send a day of the calendar as CCYYMMDD.")


@lru_cache(CACHE_MAX)
def short_day(said: str) -> date:
    """Read a date written YYMMDD, as X12 wrote it before 004010: 50 to 99 are of the last century."""
    if len(said) == 6 and said.isascii() and said.isdigit():
        return day(("19" if said[:2] >= "50" else "20") + said)
    return day(said)


@lru_cache(CACHE_MAX)
def clock(said: str) -> time:
    """Read a time of day written HHMM, HHMMSS or HHMMSSDD (the last two hundredths of a second)."""
    if len(said) in (4, 6, 8) and said.isascii() and said.isdigit():
        try:
            return time(int(said[:2]), int(said[2:4]), int(said[4:6] or 0), int(said[6:] or 0) * 10_000)
        except ValueError:
            pass
    raise Bad("9", f"{said[:40]!r} is not a time of day.", "Send HHMM or HHMMSS, 0000 to 2359.")


# X12 element 623. Standard and daylight codes of one offset differ only in season; the first of an
# offset is the one we write.
ZONES = {
    "UT": 0,
    "GM": 0,
    "ES": -300,
    "CD": -300,
    "ED": -240,
    "CS": -360,
    "MD": -360,
    "MS": -420,
    "PD": -420,
    "PS": -480,
    "AS": -240,
    "AD": -180,
    "HS": -600,
    "NS": -210,
}


@lru_cache(CACHE_MAX)
def moment(on: str, at: str = "", zone: str = "") -> Moment:
    """Read a date, perhaps with a time of day, perhaps with a zone; a zone code that names no offset tells nothing."""
    if not at:
        return Moment(on=day(on))
    offset = ZONES.get(zone)
    try:
        hour = clock(at)
    except Bad as bad:
        raise Bad(bad.code, bad.says, bad.fix, part=1) from None
    return Moment(
        on=day(on),
        at=hour,
        offset=offset,
        precision="minute" if len(at) == 4 else "second",
        zone_source="" if offset is None else "explicit",
    )


def short_moment(on: str, at: str = "", zone: str = "") -> Moment:
    """Read the same with a date written YYMMDD."""
    return moment(write_day(short_day(on)), at, zone)


@lru_cache(CACHE_MAX)
def gtin(said: str) -> str:
    """Read a UPC-12, EAN-13, EAN-8 or ITF-14 as the 14 digits they all fold into."""
    if not said.isascii() or not said.isdigit():
        raise Bad("6", f"{said[:40]!r} is not a GTIN.", "Send the digits under the bar code only.")
    if len(said) > 14:
        raise Bad("5", f"{said[:40]!r} is longer than a GTIN.", "Send at most 14 digits.")
    return said.rjust(14, "0")


@lru_cache(CACHE_MAX)
def sscc(said: str) -> str:
    """Read a serial shipping container code.

    18 digits, or 20 as the bar code has it, after the application identifier 00.
    """
    return said[2:] if len(said) == 20 and said.startswith("00") else said


_ANGLE = Decimal("0.000001")
"""A millionth of a degree is a hand's breadth."""


@lru_cache(CACHE_MAX)
def degrees(said: str, direction: str = "") -> Decimal:
    """Read an angle written DDDMMSS, with the letter of its direction: south and west are below zero."""
    if len(said) != 7 or not said.isascii() or not said.isdigit() or int(said[3:5]) > 59 or int(said[5:]) > 59:
        raise Bad("6", f"{said[:40]!r} is not an angle.", "Send degrees, minutes and seconds as DDDMMSS.")
    seconds = int(said[:3]) * 3600 + int(said[3:5]) * 60 + int(said[5:])
    # Without idle zeros, and never with an exponent: 40, not 4E+1.
    angle = Decimal(write_number((Decimal(seconds) / 3600).quantize(_ANGLE)))
    return -angle if direction in ("S", "W") else angle


def write_number(value: Decimal) -> str:
    """Write an amount without exponent and without idle zeros."""
    plain = str(value)
    # Only very small and very large amounts have an exponent, and formatting takes three times as long.
    plain = format(value, "f") if "E" in plain else plain
    return (plain.rstrip("0").rstrip(".") or "0") if "." in plain else plain


def write_cents(value: Decimal) -> str:
    """Write an amount in hundredths; less than a hundredth cannot be said."""
    scaled = value.scaleb(2)
    if scaled != scaled.to_integral_value():
        raise Bad("6", f"{value} is not a whole number of hundredths.", "Round it to two decimals.")
    return str(int(scaled))


def write_day(value: date) -> str:
    """Write a date as CCYYMMDD."""
    return f"{value.year:04d}{value.month:02d}{value.day:02d}"


def write_short_day(value: date) -> str:
    """Write a date as YYMMDD; a year it cannot tell from another is not written."""
    if not 1950 <= value.year <= 2049:
        raise Bad("8", f"{value} has a year that two digits do not tell.", "Use a later version of the standard.")
    return write_day(value)[2:]


def write_clock(value: time, precision: str = "second") -> str:
    """Write a time of day as HHMM, HHMMSS or HHMMSSDD, whichever says just what is known."""
    if precision == "minute":
        return f"{value.hour:02d}{value.minute:02d}"
    hundredths = f"{value.microsecond // 10_000:02d}" if value.microsecond else ""
    return f"{value.hour:02d}{value.minute:02d}{value.second:02d}{hundredths}"


def write_moment(value: Moment) -> tuple[str, str, str]:
    """Write a moment as date, time and zone code.

    An offset with no code of its own is left out, as nobody could read it.
    """
    if value.at is None:
        return write_day(value.on), "", ""
    zone = next((code for code, offset in ZONES.items() if offset == value.offset), "")
    return write_day(value.on), write_clock(value.at, value.precision), zone


def write_short_moment(value: Moment) -> tuple[str, str, str]:
    """Write a moment with its date as YYMMDD."""
    _, at, zone = write_moment(value)
    return write_short_day(value.on), at, zone


def write_latitude(value: Decimal) -> tuple[str, str]:
    """Write an angle north or south of the equator, to the second."""
    return _angle(value), "S" if value < 0 else "N"


def write_longitude(value: Decimal) -> tuple[str, str]:
    """Write an angle east or west of Greenwich, to the second."""
    return _angle(value), "W" if value < 0 else "E"


def _angle(value: Decimal) -> str:
    seconds = int((abs(value) * 3600).to_integral_value())
    return f"{seconds // 3600:03d}{seconds // 60 % 60:02d}{seconds % 60:02d}"


def _short(most: int) -> Form:
    """Return the form of a code that has so many characters at most: longer, it is not written, and named."""

    def write(value: str) -> str:
        if len(value) > most:
            raise Bad("5", f"the place takes {most} characters.", "Use the code for it.")
        return value

    return Form(f"code{most}", text, write, _examples(("TX"[:most], "TX"[:most])))


def write_sscc(value: str) -> str:
    """Write a container code with its application identifier."""
    return "00" + value if len(value) == 18 else value


def _examples(*pairs: tuple[Any, Any]) -> tuple[tuple[Any, Any], ...]:
    return pairs


FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("text", text, text, _examples(("0010", "0010"))),
        *(_short(most) for most in (2, 3, 9)),
        Form(
            "number",
            number,
            write_number,
            _examples(("12.5", Decimal("12.5")), ("100", Decimal(100)), ("0.004", Decimal("0.004"))),
        ),
        Form("signed", signed, write_number, _examples(("-3", Decimal(-3)), ("7.25", Decimal("7.25")))),
        Form(
            "cents",
            cents,
            write_cents,
            _examples(("12345", Decimal("123.45")), ("-100", Decimal(-1)), ("7", Decimal("0.07"))),
        ),
        Form("integer", integer, str, _examples(("12", 12), ("0", 0))),
        Form(
            "day",
            day,
            write_day,
            _examples(
                ("20261120", date(2026, 11, 20)),
            ),
        ),
        Form(
            "clock",
            clock,
            write_clock,
            _examples(("142530", time(14, 25, 30)), ("14253050", time(14, 25, 30, 500_000))),
        ),
        Form(
            "moment",
            moment,
            write_moment,
            _examples(
                (("20261120", "", ""), Moment(on=date(2026, 11, 20))),
                (("20261120", "1425", ""), Moment(on=date(2026, 11, 20), at=time(14, 25), precision="minute")),
                (
                    ("20261120", "142530", "UT"),
                    Moment(
                        on=date(2026, 11, 20), at=time(14, 25, 30), offset=0, precision="second", zone_source="explicit"
                    ),
                ),
            ),
            parts=3,
        ),
        Form("short_day", short_day, write_short_day, _examples(("261120", date(2026, 11, 20)))),
        Form(
            "short_moment",
            short_moment,
            write_short_moment,
            _examples((("261120", "1425", ""), Moment(on=date(2026, 11, 20), at=time(14, 25), precision="minute"))),
            parts=3,
        ),
        Form("gtin", gtin, text, _examples(("00012345678905", "00012345678905"))),
        Form("upc", gtin, None, _examples(("012345678905", "00012345678905"), ("4006381333931", "04006381333931"))),
        Form(
            "latitude",
            degrees,
            write_latitude,
            _examples((("0415230", "N"), Decimal("41.875")), (("0333000", "S"), Decimal("-33.5"))),
            parts=2,
        ),
        Form(
            "longitude",
            degrees,
            write_longitude,
            _examples((("0873730", "W"), Decimal("-87.625")), (("0070000", "E"), Decimal(7))),
            parts=2,
        ),
        Form("sscc", sscc, write_sscc, _examples(("00340123450000000018", "340123450000000018"))),
    )
}
