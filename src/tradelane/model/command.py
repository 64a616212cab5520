"""What is asked of one business object. A command is imperative and may be refused; the refusal is an event."""

from datetime import datetime

from msgspec import Struct

from tradelane.model.finding import Finding


class Command(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """Base of all commands."""


class Defer(Struct, frozen=True, kw_only=True):
    """A decision that cannot be taken yet: something must come first.

    ``until`` is when waiting ends and a person looks; ``asks`` is what the sender is asked for then, if anything.
    ``stranger``: what it is about is there, but is another partner's; who asks must not learn that (P22).
    """

    finding: Finding
    until: datetime
    asks: str = ""
    stranger: bool = False
