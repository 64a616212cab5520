"""The code's words as the users say them: a document, a state, and every event as a sentence."""

from decimal import Decimal

from tradelane.model import (
    case,
    exchange,
    goods_receipt,
    invoice,
    invoice_book,
    order_answer,
    order_cancel,
    order_receipt,
    purchase_order,
    repeat,
    replay,
    ship_notice,
)
from tradelane.model.event import Event
from tradelane.model.finding import Finding
from tradelane.model.request import TimerFired
from tradelane.views.order_sentence import plain
from tradelane.views.words import DOCUMENT_STATES, DOCUMENTS

_DISCREPANCIES = {
    "short": "short",
    "over": "too many",
    "damaged": "damaged",
    "not_advised": "not announced",
    "wrong_item": "the wrong item",
    "quality": "not good enough",
    "other": "not as announced",
    "pack": "probably counted in cases",
    "lot": "another lot than announced",
    "expired": "past its day",
    "short_dated": "too near to its day",
    "misshipped": "at another place",
}

_CANCELLED = {
    "": "",
    "agreed": ", as the supplier agreed",
    "refused": ", as the supplier had refused all of it",
    "read": ", as the supplier got the cancellation",
    "silent": ", as the supplier did not answer in time",
}
_MATCHES = {
    "approved": "agrees with order and receipt",
    "waiting": "waits for the goods to be received",
    "variance": "does not match the order",
    "turned_down": "is turned down",
}


def document_words(document_type: str) -> str:
    """Return what users call this type of document."""
    return DOCUMENTS.get(document_type, document_type.replace("_", " ").capitalize() or "Unknown document")


def in_sentence(document_type: str) -> str:
    """Return the same inside a sentence: ``order confirmation (855)``, but ``ASN (856)``."""
    words = document_words(document_type)
    return words if words[:2].isupper() else words[0].lower() + words[1:]


def state_words(state: str) -> str:
    """Return what users call this state of a document."""
    return DOCUMENT_STATES.get(state, state.replace("_", " ").capitalize())


def says(event: Event) -> str:
    """Return what happened, as a person would tell it."""
    match event:
        case TimerFired(name=name):
            return f"Time is up: {name.replace('_', ' ').replace('-', ' ')}"
        case _:
            return (
                _guarded(event)
                or _order(event)
                or _order_line(event)
                or _other_documents(event)
                or _exchange(event)
                or _case(event)
                or _replay(event)
                or _tag(event)
            )


def counted(number: int, thing: str) -> str:
    """Return how many of a thing: ``1 line``, ``2 lines``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def problems(findings: tuple[Finding, ...]) -> str:
    """Return the findings as sentences."""
    return " ".join(f"{f.says} {f.fix}".strip() for f in findings)


def _guarded(event: Event) -> str:
    match event:
        case repeat.DocumentRepeated(document_type=kind, number=number):
            return f"{document_words(kind)} {number} came again: already had it, nothing done twice"
        case repeat.DocumentConflicted(document_type=kind, number=number, partner=partner):
            return f"{document_words(kind)} {number} came again from {partner} with other content; a person decides"
        case repeat.DocumentDeferred(document_type=kind, number=number, says=reason):
            return f"{document_words(kind)} {number} waits: {reason}"
        case repeat.DocumentParked(document_type=kind, number=number, says=reason):
            return f"{document_words(kind)} {number} stopped, needs fixing (ours): {reason}"
        case _:
            return ""


def _order(event: Event) -> str:
    match event:
        case purchase_order.OrderReleased(order=order, supplier=supplier):
            return f"Order {order.number} with {counted(len(order.lines), 'line')} taken for {supplier}"
        case purchase_order.OrderRefused(order=order, findings=findings):
            return f"Order {order.number} sent back to the ERP. {problems(findings)}"
        case purchase_order.OrderSent(document_type=kind, partner=partner):
            return f"{document_words(kind)} delivered to {partner}"
        case purchase_order.OrderSyntaxAccepted(document_type=kind, partner=partner):
            return f"{partner} could read our {in_sentence(kind)}"
        case purchase_order.OrderSendingFailed(document_type=kind, partner=partner, state=state):
            reason = {"rejected": "could not read", "overdue": "never acknowledged", "failed": "did not get"}[state]
            return f"{partner} {reason} our {in_sentence(kind)}"
        case purchase_order.OrderResponded(partner=partner, deviations=deviations, superseded=superseded):
            if superseded:
                return f"An older order confirmation from {partner} came; the newer one stands"
            return f"{partner} confirmed the order" + (
                f" with {counted(len(deviations), 'difference')}" if deviations else " as ordered"
            )
        case purchase_order.OrderResponseRefused(partner=partner, findings=findings):
            return f"Order confirmation from {partner} sent back. {problems(findings)}"
        case order_answer.AnswerAccepted(lines=lines, by=by):
            return f"{by} accepts the supplier's answer on line {', '.join(lines)}"
        case order_answer.SupplierReminded(by=by):
            return f"{by} has the supplier reminded: the order goes out again"
        case order_answer.ReminderRefused(findings=findings):
            return f"Nobody was reminded. {problems(findings)}"
        case order_answer.AnswerDeclined(change=change, by=by):
            lines = ", ".join(line.line for line in change.lines)
            return f"{by} declines the supplier's answer on line {lines}; the supplier is asked again"
        case purchase_order.OrderChanged(change=change):
            if change.purpose == "cancel":
                return "The buyer asks to cancel the order; the supplier has to agree"
            return f"Order change {change.sequence} applied"
        case purchase_order.OrderChangeRefused(change=change, findings=findings):
            return f"Order change {change.sequence} cannot be applied. {problems(findings)}"
        case order_cancel.OrderCancelled(reason=reason, because=because):
            return "Order cancelled" + _CANCELLED[because] + (f": {reason}" if reason else "")
        case order_cancel.OrderCancelRefused(partner=partner, because=because, late=late):
            did = "refuses to cancel the order" if because == "refused" else "ships in spite of the cancellation"
            return f"{partner} {did}; " + ("it was cancelled before" if late else "the order stands as before")
        case purchase_order.OrderClosed(by="", reason=_):
            return "Order done: everything has come and is billed"
        case purchase_order.OrderClosed(by=by, reason=reason):
            return f"Order closed by {by}" + (f": {reason}" if reason else "")
        case purchase_order.OrderCloseRefused(by=by, findings=findings):
            return f"{by} cannot close the order yet. {problems(findings)}"
        case _:
            return ""


def _order_line(event: Event) -> str:
    match event:
        case purchase_order.LinePromised(line=line, quantity=quantity, promises=promises):
            days = sorted({str(day) for p in promises if (day := p.deliver_on or p.ship_on)})
            return f"Line {line}: {plain(quantity)} confirmed" + (f" for {', '.join(days)}" if days else "")
        case purchase_order.LineCut(line=line, quantity=quantity, reason=reason):
            return f"Line {line}: {plain(quantity)} will not come" + (f" ({reason})" if reason else "")
        case purchase_order.LineShipped(line=line, quantity=quantity, notice=notice, over=over):
            taken_back = "taken back from" if quantity < 0 else "on their way with"
            instead, beyond = event.replaced, over - event.replaced
            more = f", {plain(instead)} of them in place of units turned down" if instead else ""
            more += f", {plain(beyond)} of them more than ordered" if beyond else ""
            return f"Line {line}: {plain(abs(quantity))} {taken_back} ASN {notice}{more}"
        case purchase_order.ShipmentRecorded(notice=notice):
            return f"ASN {notice} agrees with the order"
        case purchase_order.ShipmentRefused(notice=notice, findings=findings):
            return f"ASN {notice} does not agree with the order. {problems(findings)}"
        case order_receipt.LineReceived():
            return _received(event)
        case order_receipt.LineReceiptReversed(line=line, received=received, rejected=rejected):
            also = f" and {plain(rejected)} turned down" if rejected else ""
            return f"Line {line}: the count of {plain(received)}{also} is taken back by receipt {event.receipt}"
        case order_receipt.DiscrepancyFound(line=line, kind=kind, expected=expected, counted=counted, unit=unit):
            return (
                f"Line {line}: {_DISCREPANCIES[kind]}, {plain(expected)} {unit} announced and {plain(counted)} counted"
            )
        case order_receipt.ReceiptRecorded(receipt=receipt):
            return f"Receipt {receipt} is in the books"
        case purchase_order.LineInvoiced(line=line, quantity=quantity, invoice=number):
            return f"Line {line}: {plain(quantity)} billed by invoice {number}"
        case purchase_order.InvoiceMatched(invoice=number, outcome=outcome, by=by):
            return f"Invoice {number} {_MATCHES[outcome]}" + (f" (decided by {by})" if by else "")
        case _:
            return ""


def _received(event: order_receipt.LineReceived) -> str:
    rejected = f", {plain(event.rejected)} turned down" if event.rejected else ""
    blind = ", received without an ASN" if event.unannounced else ""
    return f"Line {event.line}: {plain(event.received)} received{rejected}{blind}"


def _other_documents(event: Event) -> str:
    match event:
        case ship_notice.ShipNoticeRecorded(notice=notice, partner=partner):
            return f"ASN {notice.number} from {partner} read; its orders are asked"
        case ship_notice.ShipNoticeRefused(notice=notice, findings=findings):
            return f"ASN {notice.number} sent back. {problems(findings)}"
        case ship_notice.OrderAnswered(order_stream=stream, agreed=agreed):
            return f"Order {_object(stream)} {'agrees' if agreed else 'does not agree'} with the ASN"
        case ship_notice.ShipNoticeReceived(receipt=receipt):
            return f"The warehouse is done with it, receipt {receipt} was the last"
        case ship_notice.ShipNoticeConfirmed(blind=blind):
            return "ASN passed on" + (", although not every order agrees with it" if blind else "")
        case goods_receipt.GoodsReceiptRecorded(receipt=receipt, partner=partner):
            return f"Receipt {receipt.number} from {partner} read"
        case goods_receipt.GoodsReceiptRefused(receipt=receipt, findings=findings):
            return f"Receipt {receipt.number} sent back. {problems(findings)}"
        case invoice.InvoiceRecorded(invoice=bill, partner=partner):
            return f"Invoice {bill.number} from {partner} over {_money(bill.total, bill.currency)} read"
        case invoice.InvoiceRefused(invoice=bill, findings=findings):
            return f"Invoice {bill.number} sent back. {problems(findings)}"
        case invoice.InvoiceCompared(order_stream=stream, says=reason) if stream.startswith("invoice_book/"):
            return f"Compared with the supplier's other invoices. {reason}".strip()
        case invoice.InvoiceCompared(order_stream=stream, outcome=outcome, says=reason):
            return f"Compared with order {_object(stream)}: it {_MATCHES[outcome]}" + (f". {reason}" if reason else "")
        case invoice.InvoiceApproved():
            return "Invoice approved: it may be paid"
        case invoice.InvoiceHeld(outcome=outcome, says=reason):
            return f"Invoice held: it {_MATCHES[outcome]}" + (f". {reason}" if reason else "")
        case invoice.InvoiceCancelled(says=reason):
            return f"Invoice taken back after it was approved. {reason}".strip()
        case invoice.InvoicePosted(by=by, on=day):
            return f"Booked in the ERP on {day}, as {by} says"
        case invoice.InvoicePaid(by=by, on=day, amount=amount):
            return f"{'Paid' if amount is None else f'{plain(amount)} paid'} on {day}, as {by} says"
        case invoice.InvoiceStepRefused(findings=findings):
            return f"That cannot be said of this invoice. {problems(findings)}"
        case invoice_book.InvoiceChecked(number=number, doubts=doubts):
            return f"Invoice {number} looked over: " + (" ".join(d.says for d in doubts) or "nothing is wrong with it")
        case invoice_book.InvoiceJudged(number=number, approve=approve, by=by):
            return f"Invoice {number} {'approved' if approve else 'set aside'} by {by}"
        case invoice.InvoiceTurnedDown(says=reason):
            return "Invoice turned down" + (f": {reason}" if reason else "")
        case _:
            return ""


def _exchange(event: Event) -> str:
    match event:
        case exchange.TransmissionTaken(sets=sets, repeats=repeats):
            return (
                "Already had it (same document), nothing done twice"
                if repeats
                else f"Transmission read: {counted(len(sets), 'document')}"
            )
        case exchange.DocumentSent(document_type=kind, number=number):
            return f"{document_words(kind)} {number} written, ready to go"
        case exchange.DocumentDelivered(document_type=kind):
            return f"{document_words(kind)} delivered"
        case exchange.DocumentGivenUp(document_type=kind, number=number, says=reason):
            return f"{document_words(kind)} {number} could not be delivered: {reason}"
        case exchange.FetchAwaited(document_ids=ids):
            return f"{counted(len(ids), 'document')} found waiting for the partner to fetch"
        case exchange.DocumentUnfetched(document_type=kind, number=number):
            return f"{document_words(kind)} {number} was not fetched by the partner in time"
        case exchange.MailboxCleared():
            return "All that had waited too long for the partner to fetch is gone"
        case exchange.PartnerGone(waiting=waiting):
            waits = "waits" if waiting == 1 else "wait"
            return f"{counted(waiting, 'document')} {waits} for a partner without settings here"
        case exchange.PartnerBack():
            return "The partner has settings again: what waited goes on"
        case exchange.GroupAcknowledged(document_type=kind, number=number, verdict=verdict):
            read = (
                "read by the partner"
                if verdict in ("accepted", "accepted_with_errors")
                else "not readable for the partner"
            )
            return f"{document_words(kind)} {number} was {read} (997)"
        case exchange.ControlNumbersSkipped(interchange_to=interchange, group_to=group, by=by, reason=reason):
            return f"After a restore numbers go on from interchange {interchange}, group {group} ({by}: {reason})"
        case exchange.GroupOverdue(document_type=kind, number=number):
            return f"No functional acknowledgement (997) came in time for {in_sentence(kind)} {number}"
        case exchange.ContentReported(report=report, partner=partner):
            return f"{partner} says what became of our documents (application advice {report.number})"
        case exchange.DocumentAnswered(document_type=kind, number=number, verdict=verdict, report=report):
            words = verdict.replace("_", " ")
            return f"{document_words(kind)} {number} was {words} by the partner's business (answer {report})"
        case exchange.DocumentKept(document_type=kind, number=number):
            return f"{document_words(kind)} {number} read and kept; nothing here acts on it yet".replace("  ", " ")
        case exchange.InterchangeRefused(control=control, code=code):
            return f"Our interchange {control} was refused whole (TA1 {code})"
        case exchange.UnknownGroupAcknowledged(report=report):
            return f"A functional acknowledgement (997) came for group {report.group}, which we do not know"
        case _:
            return ""


def _case(event: Event) -> str:
    match event:
        case case.CaseOpened(says=reason):
            return f"Exception opened: {reason}"
        case case.CaseRepeated(says=reason):
            return f"The same exception again: {reason}"
        case case.CaseAssigned(to="", by=by):
            return f"Exception given back by {by}"
        case case.CaseAssigned(to=to, by=by):
            return f"Exception given to {to} by {by}"
        case case.CaseResolved(by=by, action=action):
            return f"Exception resolved by {by}: {action.replace('_', ' ')}"
        case case.CaseCommented(by=by, says=words):
            return f"{by}: {words}"
        case case.CaseSnoozed(by=by, until=until, why=why):
            return f"{by} lets it rest until {until:%d %b %H:%M}: {why}"
        case case.CaseReopened(says=reason):
            return f"Exception came back: {reason}"
        case case.CaseCommandRefused(findings=findings):
            return f"Nothing changed. {problems(findings)}"
        case _:
            return ""


def _replay(event: Event) -> str:
    match event:
        case replay.DocumentsReplayed(by=by, reason=reason, chosen=chosen, documents=documents):
            new = sum(one.verdict == "new" for one in documents)
            return (
                f"{by} had {counted(len(documents), 'document')} replayed ({chosen}), {new} of them not taken before. "
                f"Reason: {reason}"
            )
        case _:
            return ""


def _object(stream: str) -> str:
    return stream.split("/", 1)[-1]


def _money(amount: Decimal, currency: str) -> str:
    return f"{plain(amount)} {currency}".rstrip()


def _tag(event: Event) -> str:
    return str(event.__struct_config__.tag).split(".")[-1].replace("_", " ").capitalize()
