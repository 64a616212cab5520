"""TRADACOMS files for the one reader of the library; nobody begins to write them any more."""

from collections.abc import Sequence
from functools import partial

from tradelane.formats import tradacoms
from tradelane.library.opened import Opened, Piece
from tradelane.library.outline import outline
from tradelane.maps import Map


def open_tradacoms(body: bytes, _: Sequence[Map]) -> Opened:
    """Open the transmission in *body*."""
    file = tradacoms.decode(body)
    pieces = tuple(
        Piece(
            message=each.message,
            start=each.start,
            end=each.end,
            sender=f":{file.sender}" if file.sender else "",
            receiver=f":{file.receiver}" if file.receiver else "",
            findings=each.findings,
            readable=not (file.refused or each.refused),
        )
        for each in file.messages
    )
    return Opened(pieces=pieces, findings=file.findings, outline=partial(outline, pieces, file.findings))
