"""What ``[table]`` of a map says: how its rows are grouped, written and typed."""

from msgspec import Struct

from tradelane.model.table import Accept, Dialect, Grouping, Layout


class TableRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How rows become documents (see `Grouping`), how the table is written, and which columns are text.

    ``columns``: in which order they are written; empty: in the order of the rules. ``text``: what a spreadsheet took
    for a number there is refused. ``layout``: for fixed-width files. ``decimal``: the sign in numbers, by the map's
    forms.
    """

    group: tuple[str, ...] = ()
    opens: str = ""
    nest: dict[str, tuple[str, ...]] = {}
    accept: Accept = "document"
    columns: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    dialect: Dialect = Dialect()
    layout: Layout | None = None
    decimal: str = "."

    @property
    def grouping(self) -> Grouping:
        """Return how rows become documents."""
        return Grouping(group=self.group, opens=self.opens, nest=self.nest, accept=self.accept)
