"""The exceptions our processes open: who owns each, how urgent it is, which actions end it (domain.md 4.11)."""

from decimal import Decimal

from msgspec import Struct

from tradelane.model.case import OpenCase, ResolveCase, Role, Severity
from tradelane.model.finding import Finding
from tradelane.model.identity import case_stream
from tradelane.model.order_receipt import DiscrepancyFound
from tradelane.model.request import Tell

HOUSE = "tradelane"


class Kind(Struct, frozen=True):
    """How one kind of exception is dealt with."""

    role: Role
    severity: Severity
    actions: tuple[str, ...]


_ANSWER = ("Accept", "Decline and change the order", "Split", "Buy elsewhere", "Expedite")
_TRANSMISSION = ("Fix the settings and resend", "Resend", "Use a backup channel")
_RECEIVING = ("Accept", "Return to the supplier", "Claim", "Correct the receipt")
_INVOICE = ("Approve", "Correct the order", "Request a credit note", "Reject")

KINDS: dict[str, Kind] = {
    "ACK_OVERDUE": Kind("procurement", "S3", ("Remind", "Call", "Resend the order", "Cancel and buy elsewhere")),
    "ACK_QTY_SHORT": Kind("procurement", "S2", _ANSWER),
    "ACK_DATE_LATE": Kind("procurement", "S2", _ANSWER),
    "ACK_PRICE": Kind("procurement", "S3", _ANSWER),
    "ACK_REJECTED": Kind("procurement", "S2", _ANSWER),
    "ACK_FOR_OLD_VERSION": Kind("procurement", "S3", ("Ask the supplier to answer anew", "Resend the change")),
    "ACK_ITEM_CHANGE": Kind("procurement", "S3", _ANSWER),
    "REJECTED_BUSINESS": Kind("procurement", "S2", ("Ask the supplier to resend", "Change the order", "Discard")),
    "ORDER_CHANGE_REFUSED": Kind("procurement", "S2", ("Correct the change", "Call the supplier", "Place a new order")),
    "CANCEL_VS_SHIP": Kind("procurement", "S2", ("Take the goods", "Refuse them at the dock", "Cancel the rest again")),
    "NOT_THEIR_ORDER": Kind("platform", "S2", ("Ask the partner", "Replace their key", "Nothing, they mistyped it")),
    "CONTENT_REFUSED": Kind("integration", "S2", ("Correct and resend", "Call the partner", "Discard")),
    "PO_TRANSMISSION_FAILED": Kind("integration", "S2", _TRANSMISSION),
    "TRANSMISSION_FAILED": Kind("integration", "S2", _TRANSMISSION),
    "REJECTED_SYNTAX": Kind("integration", "S2", _TRANSMISSION),
    "FILE_REFUSED": Kind("integration", "S3", ("Ask the partner to send it otherwise", "Discard")),
    "IDENTITY_REFUSED": Kind("integration", "S2", ("Ask the partner", "Register the identity", "Discard")),
    "NOT_FETCHED": Kind("integration", "S2", ("Ask the partner to fetch", "Send by another channel")),
    "UNKNOWN_PARTNER": Kind("integration", "S3", ("Add the partner", "Discard")),
    "INTERCHANGE_MISSING": Kind("integration", "S2", ("Ask the partner to resend", "Nothing was sent under it")),
    "INTERCHANGE_REPEATED": Kind("integration", "S4", ("Ask the partner which one holds", "They count anew")),
    "ORPHAN_DOCUMENT": Kind("integration", "S4", ("Add the cross-reference", "Replay", "Discard")),
    "MAPPING_ERROR": Kind("integration", "S4", ("Fix the map", "Replay", "Discard")),
    "SCHEMA_ERROR": Kind("integration", "S4", ("Ask the partner to resend", "Replay", "Discard")),
    "ASN_INVALID": Kind("warehouse", "S3", ("Accept with override", "Request a new ship notice", "Receive without it")),
    "NO_ASN_RECEIPT": Kind("warehouse", "S3", ("Accept", "Request the ship notice", "Return to the supplier")),
    "RECEIPT_ON_CLOSED_PO": Kind("warehouse", "S3", ("Accept and reopen the order", "Return to the supplier")),
    "RECEIPT_INVALID": Kind("warehouse", "S3", ("Ask the warehouse for a correct receipt", "Discard")),
    "INVOICE_DUPLICATE": Kind("accounts_payable", "S3", ("It is another one: approve", "Reject")),
    "INVOICE_DATE_VARIANCE": Kind("accounts_payable", "S3", _INVOICE),
    "INVOICE_TAX_VARIANCE": Kind("accounts_payable", "S3", _INVOICE),
    "RECEIVING_SHORT": Kind("procurement", "S3", ("Claim", "Wait for the rest", "Close short")),
    "RECEIVING_OVER": Kind("procurement", "S3", ("Accept and raise the order", "Return to the supplier")),
    "RECEIVING_DAMAGED": Kind("transport", "S3", _RECEIVING),
    "RECEIVING_NOT_ADVISED": Kind("warehouse", "S3", ("Hold for inspection", "Accept", "Return to the supplier")),
    "RECEIVING_WRONG_ITEM": Kind("procurement", "S3", _RECEIVING),
    "RECEIVING_QUALITY": Kind("warehouse", "S3", _RECEIVING),
    "RECEIVING_PACK": Kind("integration", "S4", ("Correct the receipt", "Correct the size of the case")),
    "RECEIVING_LOT": Kind("warehouse", "S3", ("Hold for inspection", *_RECEIVING)),
    "RECEIVING_EXPIRED": Kind("warehouse", "S3", _RECEIVING),
    "RECEIVING_SHORT_DATED": Kind("warehouse", "S3", _RECEIVING),
    "RECEIVING_MISSHIPPED": Kind("transport", "S3", ("Move the goods", "Take them there", "Return to the supplier")),
    "RECEIVING_OTHER": Kind("warehouse", "S3", _RECEIVING),
    "INVOICE_PRICE_VARIANCE": Kind("procurement", "S3", _INVOICE),
    "INVOICE_QTY_VARIANCE": Kind("accounts_payable", "S3", _INVOICE),
    "INVOICE_NO_RECEIPT": Kind("warehouse", "S3", ("Chase the receipt", *_INVOICE)),
    "INVOICE_NO_PO": Kind("accounts_payable", "S3", _INVOICE),
    "INVOICE_UNIT_VARIANCE": Kind("accounts_payable", "S3", _INVOICE),
    "INVOICE_CURRENCY_VARIANCE": Kind("accounts_payable", "S3", _INVOICE),
    "INVOICE_FREIGHT_VARIANCE": Kind("accounts_payable", "S3", _INVOICE),
    "INVOICE_INVALID": Kind("accounts_payable", "S3", ("Request a corrected invoice", "Reject")),
}


def open_case(
    kind: str,
    about: str,
    says: str,
    *,
    line: str = "",
    partner: str = "",
    findings: tuple[Finding, ...] = (),
    amount_at_stake: Decimal = Decimal(0),
    evidence: str = "",
    severity: Severity | None = None,
) -> Tell:
    """Ask for a case of this kind; the same cause again counts on the one that is open. *severity*: where it is worse
    than others of its kind.
    """
    known = KINDS[kind]
    command = OpenCase(
        kind=kind,
        about=about,
        says=says,
        role=known.role,
        line=line,
        partner=partner,
        severity=severity or known.severity,
        actions=known.actions,
        findings=findings,
        amount_at_stake=amount_at_stake,
        evidence=evidence,
    )
    return Tell(stream=case_stream(kind, about, line), command=command)


def receiving_case(event: DiscrepancyFound) -> str:
    """Return the kind of case a discrepancy opens; goods without any ship notice have their own."""
    if event.kind == "not_advised" and not event.notice:
        return "NO_ASN_RECEIPT"
    return f"RECEIVING_{event.kind.upper()}"


def resolve_case(kind: str, about: str, line: str = "") -> Tell:
    """Ask to end the case: its cause is gone. Where none is open, this is nothing."""
    command = ResolveCase(by=HOUSE, action="cause gone")
    return Tell(stream=case_stream(kind, about, line), command=command)
