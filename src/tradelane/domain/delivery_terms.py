"""Where and when the buyer wants the goods of an order, and whether a ship notice keeps to it (domain.md 4.4, checks
11, 12 and 15).
"""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from tradelane.model.finding import Finding, Place, Severity
from tradelane.model.item import ItemFacts
from tradelane.model.party import Party
from tradelane.model.purchase_order import PurchaseOrder, RecordShipment
from tradelane.model.ship_notice import UN_NUMBER, ShippedItem


class Terms(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The place the goods go to, the days between which they may leave (both count), and the lines that are dangerous
    goods by their UN number.
    """

    ship_to: Party | None = None
    not_before: date | None = None
    not_after: date | None = None
    dangerous: tuple[str, ...] = ()


def terms_of(order: PurchaseOrder) -> Terms:
    """Return what *order* asks for."""
    named = (line.number for line in order.lines if any(one.kind == UN_NUMBER for one in line.references))
    return Terms(
        ship_to=order.ship_to,
        not_before=order.ship_not_before,
        not_after=order.ship_not_after,
        dangerous=tuple(named),
    )


def term_faults(command: RecordShipment, terms: Terms) -> Iterator[Finding]:
    """Yield where the shipment goes to another place than the order, or leaves outside its window."""
    if elsewhere(command.ship_to, terms.ship_to):
        says = f"The goods go to {_named(command.ship_to)}, the order says {_named(terms.ship_to)}."
        fix = "Stop or redirect the shipment with the supplier, or change the order's ship-to."
        yield _fault("ship-to", says, fix, "error")
    if terms.not_before and command.shipped_on < terms.not_before:
        says = f"Shipped on {command.shipped_on}, not wanted to leave before {terms.not_before}."
        yield _fault("shipped-early", says, "See that the dock has room for it.", "warning")
    if terms.not_after and command.shipped_on > terms.not_after:
        says = f"Shipped on {command.shipped_on}, wanted to leave by {terms.not_after}."
        yield _fault("shipped-late", says, "See which deliveries depend on it.", "warning")


def danger_fault(item: ShippedItem, line: str, terms: Terms, facts: ItemFacts | None) -> Iterator[Finding]:
    """Yield where an item that is dangerous goods, by the order or by what we know of it, does not say so."""
    if (line in terms.dangerous or (facts and facts.hazardous)) and not item.un_number:
        says = f"Item {item.node}, line {line}, is dangerous goods; the notice gives no UN number."
        yield _fault("no-un-number", says, "Keep the goods apart until the supplier gives it.", "error")


def elsewhere(said: Party | None, wanted: Party | None) -> bool:
    """Say whether two parties are surely not the same place: they share a scheme, and no identifier.

    Names and addresses are written in too many ways to tell.
    """
    if said is None or wanted is None:
        return False
    ours = {(one.scheme, one.value.strip().upper()) for one in wanted.identifiers if one.scheme != "name"}
    theirs = {(one.scheme, one.value.strip().upper()) for one in said.identifiers if one.scheme != "name"}
    shared = {scheme for scheme, _ in ours} & {scheme for scheme, _ in theirs}
    return bool(shared) and not ours & theirs


def _named(party: Party | None) -> str:
    return (party.identifier() or party.name) if party else ""


def _fault(code: str, says: str, fix: str, severity: Severity) -> Finding:
    return Finding(code=f"ship-notice.{code}", where=Place(path="the order"), says=says, fix=fix, severity=severity)
