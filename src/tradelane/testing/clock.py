"""Clocks that are handed in.

The real one, one that a simulation moves, one that makes a demo's days pass in minutes.
"""

import time
from datetime import datetime, timedelta, timezone


class VirtualClock:
    """A clock that stands still until it is moved, and never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = in_utc(start)

    def now(self) -> datetime:
        """Return where the clock was last moved to."""
        return self._now

    def advance_to(self, instant: datetime) -> None:
        """Move to *instant*; an earlier one leaves the clock where it is."""
        self._now = max(self._now, in_utc(instant))

    def advance(self, by: timedelta) -> None:
        """Move on *by* this much."""
        self.advance_to(self._now + by)


class ScaledClock:
    """A clock that begins at *start* and runs *speed* times as fast as the machine's monotonic clock."""

    def __init__(self, start: datetime, speed: float) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be above 0, not {speed}: a clock never goes back and never stands still")
        self._start, self.speed, self._origin = in_utc(start), speed, time.monotonic()

    def now(self) -> datetime:
        """Return the scaled instant."""
        return self._start + timedelta(seconds=(time.monotonic() - self._origin) * self.speed)

    def seconds_until(self, instant: datetime) -> float:
        """Return how many real seconds pass before *instant*; 0 when it is over."""
        return max(0.0, (instant - self.now()).total_seconds() / self.speed)


def in_utc(instant: datetime) -> datetime:
    """Return *instant* in UTC; a naive one is refused, for nobody knows what it means."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no zone; give an aware datetime")
    return instant.astimezone(timezone.utc)
