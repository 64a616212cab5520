"""Rows become documents while they pass: `Survey` what is wrong with them, then make the `Documents`.

A document ends where its key changes. One whose key comes again later is refused, for nobody would know when all of it
was there; what can be held whole need not stand together (`divide`).
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from heapq import merge

from msgspec.structs import replace

from tradelane.formats.table import Limits, Part, Row, Sorting, Table, part_of
from tradelane.model.finding import Finding, Place
from tradelane.model.table import Grouping

RETURNS_MAX = 10_000
_FRESH_MAX = 65_536
_LIMITS = Limits()
_Key = tuple[str, ...]


class Survey:
    """What is wrong with the rows of a file, and which keys come again after others."""

    def __init__(self, grouping: Grouping, limits: Limits = _LIMITS) -> None:
        self._sorting, self.grouping = Sorting(grouping, limits), grouping
        self._seen, self._key = Seen(), None
        self.returns: set[_Key] = set()

    def take(self, table: Table) -> None:
        """Look at the next rows."""
        for _, key in self._sorting.keyed(table):
            if key == self._key:
                continue
            self._key = key
            if not self.grouping.opens and not self._seen.add(key) and len(self.returns) <= RETURNS_MAX:
                self.returns.add(key)

    def end(self, findings: Sequence[Finding] = ()) -> tuple[Finding, ...]:
        """Return *findings* about the whole file, and what its rows say of it."""
        about_all = self._sorting.about_all(findings, self._key is not None)
        return (*about_all, _scattered()) if len(self.returns) > RETURNS_MAX else about_all


class Documents:
    """The documents of *kind* in a file that was surveyed, each made when its last row has passed."""

    def __init__(self, kind: str, survey: Survey, limits: Limits = _LIMITS) -> None:
        self._kind, self._grouping, self._limits = kind, survey.grouping, limits
        self._returns, self._sorting = survey.returns, Sorting(survey.grouping, limits)
        self._key: _Key | None = None
        self._rows, self._count, self._table = list[Row](), 0, Table("", (), 0, _none)

    def take(self, table: Table) -> Iterator[Part]:
        """Yield the documents that end in these rows."""
        for place, key in self._sorting.keyed(table):
            if key != self._key:
                yield from self.end()
                self._key, self._table = key, table
            self._count += 1
            if self._count == 1 or self._count * len(table.columns) <= self._limits.document_cells:
                self._rows.append(table.at(place))

    def end(self) -> Iterator[Part]:
        """Yield the document that is open."""
        if self._key is None:
            return
        rows, whole = self._rows, self._table
        table = Table(whole.syntax, whole.columns, len(rows), rows.__getitem__, under=whole.under)
        part = part_of(table, self._kind, self._grouping, range(self._count), self._limits)
        if self._key in self._returns:
            part = replace(part, findings=(*part.findings, _returned(self._key, self._grouping, rows[0])))
        self._key, self._rows, self._count = None, [], 0
        yield part


class Seen:
    """Keys that came before, eight bytes each: the newest in a set, the others in arrays that are sorted.

    >>> seen = Seen()
    >>> [seen.add(("4711",)), seen.add(("4712",)), seen.add(("4711",))]
    [True, True, False]
    """

    def __init__(self, fresh: int = _FRESH_MAX) -> None:
        self._most, self._fresh, self._runs = fresh, set[int](), list["array[int]"]()

    def add(self, key: _Key) -> bool:
        """Note a key; say whether it is new."""
        number = int.from_bytes(blake2b("\x1f".join(key).encode("utf-8", "surrogatepass"), digest_size=8).digest())
        if number in self._fresh or any(_in(run, number) for run in self._runs):
            return False
        self._fresh.add(number)
        if len(self._fresh) >= self._most:
            run = array("Q", sorted(self._fresh))
            while self._runs and len(self._runs[-1]) <= len(run):
                run = array("Q", merge(self._runs.pop(), run))
            self._runs.append(run)
            self._fresh.clear()
        return True


def _in(run: "array[int]", number: int) -> bool:
    place = bisect_left(run, number)
    return place < len(run) and run[place] == number


def _none(place: int) -> Row:
    raise IndexError(place)


def _returned(key: _Key, grouping: Grouping, row: Row) -> Finding:
    named = " and ".join(grouping.group)
    says = f"The rows of {' and '.join(key)[:80]!r} do not stand together: others come in between."
    fix = f"Sort the rows by {named} before you send so large a file."
    where = Place(start=row.node.start, end=row.node.end, path=row.node.where)
    return _finding("key-returns", says, fix, where, " ".join(key)[:80])


def _scattered() -> Finding:
    says = f"The rows of more than {RETURNS_MAX:,} documents do not stand together, so none of the file is used."
    fix = "Sort the rows by what makes them one document before you send so large a file."
    return _finding("key-returns", says, fix, Place(path="the file"))


def _finding(code: str, says: str, fix: str, where: Place, value: str = "") -> Finding:
    return Finding(code=f"table.{code}", says=says, fix=fix, where=where, value=value)
