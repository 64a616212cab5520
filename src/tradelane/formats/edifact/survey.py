"""Read a large file in passes: look at its `Lines`, `Survey` its envelopes, take its messages in their `Places`."""

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from tradelane.formats.edifact import envelope_faults as faults
from tradelane.formats.edifact.charset import Charset
from tradelane.formats.edifact.envelope import Decoded, Group, Interchange, Limits, ReceivedMessage
from tradelane.formats.edifact.plain import Lines
from tradelane.formats.edifact.stream import LARGE, Event, Reader
from tradelane.model.finding import Finding

Chunks = Callable[[], Iterable[bytes]]
"""Yields the bytes of a file, each time it is called anew."""


class Surveyed(Struct, frozen=True):
    """What is known of a file before its messages are read.

    ``file`` is all that `decode` says of it, messages left out; ``empty`` are the groups, as (interchange, group), that
    hold none, ``reports`` the interchanges that hold a CONTRL.
    """

    lines: Lines
    file: Decoded
    charsets: tuple[Charset, ...] = ()
    empty: frozenset[tuple[int, int]] = frozenset()
    reports: frozenset[int] = frozenset()


class Survey:
    """The second pass: what is known of a file while its bytes come."""

    def __init__(self, lines: Lines, limits: Limits = LARGE) -> None:
        self._lines, self._reader = lines, Reader(lines, limits=limits)
        self._findings, self._interchanges = list[Finding](), list[Interchange]()
        self._groups, self._messages = list[Group](), 0
        self._empty, self._reports = set[tuple[int, int]](), set[int]()

    def feed(self, chunk: bytes) -> None:
        """Take note of what these bytes say."""
        self._take(self._reader.feed(chunk))

    def end(self) -> Surveyed:
        """Return what the file is, now that all of it came."""
        self._take(self._reader.end())
        found = self._reader.charsets.found
        named = [_named(each, *one) for each, one in zip(self._interchanges, found, strict=False)]
        decoded = Decoded(interchanges=() if self._reader.too_many else tuple(named), findings=tuple(self._findings))
        charsets = tuple(charset for charset, _ in found)
        return Surveyed(self._lines, decoded, charsets, frozenset(self._empty), frozenset(self._reports))

    def _take(self, events: Iterable[Event]) -> None:
        for event in events:
            match event:
                case ReceivedMessage():
                    self._messages += 1
                    if event.message.kind == "CONTRL":
                        self._reports.add(len(self._interchanges))
                case Group():
                    if not self._messages:
                        self._empty.add((len(self._interchanges), len(self._groups)))
                    self._groups.append(event)
                    self._messages = 0
                case Interchange():
                    self._interchanges.append(replace(event, groups=tuple(self._groups)))
                    self._groups = []
                case _:
                    self._findings.append(event)


class Places:
    """The third pass: every message of a surveyed file, with the envelopes around it."""

    def __init__(self, surveyed: Surveyed, limits: Limits = LARGE) -> None:
        self._surveyed, self._reader = surveyed, Reader(surveyed.lines, surveyed.charsets, limits)
        self.interchange, self.group = 0, 0

    def feed(self, chunk: bytes) -> Iterator[tuple[Interchange, Group, ReceivedMessage]]:
        """Yield the messages that are complete with these bytes."""
        return self._placed(self._reader.feed(chunk))

    def end(self) -> Iterator[tuple[Interchange, Group, ReceivedMessage]]:
        """Yield what is left."""
        return self._placed(self._reader.end())

    def _placed(self, events: Iterable[Event]) -> Iterator[tuple[Interchange, Group, ReceivedMessage]]:
        for event in events:
            match event:
                case ReceivedMessage() if self._surveyed.file.interchanges:
                    around = self._surveyed.file.interchanges[self.interchange]
                    yield around, around.groups[self.group], event
                case Group():
                    self.group += 1
                case Interchange():
                    self.interchange, self.group = self.interchange + 1, 0
                case _:
                    pass


def survey(chunks: Chunks, limits: Limits = LARGE) -> Surveyed:
    """Return what `decode` says of a file, its messages left out; its bytes are asked for twice."""
    lines = Lines()
    for chunk in chunks():
        lines.feed(chunk)
        if lines.decided:
            break
    lines.end()
    found = Survey(lines, limits)
    for chunk in chunks():
        found.feed(chunk)
    return found.end()


def placed(
    chunks: Chunks, surveyed: Surveyed, limits: Limits = LARGE
) -> Iterator[tuple[Interchange, Group, ReceivedMessage]]:
    """Yield every message of a surveyed file with the envelopes around it."""
    places = Places(surveyed, limits)
    for chunk in chunks():
        yield from places.feed(chunk)
    yield from places.end()


def _named(each: Interchange, charset: Charset, beyond: int) -> Interchange:
    """Return an interchange with the character set it is written in, and what is wrong with that."""
    named = replace(each, charset=charset.name)
    if not charset.declared or charset.declared == charset.name or not each.start <= beyond < each.end:
        return named
    return replace(named, findings=(*each.findings, faults.character_set(each.syntax, charset, beyond)))
