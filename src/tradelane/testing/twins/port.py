"""What every practice partner is: it takes what is delivered to it, and says what it wants to send and when."""

from datetime import datetime
from typing import Protocol

from tradelane.testing.twins.desk import Desk
from tradelane.testing.twins.due import Due


class Twin(Protocol):
    """One practice partner. Pure: time arrives as an argument, chance comes from the seed and the matter at hand."""

    name: str
    desk: Desk

    def start(self, now: datetime) -> list[Due]:
        """Begin; return the first things to come."""
        ...

    def take(self, body: bytes, media_type: str, delivery_id: str, now: datetime) -> list[Due]:
        """Take what the backbone delivered; return what follows from it."""
        ...

    def wake(self, token: str, now: datetime) -> list[Due]:
        """Do what was put off until now."""
        ...
