"""Read an X12 file that is larger than what fits into memory: its sets one after the other, each then let go."""

from collections.abc import Callable, Iterable, Iterator

from tradelane.formats import x12
from tradelane.library.reading import ReadMessage, read_piece
from tradelane.library.shelf import Shelf
from tradelane.library.syntax_x12 import received_piece
from tradelane.model.finding import Finding


def read_large(chunks: Callable[[], Iterable[bytes]], shelf: Shelf | None = None) -> Iterator[Finding | ReadMessage]:
    """Yield what is wrong with the file and its envelopes, then each message: what `read` says, as it comes.

    *chunks* is asked twice for the bytes, for only the end of an envelope says whether its messages may be used.
    """
    surveyed = x12.survey(x12.events(chunks()))
    yield from surveyed.all_findings
    if surveyed.refused and not surveyed.interchanges:
        return
    own = shelf or Shelf()
    for interchange, group, one in x12.placed(x12.events(chunks()), surveyed):
        refused = surveyed.refused or interchange.refused or group.refused or one.refused
        yield read_piece(received_piece(interchange, one, not refused), own)
