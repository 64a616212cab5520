"""Answer a partner who speaks of another partner's order: for them it is not there (promise P22).

What they send waits as if its order had still to come, as long, and comes to the same end. We know better, and ask a
person.
"""

from msgspec.structs import replace

from tradelane.model.command import Defer
from tradelane.model.finding import Place


def not_theirs(early: Defer, says: str) -> Defer:
    """Return *early*, what they would hear were the order not there, with the truth inside: *says*."""
    finding = replace(
        early.finding,
        code=f"{early.finding.code.split('.', 1)[0]}.not-your-order",
        says=says,
        fix="They heard nothing of it. Ask them where they have the number from; the order may be meant for them.",
        where=Place(path="$.order_number"),
    )
    return replace(early, finding=finding, stranger=True)
