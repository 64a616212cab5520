"""What becomes of bytes that arrive: how they are kept, what has to be read of them, what their sender hears. Pure."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import msgspec

from tradelane.model import registry
from tradelane.model.finding import Finding
from tradelane.model.identity import exchange_stream, partition
from tradelane.partners.profile import Profile
from tradelane.runtime.handed import Arrived
from tradelane.runtime.house import House
from tradelane.store.port import Archived, Item, Receipt


@dataclass(frozen=True)
class Answer:
    """What the sender hears: an HTTP status and a JSON body. ``replayed``: we had it, and this is what we said then.

    ``finding``: why nothing was taken, for senders who hear no HTTP.
    """

    status: int
    body: bytes
    replayed: bool = False
    retry_after: int = 0
    finding: Finding | None = None


def archived_as(
    house: House,
    partner: Profile,
    digest: str,
    channel: str,
    transport_id: str,
    media_type: str,
    file_name: str,
    now: datetime,
    body: bytes = b"",
) -> Archived:
    """Return what is kept of bytes that *partner* sent, under a new id; *digest* is their SHA-256."""
    return Archived(
        id=house.new_id(),
        part=partition(exchange_stream(partner.name), house.store.partitions),
        partner=partner.name,
        sha256=digest,
        body=body,
        channel=channel,
        received_at=now,
        transport_id=transport_id,
        media_type=media_type,
        file_name=file_name,
    )


def queued(archived: Archived, size: int, pieces: int = 0) -> tuple[Item, bytes]:
    """Return the item that has *archived* read, and what the sender hears once it is committed."""
    arrived = Arrived(
        archive=archived.id,
        partner=archived.partner,
        sha256=archived.sha256,
        size=size,
        channel=archived.channel,
        received_at=archived.received_at.isoformat(),
        media_type=archived.media_type,
        file_name=archived.file_name,
        transport_id=archived.transport_id,
        pieces=pieces,
    )
    item = Item(
        id=archived.id,
        part=archived.part,
        kind="transmission",
        stream=exchange_stream(archived.partner),
        owner=archived.partner,
        body=registry.encode(arrived),
    )
    said = {"id": archived.id, "sha256": archived.sha256, "received_at": archived.received_at, "size": size}
    return item, msgspec.json.encode(said)


def receipt_for(archived: Archived, answer: bytes) -> Receipt:
    """Return the receipt by which a transport id that comes again gets the same answer."""
    digest = sha256(f"{archived.partner}\x1f{archived.channel}\x1f{archived.transport_id}".encode()).hexdigest()
    return Receipt(part=archived.part, digest=digest, content_sha256=archived.sha256, answer=answer)


def replayed(standing: Receipt, digest: str) -> Answer:
    """Return what a transport id hears that came before: the same, if it brings the same bytes."""
    if standing.content_sha256 != digest:
        return problem(
            422,
            "idempotency_mismatch",
            "This idempotency key came before with other content; use a new key for new content.",
        )
    return Answer(202, standing.answer, replayed=True)


def problem(status: int, code: str, says: str, retry_after: int = 0, finding: Finding | None = None) -> Answer:
    """Return what the sender hears when nothing is taken. *finding* says the same with its place, where it has one."""
    body = {"type": f"urn:tradelane:{code}", "title": says, "status": status, "code": code}
    finding = finding or Finding(code=code, says=says, fix="Correct it and send it again.")
    return Answer(status, msgspec.json.encode(body), retry_after=retry_after, finding=finding)
