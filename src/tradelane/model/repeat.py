"""What the guard against doubling says: the same document again, or another content under an identity that stands."""

from tradelane.model.event import Event


class DocumentRepeated(Event, frozen=True, tag="document.repeated"):
    """Already had it (same document), nothing done twice. ``first`` is the item that brought it before."""

    document_type: str
    number: str
    partner: str
    item: str
    first: str


class DocumentConflicted(Event, frozen=True, tag="document.conflicted"):
    """Another content under the identity of a document we hold: not applied; both stay readable; a person decides."""

    document_type: str
    number: str
    partner: str
    item: str
    first: str


class DocumentDeferred(Event, frozen=True, tag="document.deferred"):
    """A document came before the one it is about, and waits."""

    document_type: str
    number: str
    partner: str
    item: str
    says: str


class DocumentParked(Event, frozen=True, tag="document.parked"):
    """A document stopped with us: it waited too long, or handling it failed too often. A person must look.

    ``sequence``: which of the buyer's changes it is.
    """

    document_type: str
    number: str
    partner: str
    item: str
    says: str
    attempts: int = 0
    sequence: int = 0
