"""Read a file that is larger than what fits into memory: its messages one after the other, each then let go."""

from collections.abc import Callable, Iterable, Iterator

from tradelane.formats import edifact, x12
from tradelane.library.reading import FIXED, ReadMessage, read_piece
from tradelane.library.rows_in_passes import RowPasses
from tradelane.library.shelf import Shelf
from tradelane.library.syntax import detect, title
from tradelane.library.syntax_edifact import received_message
from tradelane.library.syntax_table import UNKNOWN, fitting, part_piece, rules_of
from tradelane.library.syntax_x12 import received_piece
from tradelane.maps import Map
from tradelane.model.finding import Finding

Chunks = Callable[[], Iterable[bytes]]
Said = Iterator[Finding | ReadMessage]


def large_syntax(head: bytes, file_name: str = "", shelf: Shelf | None = None) -> str:
    """Return the syntax of a file that begins with *head*, if it is one that `read_large` reads; empty otherwise."""
    if any(map.plan.syntax == FIXED for map in (shelf or Shelf()).own):
        return FIXED
    syntax, _ = detect(head, file_name)
    return syntax if syntax in _READERS else ""


def read_large(chunks: Chunks, shelf: Shelf | None = None, file_name: str = "") -> Said:
    """Yield what is wrong with the file and its envelopes, then each message: what `read` says, as it comes.

    *chunks* is asked for the bytes several times, for only the end of an envelope says whether its messages may be
    used. Rows make one document only where they stand together. What `large_syntax` does not name is refused.
    """
    own = shelf or Shelf()
    head = next(iter(chunks()), b"")
    reader = _READERS.get(large_syntax(head, file_name, own))
    return iter(_unread(head, file_name)) if reader is None else reader(chunks, own)


def _unread(head: bytes, file_name: str) -> tuple[Finding, ...]:
    syntax, unknown = detect(head, file_name)
    if unknown is not None:
        return unknown.findings
    says = f"{title(syntax)} is not read a message at a time."
    return (Finding(code="file.too-large", says=says, fix="Read the file at once, or send it in several."),)


def _x12(chunks: Chunks, shelf: Shelf) -> Said:
    surveyed = x12.survey(x12.events(chunks()))
    yield from surveyed.all_findings
    if surveyed.refused and not surveyed.interchanges:
        return
    for interchange, group, one in x12.placed(x12.events(chunks()), surveyed):
        refused = surveyed.refused or interchange.refused or group.refused or one.refused
        yield read_piece(received_piece(interchange, one, not refused), shelf)


def _edifact(chunks: Chunks, shelf: Shelf) -> Said:
    surveyed = edifact.survey(chunks)
    yield from surveyed.file.all_findings
    if not surveyed.file.interchanges:
        return
    for interchange, group, one in edifact.placed(chunks, surveyed):
        refused = surveyed.file.refused or interchange.refused or group.refused or one.refused
        yield read_piece(received_message(interchange, one, not refused), shelf)


def _rows(chunks: Chunks, shelf: Shelf) -> Said:
    mine = [map for map in shelf.own if map.plan.table is not None]
    rules = rules_of(mine[0] if mine else None)

    def choose(columns: Iterable[str]) -> tuple[Map | None, str, tuple[Finding, ...]]:
        map, missing = fitting(tuple(columns), mine)
        return map, map.kind if map else UNKNOWN, missing

    passes, told = RowPasses(rules.dialect, rules.layout, choose), False
    while True:
        for chunk in chunks():
            over = passes.take(chunk)
            yield from _parts(passes, shelf)
            if over:
                break
        again = passes.end()
        if not told and (passes.time == "documents" or not again):
            told = True
            yield from passes.findings
        yield from _parts(passes, shelf)
        if not again:
            return


def _parts(passes: RowPasses, shelf: Shelf) -> Iterator[ReadMessage]:
    while passes.parts:
        yield read_piece(part_piece(passes.parts.popleft(), passes.map, True), shelf)


_READERS: dict[str, Callable[[Chunks, Shelf], Said]] = {"x12": _x12, "edifact": _edifact, "csv": _rows, FIXED: _rows}
