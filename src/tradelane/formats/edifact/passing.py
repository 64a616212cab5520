"""One interchange put together while its text passes: only what is still needed of it is in memory."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from tradelane.formats.edifact import envelope_faults as faults
from tradelane.formats.edifact.assemble import SPACE, Assembly
from tradelane.formats.edifact.charset import Charset
from tradelane.formats.edifact.content import dangling
from tradelane.formats.edifact.envelope import Group, Interchange, Limits, ReceivedMessage
from tradelane.formats.edifact.header import Header
from tradelane.formats.edifact.scan import Mark
from tradelane.model.finding import Finding
from tradelane.model.message import Delimiters, SegmentMessage

_LAST_SHOWN = 200
_NONE = Charset("", "latin-1")


class Window(NamedTuple):
    """What of a file is in memory: its characters from ``base`` on. Places are counted in the whole file.

    ``past``: the last characters before it that are no white space; they end at ``written``.
    """

    text: str
    base: int = 0
    past: str = ""
    written: int = 0

    @property
    def size(self) -> int:
        """How far it reaches in the whole file."""
        return self.base + len(self.text)

    def from_(self, place: int) -> "Window":
        """Return the window without what stands before *place*."""
        gone = self.text[: place - self.base]
        kept = gone.rstrip(SPACE)
        past, written = (kept[-_LAST_SHOWN:], self.base + len(kept)) if kept else (self.past, self.written)
        return Window(self.text[place - self.base :], place, past, written)


class Passing(Assembly):
    """An `Assembly` whose window is moved on by whoever reads, but not past `needed`.

    Without a *charset* only its envelopes are judged.
    """

    def __init__(
        self,
        window: Window,
        header: Header,
        delimiters: Delimiters,
        start: int,
        limits: Limits,
        charset: Charset | None,
    ) -> None:
        super().__init__("", header, delimiters, start, limits)
        self.window, self.charset = window, charset or _NONE
        self._looks, self._begun = charset is not None, False
        self._measured, self._long = start, list[Finding]()
        self._counted, self._segments = start, 0

    @property
    def headless(self) -> bool:
        """Whether it begins with a message, which is not read yet."""
        return self.header.missing and not self._begun

    @property
    def needed(self) -> int:
        """The place from which on the text is looked at again."""
        return self.message.mark.after if self.message is not None and not self.message.large else self.last

    def take(self, mark: Mark) -> Interchange | None:
        """Go on to *mark*; return the interchange when it ends there."""
        self._begun = True
        return super().take(mark)

    def let_go(self) -> None:
        """Refuse the open message, alone, for its size: its text need not be kept."""
        if self.message is not None:
            self.message.large = self.cut(self.message.mark.start, self.message.mark.end)
            self.message.odd = []

    def complete(self) -> Iterator[ReceivedMessage | Group]:
        """Take away the messages and groups that are closed."""
        for group in self.groups:
            yield from members(group)
        self.groups.clear()
        if self.group is not None:
            yield from self.group.messages
            self.group.messages.clear()

    def cut(self, start: int, end: int) -> str:
        """Return what stands between two places."""
        return self.window.text[start - self.window.base : end - self.window.base]

    def measure(self, end: int, ended: bool = False) -> None:
        """Look on for a segment over the limit, up to *end*; the text before that may then be let go."""
        self._segments += self.cut(self._counted, end).count(self.delimiters.segment)
        self._counted = end
        text, base, sign, most = self.window.text, self.window.base, self.delimiters.segment, self.limits.segment_bytes
        while not self._long and end - self._measured > most:
            begin = max(self._measured, base) - base
            found = text.rfind(sign, begin, min(self._measured + most + 1, end) - base)
            if found < 0:
                found = text.find(sign, begin, end - base)
                if found < 0 and not ended:
                    return
                stop = base + found if found >= 0 else end
                self._long = [faults.too_long(self._measured, stop, most)]
                return
            self._measured = base + found + 1
        found = text.rfind(sign, max(self._measured, base) - base, end - base)
        self._measured = base + found + 1 if found >= 0 else self._measured

    def close(self, end: int, inner_end: int, trailer: Mark | None) -> Interchange:
        """Return the interchange, which ends at *end*; what was open in it ends at *inner_end* if not at a trailer."""
        closed, most = super().close(end, inner_end, trailer), self.limits.segments
        if self._segments <= most:
            return closed
        self.findings = [*self.header.findings]
        return self.give_up(end, faults.too_many(self.start, end, self._segments, "segments", most))

    def _content_faults(self, message: SegmentMessage, odd: list[Mark]) -> Iterator[Finding]:
        return super()._content_faults(message, odd) if self._looks else iter(())

    def _text_faults(self, last: int, end: int) -> list[Finding]:
        self.measure(end, ended=True)
        window = self.window
        if last > window.base:
            place = dangling(window.text, 0, last - window.base, self.delimiters)
            place += window.base if place >= 0 else 0
        else:
            place = dangling(window.past, 0, len(window.past), self.delimiters)
            place += window.written - len(window.past) if place >= 0 else 0
        return [*([faults.release(place)] if place >= 0 else []), *self._long]


def members(group: Group) -> Iterator[ReceivedMessage | Group]:
    """Yield the messages of *group*, then the group without them."""
    yield from group.messages
    yield replace(group, messages=())
