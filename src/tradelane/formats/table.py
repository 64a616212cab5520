"""Rows become documents and documents rows: what CSV, XLSX and fixed-width files share once their cells are told apart.

A document is a tree of depth two: under the root the cells of its first row, which speak of the whole, and a node for
each of its rows. Rows are made when they are asked for, so that a large file costs no more memory than its bytes.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.finding import Finding, Place, Severity
from tradelane.model.message import Node, NodeMessage
from tradelane.model.table import Grouping

ROW = "row"
FINDINGS_MAX = 1000
NUMBERS_SHOWN = 20

_ALL = Grouping()


class Limits(Struct, frozen=True, kw_only=True):
    """How much one table may hold; more is refused before a row is handed on.

    ``document_cells``: one document is read in one go, so a larger one is refused alone. ``bad_rows``: after so many
    the file is read no further, however rows are taken.
    """

    bytes: int = 25 * 1024 * 1024
    rows: int = 500_000
    columns: int = 1000
    cell_bytes: int = 100_000
    row_bytes: int = 1_000_000
    document_cells: int = 200_000
    bad_rows: int = 10_000


_LIMITS = Limits()


class Row(Struct, frozen=True):
    """One row as a node with its cells; ``number`` counts as a spreadsheet does, from 1, the line of names included.

    ``whole`` is False where its cells cannot be told apart, so that nobody knows which document it belongs to.
    """

    number: int
    node: Node
    findings: tuple[Finding, ...] = ()
    whole: bool = True


class Table:
    """The rows of one file: ``size`` of them, each made by ``at``; ``findings`` are about the file as a whole.

    ``under`` says of kinds of records within which other kind they belong. ``quick`` returns what stands in some
    columns of a row in which nothing can be wrong, without making it.
    """

    def __init__(
        self,
        syntax: str,
        columns: tuple[str, ...],
        size: int,
        at: Callable[[int], Row],
        findings: Iterable[Finding] = (),
        under: Mapping[str, str] | None = None,
        quick: Callable[[int, Sequence[str]], tuple[str, ...] | None] | None = None,
    ) -> None:
        self.syntax, self.columns, self.size, self.at = syntax, columns, size, at
        self.findings, self.under, self.quick = tuple(findings), under or {}, quick

    def rows(self) -> Iterator[Row]:
        """Return every row in turn."""
        return (self.at(place) for place in range(self.size))


class Part(Struct, frozen=True, kw_only=True):
    """One document's rows as a message, with what is wrong with them; ``refused``: nothing may be made of it."""

    message: NodeMessage
    rows: int
    start: int = -1
    end: int = -1
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """Say whether a fault of its rows forbids to use it."""
        return any(finding.severity == "error" for finding in self.findings)


class Parts(Struct, frozen=True):
    """A file divided: its documents, each made when its turn comes, and what is wrong with the file as a whole."""

    documents: Iterable[Part]
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """Say whether the whole file is refused."""
        return any(finding.severity == "error" for finding in self.findings)


def divide(table: Table, kind: str, grouping: Grouping = _ALL, limits: Limits = _LIMITS) -> Parts:
    """Divide *table* into documents of *kind*.

    Two passes: the first learns which rows belong together and what is wrong, the second makes the documents.
    """
    sorting, groups = Sorting(grouping, limits), dict[tuple[str, ...], "array[int]"]()
    for place, key in sorting.keyed(table):
        groups.setdefault(key, array("L")).append(place)
    parts = (part_of(table, kind, grouping, places, limits) for places in groups.values())
    return Parts(parts, sorting.about_all(table.findings, bool(groups)))


def flat(roots: Iterable[Node], columns: Sequence[str] = ()) -> tuple[tuple[str, ...], list[list[Node | None]]]:
    """Return the columns and the rows that say *roots*: one row per innermost node, with what stands around it.

    The columns stand in the given order; others follow in the order in which they come.
    """
    rows = [cells for root in roots for cells in _spread(root, {})]
    names = dict.fromkeys(columns)
    for cells in rows:
        names.update(dict.fromkeys(cells))
    return tuple(names), [[cells.get(name) for name in names] for cells in rows]


def cell(row: Node, name: str) -> str:
    """Return what stands in the column *name* of *row*; empty when nothing does."""
    return next((child.value for child in row.children if child.name == name), "")


def is_cell(node: Node) -> bool:
    """Say whether *node* is a cell rather than a row or a group of rows: it holds attributes at most."""
    return all(child.name.startswith("@") for child in node.children)


def named(columns: Sequence[str], syntax: str, where: str, place: Place) -> Iterator[Finding]:
    """Yield what is wrong with the names of the columns: the same twice, or none at all."""
    seen: dict[str, int] = {}
    for number, name in enumerate(columns, 1):
        if name and name in seen:
            says = f"The columns {seen[name]} and {number} are both called {name!r}."
            fix = "Give every column a name of its own."
            yield Finding(code=f"{syntax}.column-twice", says=says, fix=fix, where=_at(place, where), value=name[:80])
        seen.setdefault(name, number)
    if not any(columns):
        says, fix = "The line that should name the columns is empty.", "Name the columns in the first row."
        yield Finding(code=f"{syntax}.no-names", says=says, fix=fix, where=_at(place, where))


def _at(place: Place, where: str) -> Place:
    return Place(start=place.start, end=place.end, path=where)


class _Faults:
    """Rows that will not do: their numbers, and what is wrong with the first of them."""

    def __init__(self) -> None:
        self.numbers = array("L")
        self.findings: list[Finding] = []

    def add(self, row: Row, *more: Finding) -> None:
        self.numbers.append(row.number)
        if len(self.findings) < FINDINGS_MAX:
            self.findings += row.findings + more


class Sorting:
    """Tells of one row after the other which document it belongs to, and which rows will not do."""

    def __init__(self, grouping: Grouping = _ALL, limits: Limits = _LIMITS) -> None:
        self.grouping, self.limits, self.stopped = grouping, limits, False
        self._loose, self._wrong, self._opened = _Faults(), _Faults(), 0

    def keyed(self, table: Table) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the place of every row that belongs to a document, and which; it goes on where it stopped before."""
        grouping = self.grouping
        keys = () if grouping.opens else grouping.group
        quick = None if grouping.opens or not {*keys} <= {*table.columns} else table.quick
        for place in range(0 if self.stopped else table.size):
            key = quick(place, keys) if quick else None
            if key is not None and (any(key) or not keys):
                yield place, key
                continue
            row = table.at(place)
            if len(self._loose.numbers) + len(self._wrong.numbers) >= self.limits.bad_rows:
                self._loose.numbers.append(row.number)
                self._loose.findings.append(_too_many_bad(row, self.limits))
                self.stopped = True
                return
            if (found := self._key(row)) is not None:
                yield place, found

    def _key(self, row: Row) -> tuple[str, ...] | None:
        grouping = self.grouping
        if not row.whole:
            self._loose.add(row)
            return None
        self._opened += row.node.name == grouping.opens
        if grouping.opens and not self._opened:
            self._loose.add(row, _without_document(row, grouping.opens))
            return None
        key = (str(self._opened),) if grouping.opens else tuple(cell(row.node, name) for name in grouping.group)
        if grouping.group and not grouping.opens and not any(key):
            self._loose.add(row, _without_key(row, grouping.group))
            return None
        if not _has_error(row.findings):
            return key
        self._wrong.add(row)
        return None if grouping.accept == "row" else key

    def about_all(self, findings: Iterable[Finding], any_document: bool) -> tuple[Finding, ...]:
        """Return *findings* about the whole file, and what its bad rows say of it."""
        loose, wrong, accept = self._loose, self._wrong, self.grouping.accept
        about_all = [*findings]
        hopeless = len(loose.numbers) + len(wrong.numbers) > self.limits.bad_rows
        if accept == "row" and not hopeless:
            about_all += _left_out(loose, wrong)
        elif loose.numbers or (accept == "file" and wrong.numbers):
            about_all += [*loose.findings, *wrong.findings]
        if not any_document and not _has_error(about_all):
            says, fix = "There is no row of values in it.", "Send at least one row below the names of the columns."
            about_all.append(_finding("no-rows", says, fix, "the file"))
        return tuple(about_all)


def part_of(table: Table, kind: str, grouping: Grouping, places: Sequence[int], limits: Limits = _LIMITS) -> Part:
    """Return the document that the rows at *places* make."""
    if len(places) * len(table.columns) > limits.document_cells:
        return _too_large(table, kind, table.at(places[0]), len(places), limits)
    rows = [table.at(place) for place in places]
    nodes = [row.node for row in rows]
    findings = [finding for row in rows for finding in row.findings]
    if grouping.opens:
        root = Node(kind, children=_hung(nodes, table.under))
    else:
        root = Node(kind, children=[*_shared(nodes), *_nested(nodes, [*grouping.nest.items()])])
    root.start, root.end, root.where = nodes[0].start, nodes[-1].end, nodes[0].where
    return Part(
        message=NodeMessage(table.syntax, kind, root),
        rows=len(nodes),
        start=root.start,
        end=root.end,
        findings=tuple(findings[:FINDINGS_MAX]),
    )


def _too_large(table: Table, kind: str, first: Row, rows: int, limits: Limits) -> Part:
    cells = rows * len(table.columns)
    says = f"The document that begins here holds {cells:,} cells; we take {limits.document_cells:,} in one."
    finding = _finding("limit", says, "Send it as several documents.", first.node.where, first.node)
    root = Node(kind, children=[first.node], start=first.node.start, where=first.node.where)
    return Part(message=NodeMessage(table.syntax, kind, root), rows=rows, start=root.start, findings=(finding,))


def _shared(nodes: Sequence[Node]) -> list[Node]:
    return list(nodes[0].children)


def _hung(nodes: Sequence[Node], under: Mapping[str, str]) -> list[Node]:
    """Put each record into the last one before it of the kind it belongs to; one without such stays outside."""
    last: dict[str, Node] = {}
    outside: list[Node] = []
    for node in nodes:
        above = last.get(under.get(node.name, ""))
        (outside if above is None else above.children).append(node)
        last[node.name] = node
    return outside


def _nested(nodes: Sequence[Node], levels: Sequence[tuple[str, tuple[str, ...]]]) -> list[Node]:
    """Put rows that are alike in a level's columns into one node of that level, and so on inwards."""
    if not levels:
        return list(nodes)
    (name, columns), *inner = levels
    found: dict[tuple[str, ...], list[Node]] = {}
    for node in nodes:
        found.setdefault(tuple(cell(node, column) for column in columns), []).append(node)
    return [
        Node(
            name,
            children=[*_shared(rows), *_nested(rows, inner)],
            start=rows[0].start,
            end=rows[-1].end,
            where=rows[0].where,
        )
        for rows in found.values()
    ]


def _spread(node: Node, around: dict[str, Node]) -> Iterator[dict[str, Node]]:
    """Yield a row's cells for every innermost node; what it says itself goes before what stands around it."""
    own = {child.name: child for child in node.children if not child.name.startswith("@") and is_cell(child)}
    inner = [child for child in node.children if not child.name.startswith("@") and not is_cell(child)]
    cells = {**around, **own}
    if not inner:
        yield cells
    for child in inner:
        yield from _spread(child, cells)


def _left_out(loose: _Faults, wrong: _Faults) -> Iterator[Finding]:
    """Say which rows are left out where the rest is taken: each fault as a warning, then all their numbers."""
    numbers = sorted([*loose.numbers, *wrong.numbers])
    if not numbers:
        return
    for finding in (*loose.findings, *wrong.findings):
        yield replace(finding, severity="warning")
    shown = ", ".join(map(str, numbers[:NUMBERS_SHOWN])) + (" ..." if len(numbers) > NUMBERS_SHOWN else "")
    says = f"{len(numbers)} rows are left out: {shown}."
    yield _finding("rows-left-out", says, "Correct these rows and send them again.", "the file", severity="warning")


def _too_many_bad(row: Row, limits: Limits) -> Finding:
    says = f"{limits.bad_rows:,} rows before this one are bad, so the file is read no further."
    fix = "Is it in another encoding or dialect than was agreed? Send it again."
    return _finding("too-many-bad", says, fix, row.node.where, row.node)


def _without_key(row: Row, columns: Sequence[str]) -> Finding:
    names = " and ".join(columns)
    says = f"Nothing stands under {names}, by which rows become documents."
    return _finding("no-key", says, f"Fill {names} in every row.", row.node.where, row.node)


def _without_document(row: Row, opens: str) -> Finding:
    says = f"The record {row.node.name} stands before the first {opens}, which begins a document."
    return _finding("no-document", says, f"Send a record {opens} before it.", row.node.where, row.node)


def _has_error(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _finding(
    code: str, says: str, fix: str, where: str, at: Node | None = None, severity: Severity = "error"
) -> Finding:
    place = Place(start=at.start, end=at.end, path=where) if at else Place(path=where)
    return Finding(code=f"table.{code}", says=says, fix=fix, where=place, severity=severity)
