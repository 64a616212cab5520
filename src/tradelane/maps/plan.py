"""What a map becomes once compiled: a tree of rules, shaped like the document. Three readers walk it.

Exact, fast and lower.
"""

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from tradelane.maps.codes import Table
from tradelane.maps.dictionary import Segment
from tradelane.maps.forms import Form
from tradelane.maps.path import Filter, Step
from tradelane.maps.structure import Loop, Places
from tradelane.maps.table_rules import TableRules
from tradelane.model.document import Document


class Hop(Struct, frozen=True):
    """One step from a loop's occurrence to a segment in it: by slot when lifting, by tag when lowering.

    Slot 0 is the opener itself.
    """

    tag: str
    slot: int
    opens: bool
    filters: tuple[Filter, ...] = ()


class Spot(Struct, frozen=True):
    """A place: from the occurrence at *depth* (0 is the whole set) by *hops* to a segment, and in it to an element,
    component or pair. In a tree: by *hops* to a node, none meaning the occurrence itself.

    ``pairs`` are the elements at which a qualifier may stand, its value next to it; ``qualifiers`` the ones wanted,
    best first. ``composite``: value and qualifier are the first two components of one element, in any such segment.
    """

    text: str
    depth: int
    hops: tuple[Hop, ...]
    element: int = 0
    component: int = 0
    pairs: tuple[int, ...] = ()
    qualifiers: tuple[str, ...] = ()
    composite: bool = False

    @property
    def tag(self) -> str:
        """Return the tag of the segment meant."""
        return self.hops[-1].tag


class Value(Struct, frozen=True, kw_only=True):
    """One plain field. ``sources``: alternatives, each with as many spots as the form has parts; the first that is
    filled counts.

    ``shared``: other fields read the same code. ``ordinal`` lets a row without a number take its place in the list.
    ``sums`` adds up every occurrence. When lowering, ``beside`` is written with it where nothing stands, and so, at
    ``fill``, is the value itself: a place the standard wants filled, whether or not the document says anything of its
    own there. ``spare``: what cannot be read is left out, with a warning, where the struct says anything else.
    ``assumed``: what is taken, with a warning, where nothing is said that ought to be.
    """

    name: str
    label: str
    sources: tuple[tuple[Spot, ...], ...]
    form: Form
    table: Table | None = None
    keep: str = ""
    shared: bool = False
    empty: Any = UNSET
    required: bool = False
    ordinal: Literal["", "remarked", "quiet"] = ""
    one_way: bool = False
    sums: bool = False
    fill: Spot | None = None
    beside: tuple[tuple[Spot, str], ...] = ()
    spare: bool = False
    assumed: Any = UNSET


class Constant(Struct, frozen=True, kw_only=True):
    """A field that always holds this value; when lowering, an item with another value is not for this rule."""

    name: str
    value: Any


class Texts(Struct, frozen=True, kw_only=True):
    """A field of many texts: the filled ones among *spots*, in every occurrence of *each* when given."""

    name: str
    label: str
    spots: tuple[Spot, ...]
    each: Spot | None = None
    form: Form
    beside: tuple[tuple[Spot, str], ...] = ()


class Group(Struct, frozen=True, kw_only=True):
    """A field that is a struct of its own. ``scope``: it speaks of that loop, or of the first there is of ``others``.
    ``when``: it is there only if that
    place is.

    An optional one is there if ``needs``, the first thing it cannot do without, is said. ``hollow``: it needs
    nothing, so it is there if anything in it is. ``empty`` stands for it when it is not there; UNSET makes it
    required, unless there is something to take ``instead``, with a warning.
    """

    name: str
    label: str
    record: "Record"
    scope: Spot | None = None
    others: tuple[Spot, ...] = ()
    when: Spot | None = None
    needs: Value | None = None
    hollow: bool = False
    empty: Any = UNSET
    instead: Any = UNSET


class Variant(Struct, frozen=True, kw_only=True):
    """One source of rows: every occurrence found at *each* makes one.

    ``within``: a loop that stands around them, which rules may read too; each row that we write opens it anew, or,
    given ``under``, goes into the one that already says at this place what the field of this name says.
    ``numbered``: where we write a row's place in the list, if nothing else stands there.
    """

    each: Spot
    record: "Record"
    within: Spot | None = None
    numbered: Spot | None = None
    under: tuple[str, Spot] | None = None


class Rows(Struct, frozen=True, kw_only=True):
    """A field of many structs. ``above``.

    The rows form a tree, and a row of this level hangs under one of these levels.
    """

    name: str
    label: str
    variants: tuple[Variant, ...]
    required: bool = False
    above: dict[str, tuple[str, ...]] = {}


Rule = Value | Constant | Texts | Group | Rows


class Record(Struct, frozen=True, kw_only=True):
    """A struct and the rules for its fields, in the order the map states them."""

    shape: type[Any]
    rules: tuple[Rule, ...]


class Count(Struct, frozen=True, kw_only=True):
    """A control total: the number of rows at *path*, or the sum of the amounts there, said at *spot*.

    Numbers of rows are written; sums only where ``written`` says that the standard wants them.
    """

    spot: Spot
    path: tuple[str, ...]
    sums: bool = False
    written: bool = False


class Plan(Struct, frozen=True, kw_only=True):
    """A compiled map. ``tree`` is the structure of a map over nodes, which has neither places nor segments.

    ``table``: what a map over rows says of its rows and columns. ``when``: it reads only messages in which such a
    segment stands.
    """

    name: str
    version: str
    kind: str
    standard: str
    document: type[Document]
    record: Record
    places: Places
    segments: dict[str, Segment]
    counts: tuple[Count, ...] = ()
    after: tuple[str, ...] = ()
    when: Step | None = None
    syntax: str = "x12"
    tree: Loop | None = None
    table: TableRules | None = None


def absent(value: Any) -> bool:
    """Say whether *value* stands for nothing said."""
    return value is None or value == "" or value == () or isinstance(value, UnsetType)
