"""Bytes that crossed the boundary once: kept as they came, changed never."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

Channel = Literal["http", "folder", "sftp", "mailbox", "portal", "memory"]


class Transmission(Struct, frozen=True, kw_only=True):
    """What arrived, from whom, when, and under which id of the channel's (an idempotency key, a file name).

    ``sha256`` is hex.
    """

    id: str
    partner: str
    channel: Channel
    received_at: datetime
    sha256: str
    size: int
    transport_id: str = ""
    media_type: str = ""
    file_name: str = ""


class Delivery(Struct, frozen=True, kw_only=True):
    """What we hand to a partner's channel: every attempt carries the same id, name and bytes (P9)."""

    id: str
    partner: str
    document_type: str
    document_id: str
    body: bytes
    media_type: str
    file_name: str
