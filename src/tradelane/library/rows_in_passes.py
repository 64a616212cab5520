"""Rows of a file too large to hold, pass after pass: how it is written, what is wrong with it, its documents."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from tradelane.formats import fixed_stream
from tradelane.formats.csv import stream
from tradelane.formats.table import Part, Table
from tradelane.formats.table_stream import Documents, Survey
from tradelane.maps import Map
from tradelane.maps.table_rules import TableRules
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.table import Dialect, Layout

Choose = Callable[[Sequence[str]], tuple[Map | None, str, tuple[Finding, ...]]]
"""Returns the map that reads these columns, what the documents are, and what is wrong with the columns."""

Blocks = stream.Blocks | fixed_stream.Blocks
_NO_RULES = TableRules()


class RowPasses:
    """Three passes over a CSV file, two over records in a *layout*.

    ``findings`` are about the whole file, known before the first of ``parts`` is made; take those away. Nothing is read
    on where an error is among them.
    """

    def __init__(self, dialect: Dialect, layout: Layout | None, choose: Choose) -> None:
        self._dialect, self._layout, self._choose = dialect, layout, choose
        self.findings: tuple[Finding, ...] = ()
        self.map: Map | None = None
        self.parts: deque[Part] = deque()
        self._writing, self._said = stream.Writing(dialect), None
        self._survey: Survey | None = None
        self._documents: Documents | None = None
        self._kind, self._missing = "", tuple[Finding, ...]()
        self.time: Literal["writing", "verdicts", "documents"] = "writing" if layout is None else "verdicts"
        self._blocks: Blocks | None = None if layout is None else fixed_stream.Blocks(layout)

    @property
    def refused(self) -> bool:
        """Say whether the whole file is refused."""
        return any(finding.severity == "error" for finding in self.findings)

    def take(self, piece: bytes) -> bool:
        """Take the next piece; say whether this pass needs no more."""
        try:
            if self.time == "writing":
                self._writing.feed(piece)
                return self._writing.decided
            assert self._blocks is not None, "set when the pass began"
            self._take(self._blocks.feed(piece))
        except Unreadable as unreadable:
            self.findings = unreadable.findings
        return self.refused

    def end(self) -> bool:
        """End this pass; say whether another is due."""
        if self.refused:
            return False
        try:
            return self._end()
        except Unreadable as unreadable:
            self.findings = unreadable.findings
            return False

    def _end(self) -> bool:
        if self.time == "writing":
            self._said, self.time = self._writing.end(), "verdicts"
            self._blocks = self._opened()
            return True
        assert self._blocks is not None, "set when the pass began"
        self._take(self._blocks.end())
        if self.time == "documents":
            self.parts.extend(self._documents.end() if self._documents else ())
            return False
        self._begin(self._columns)
        assert self._survey is not None, "just begun"
        about_writing = self._said.findings if self._said else ()
        self.findings = (*self._survey.end(about_writing), *self._missing)
        self._documents, self._blocks, self.time = Documents(self._kind, self._survey), self._opened(), "documents"
        return not self.refused

    @property
    def _columns(self) -> Sequence[str]:
        return self._blocks.columns if isinstance(self._blocks, stream.Blocks) else ()

    def _opened(self) -> Blocks:
        if self._layout is not None:
            return fixed_stream.Blocks(self._layout)
        assert self._said is not None, "known when it was looked at"
        return stream.Blocks(self._said, self._dialect)

    def _take(self, tables: Iterable[Table]) -> None:
        for table in tables:
            if self.time == "documents" and self._documents is not None:
                self.parts.extend(self._documents.take(table))
            else:
                self._begin(table.columns)
                assert self._survey is not None, "just begun"
                self._survey.take(table)

    def _begin(self, columns: Sequence[str]) -> None:
        if self._survey is None:
            self.map, self._kind, self._missing = self._choose(columns)
            rules = (self.map.plan.table if self.map is not None else None) or _NO_RULES
            self._survey = Survey(rules.grouping)
