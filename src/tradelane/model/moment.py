"""Dates that know their precision. A date is not midnight, and a time without a zone says who supplied the zone."""

from datetime import date, datetime, time, timedelta, timezone
from typing import Literal

from msgspec import Struct

Precision = Literal["day", "minute", "second"]
ZoneSource = Literal["", "explicit", "partner", "location"]


class Moment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A date, perhaps a time of day, perhaps an offset from UTC in minutes: exactly what the sender said, no more."""

    on: date
    at: time | None = None
    offset: int | None = None
    precision: Precision = "day"
    zone_source: ZoneSource = ""

    def utc(self) -> datetime | None:
        """Return the instant, or None when only a day or no zone is known."""
        if self.at is None or self.offset is None:
            return None
        zone = timezone(timedelta(minutes=self.offset))
        return datetime.combine(self.on, self.at, zone).astimezone(timezone.utc)
