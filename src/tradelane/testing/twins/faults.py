"""What befalls messages between a twin and the backbone: lost, doubled, late, damaged, contradicted.

And twins that are down.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from msgspec import Struct, structs

from tradelane.model.document import Document
from tradelane.model.goods_receipt import GoodsReceipt
from tradelane.model.invoice import Invoice
from tradelane.model.order_response import OrderResponse
from tradelane.model.purchase_order import PurchaseOrder
from tradelane.model.quantity import Quantity
from tradelane.model.ship_notice import ShipNotice
from tradelane.testing.twins.desk import Desk
from tradelane.testing.twins.due import Due


class Faults(Struct, frozen=True, kw_only=True):
    """Rates between 0 and 1 per message; outages per partner and day."""

    lose: float = 0.02
    lose_answer: float = 0.02
    delay: float = 0.05
    delay_hours_max: float = 12.0
    duplicate: float = 0.04
    garble: float = 0.02
    contradict: float = 0.003
    outages_per_day: float = 0.1


NO_FAULTS = Faults(lose=0, lose_answer=0, delay=0, duplicate=0, garble=0, contradict=0, outages_per_day=0)


def disturb(due: Due, desk: Desk, faults: Faults) -> list[Due]:
    """Return what really crosses the wire for *due*, and when; always the good message itself, sooner or later."""
    chance = desk.chance("fault", due.transport_id)
    fall = chance.random()
    for rate, befall in (
        (faults.lose, _lost),
        (faults.lose_answer, _answer_lost),
        (faults.delay, _late(faults.delay_hours_max)),
        (faults.duplicate, _doubled),
        (faults.garble, _garbled),
    ):
        if fall < rate:
            return befall(due, desk, chance)
        fall -= rate
    return [due]


def contradiction(due: Due, desk: Desk, faults: Faults, now: datetime) -> list[Due]:
    """Return, rarely, other content under the identity of what was just acknowledged.

    A conflict for a person to look at.
    """
    chance = desk.chance("contradict", due.transport_id)
    sent = desk.ledger.sent[due.transport_id]
    if sent.sense != "sensible" or chance.random() >= faults.contradict:
        return []
    documents = [_otherwise(document) for document in sent.documents]
    if documents == list(sent.documents):
        return []
    at = now + timedelta(minutes=chance.randint(30, 300))
    syntax = "x12" if sent.interchange else "json"
    return [desk.send(at, *documents, sense="conflict", syntax=syntax, copies=sent.transport_id)]


def is_down(desk: Desk, faults: Faults, now: datetime) -> bool:
    """Say whether this twin refuses deliveries now: on some days, for ten minutes to three hours."""
    chance = desk.chance("outage", f"{now:%Y-%m-%d}")
    if chance.random() >= faults.outages_per_day:
        return False
    starts, lasts = chance.randint(0, 20 * 60), chance.randint(10, 180)
    minute = now.hour * 60 + now.minute
    return starts <= minute < starts + lasts


Befall = Callable[[Due, Desk, Random], list[Due]]


def _lost(due: Due, desk: Desk, chance: Random) -> list[Due]:
    """It never arrives; having heard nothing, the sender tries the same again."""
    return [_after(due, chance.randint(60, 1800))]


def _answer_lost(due: Due, desk: Desk, chance: Random) -> list[Due]:
    """It arrives, the answer does not; the sender tries the same again."""
    return [due, _after(due, chance.randint(5, 900))]


def _late(hours_max: float) -> Befall:
    """It is held up, so that others overtake it."""

    def befall(due: Due, desk: Desk, chance: Random) -> list[Due]:
        return [_after(due, chance.randint(60, max(61, int(hours_max * 3600))))]

    return befall


def _doubled(due: Due, desk: Desk, chance: Random) -> list[Due]:
    """It comes twice: the same bytes under another name, perhaps by another channel.

    Or written again with new control numbers.
    """
    sent = desk.ledger.sent[due.transport_id]
    at = due.at + timedelta(seconds=chance.randint(0, 7200))
    match chance.choice(("bytes", "channel", "numbers")):
        case "bytes":
            again = desk.enter_copy(sent, due.body, at)
        case "channel":
            again = desk.enter_copy(sent, due.body, at, channel="folder" if due.channel == "http" else "http")
        case _:
            body, numbers = desk.written_again(sent, at)
            again = desk.enter_copy(sent, body, at, numbers=numbers)
    return [due, again]


def _garbled(due: Due, desk: Desk, chance: Random) -> list[Due]:
    """It comes damaged first; the sender notices and sends the good one.

    The damaged one has control numbers of its own: a sender who is told that he was not understood writes a new
    envelope.
    """
    sent = desk.ledger.sent[due.transport_id]
    body, numbers = desk.written_again(sent, due.at)
    damages = _X12_DAMAGES if sent.interchange else _JSON_DAMAGES
    bad = desk.enter_copy(sent, chance.choice(damages)(body, chance), due.at, sense="garbled", numbers=numbers)
    return [bad, _after(due, chance.randint(300, 7200))]


def _after(due: Due, seconds: int) -> Due:
    return structs.replace(due, at=due.at + timedelta(seconds=seconds))


# --- damage ---------------------------------------------------------------------------------------------------------

Damage = Callable[[bytes, Random], bytes]


def truncated(body: bytes, chance: Random) -> bytes:
    """Cut off: the line broke somewhere in the middle."""
    return body[: max(1, len(body) * chance.randint(5, 85) // 100)]


def separators_changed(body: bytes, chance: Random) -> bytes:
    """A gateway changed the element separator in the ISA's fourth place only, so that nothing fits the rest."""
    return body[:3] + b"|" + body[4:]


def count_damaged(body: bytes, chance: Random) -> bytes:
    """SE01 counts one segment too many: that set alone is to be refused."""
    head, _, tail = body.rpartition(b"~\nSE*")
    count, star, rest = tail.partition(b"*")
    return head + b"~\nSE*" + str(int(count) + 1).encode() + star + rest


def trailer_mismatched(body: bytes, chance: Random) -> bytes:
    """IEA02 is not ISA13: the interchange as a whole is not to be believed."""
    head, _, tail = body.rpartition(b"IEA*1*")
    number = int(tail.rstrip(b"~\n"))
    return head + b"IEA*1*" + f"{(number + 7) % 1_000_000_000:09d}".encode() + b"~\n"


def random_bytes(body: bytes, chance: Random) -> bytes:
    """Not the message at all."""
    return chance.randbytes(min(len(body), 2048) or 16)


def key_doubled(body: bytes, chance: Random) -> bytes:
    """The same JSON key twice: which one is meant, nobody can tell."""
    return body.replace(b"{", b'{"document":"nothing",', 1)


def number_ruined(body: bytes, chance: Random) -> bytes:
    """A quantity that is no number."""
    return body.replace(b'"value":', b'"value":NaN,"was":', 1) if b'"value":' in body else truncated(body, chance)


_X12_DAMAGES: tuple[Damage, ...] = (truncated, separators_changed, count_damaged, trailer_mismatched, random_bytes)
_JSON_DAMAGES: tuple[Damage, ...] = (truncated, key_doubled, number_ruined, random_bytes)


# --- contradiction --------------------------------------------------------------------------------------------------


def _otherwise(document: Document) -> Document:
    """Return *document* with the same identity and other content."""
    match document:
        case PurchaseOrder(lines=(first, *rest)):
            return structs.replace(document, lines=(structs.replace(first, quantity=_one_more(first.quantity)), *rest))
        case OrderResponse(lines=(first, *rest)) if first.outcomes and first.outcomes[0].deliver_on:
            said = first.outcomes[0]
            moved = structs.replace(said, deliver_on=said.deliver_on + timedelta(days=1)) if said.deliver_on else said
            return structs.replace(
                document, lines=(structs.replace(first, outcomes=(moved, *first.outcomes[1:])), *rest)
            )
        case ShipNotice():
            nodes = list(document.nodes)
            place, node = next((i, n) for i, n in enumerate(nodes) if n.quantity)
            if node.quantity:
                nodes[place] = structs.replace(node, quantity=_one_more(node.quantity))
            return structs.replace(document, nodes=tuple(nodes))
        case GoodsReceipt(lines=(first, *rest)):
            return structs.replace(document, lines=(structs.replace(first, received=_one_more(first.received)), *rest))
        case Invoice():
            return structs.replace(document, invoiced_on=document.invoiced_on + timedelta(days=1))
        case _:
            return document


def _one_more(quantity: Quantity) -> Quantity:
    return Quantity(quantity.value + Decimal(1), quantity.unit)
