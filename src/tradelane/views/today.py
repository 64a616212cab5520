"""What needs a person, sorted by what kind of trouble it is: awaiting, late, short, unmatched, refused, stopped."""

from typing import Literal, get_args

Status = Literal["awaiting", "late", "short", "unmatched", "refused", "stopped"]
STATUSES: tuple[Status, ...] = get_args(Status)

_OF_KIND: dict[str, Status] = {
    "ACK_OVERDUE": "awaiting",
    "NOT_FETCHED": "awaiting",
    "INTERCHANGE_MISSING": "awaiting",
    "INVOICE_NO_RECEIPT": "awaiting",
    "ACK_DATE_LATE": "late",
    "ACK_QTY_SHORT": "short",
    "ACK_REJECTED": "short",
    "RECEIVING_SHORT": "short",
    "RECEIVING_DAMAGED": "short",
    "RECEIVING_QUALITY": "short",
    "RECEIVING_EXPIRED": "short",
    "REJECTED_BUSINESS": "refused",
    "REJECTED_SYNTAX": "refused",
    "CONTENT_REFUSED": "refused",
    "FILE_REFUSED": "refused",
    "IDENTITY_REFUSED": "refused",
    "ORDER_CHANGE_REFUSED": "refused",
    "ASN_INVALID": "refused",
    "RECEIPT_INVALID": "refused",
    "INVOICE_INVALID": "refused",
    "PO_TRANSMISSION_FAILED": "stopped",
    "TRANSMISSION_FAILED": "stopped",
    "ORPHAN_DOCUMENT": "stopped",
    "MAPPING_ERROR": "stopped",
    "SCHEMA_ERROR": "stopped",
    "UNKNOWN_PARTNER": "stopped",
}
"""What is not here does not match something else: a price, an invoice, a count, a number."""


def status_of(kind: str) -> Status:
    """Return what kind of trouble an exception of this *kind* is."""
    return _OF_KIND.get(kind, "unmatched")
