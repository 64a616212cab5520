"""The words of people about a supplier's answer: a decision on what is beyond policy, a reminder where none came."""

from tradelane.model.command import Command
from tradelane.model.event import Event
from tradelane.model.finding import Finding
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


class RemindSupplier(Command, frozen=True, tag="purchase_order.remind_supplier"):
    """Ask the supplier once more for the answer that is missing. ``id`` tells one reminder from the next."""

    by: str
    id: str


class SupplierReminded(Event, frozen=True, tag="purchase_order.supplier_reminded"):
    """A person has the supplier reminded."""

    by: str
    id: str


class ReminderRefused(Event, frozen=True, tag="purchase_order.reminder_refused"):
    """There is nothing to remind of."""

    by: str
    findings: tuple[Finding, ...]
