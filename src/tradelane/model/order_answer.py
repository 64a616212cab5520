"""The words of a person's decision about a supplier's answer that is beyond policy."""

from tradelane.model.command import Command
from tradelane.model.event import Event
from tradelane.model.order_change import OrderChange


class DecideOnAnswer(Command, frozen=True, tag="purchase_order.decide_on_answer"):
    """A person accepts what the supplier answered beyond policy, or declines it; ``lines`` empty: all that wait for
    it.
    """

    accept: bool
    by: str
    lines: tuple[str, ...] = ()


class AnswerAccepted(Event, frozen=True, tag="purchase_order.answer_accepted"):
    """A person accepts what the supplier answered on these lines, although it is beyond policy."""

    lines: tuple[str, ...]
    by: str


class AnswerDeclined(Event, frozen=True, tag="purchase_order.answer_declined"):
    """A person declines what the supplier answered: ``change`` asks again for these lines as ordered, and all that has
    not left the supplier is open. It takes no number of the buyer's changes.
    """

    change: OrderChange
    by: str
