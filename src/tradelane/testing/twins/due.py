"""What a twin wants to happen at a time."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

ChannelName = Literal["http", "folder"]


class Due(Struct, frozen=True, kw_only=True):
    """Something a twin wants to happen at a time: bytes on their way to the backbone, or (``wake``) its own next step.

    ``token`` of a wake tells the twin what it wanted to do; ``transport_id`` is the same for every attempt of one
    sending.
    """

    at: datetime
    twin: str
    action: Literal["send", "wake"] = "send"
    body: bytes = b""
    media_type: str = ""
    file_name: str = ""
    transport_id: str = ""
    channel: ChannelName = "http"
    token: str = ""
