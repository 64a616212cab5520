"""The clock the house is given. Nothing in it asks the machine for the time but through this."""

import os
from datetime import datetime, timedelta, timezone
from typing import Protocol

VARIABLE = "TRADELANE_CLOCK"


class Clock(Protocol):
    """Tells the time in UTC."""

    def now(self) -> datetime:
        """Return the present instant."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time."""
        return datetime.now(timezone.utc)


class RehearsalClock:
    """A clock the processes of one rehearsal share: it read *start* at *origin* and runs *speed* times as fast."""

    def __init__(self, start: datetime, origin: datetime, speed: float) -> None:
        self.start, self.origin, self.speed = start, origin, speed

    def now(self) -> datetime:
        """Return the rehearsed instant."""
        return self.start + timedelta(seconds=(datetime.now(timezone.utc) - self.origin).total_seconds() * self.speed)

    def __str__(self) -> str:
        """Return what `from_environment` reads."""
        return f"{self.start.isoformat()},{self.origin.isoformat()},{self.speed}"


def from_environment() -> Clock:
    """Return the machine's clock or, where TRADELANE_CLOCK says ``start,origin,speed``, a rehearsal's."""
    said = os.environ.get(VARIABLE, "")
    if not said:
        return SystemClock()
    start, origin, speed = said.split(",")
    return RehearsalClock(datetime.fromisoformat(start), datetime.fromisoformat(origin), float(speed))
