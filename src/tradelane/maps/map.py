"""A map: the compiled form of one TOML file and those it extends. Lifting and lowering go through it."""

import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

from tradelane.maps.compile import BadMap, compile_map, read_source
from tradelane.maps.fast import Fast, compile_fast
from tradelane.maps.fast_lower import FastLowering
from tradelane.maps.lines import placed
from tradelane.maps.native import Native, NativeTree, compile_native
from tradelane.maps.plan import Constant, Plan
from tradelane.maps.silence import Silences
from tradelane.model.document import Document
from tradelane.model.message import Message, SegmentMessage

SHARED = "words"
"""A file of this name is no map, but what the maps of its folder share."""

_PART = re.compile(r"\w[\w.-]*", re.ASCII)


class Map:
    """A compiled map. ``version`` is the fingerprint of its text and of every text it extends."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @cached_property
    def fast(self) -> Fast:
        """Return the fast way up, made when the first message is lifted; only segments have one."""
        return compile_fast(self.plan)

    @cached_property
    def native(self) -> Native | NativeTree | None:
        """Return the compiled way up, if it is at hand and can do what this map says."""
        return compile_native(self.plan)

    @cached_property
    def fast_lowering(self) -> FastLowering:
        """Return the fast way down, made when the first document is lowered."""
        return FastLowering(self.plan)

    @cached_property
    def silences(self) -> Silences:
        """Return what the rules give where nothing is sent, as far as it was found out."""
        return Silences()

    @property
    def name(self) -> str:
        """Return the map's name."""
        return self.plan.name

    @property
    def version(self) -> str:
        """Return the fingerprint."""
        return self.plan.version

    @property
    def kind(self) -> str:
        """Return the set number it reads, e.g. "855"."""
        return self.plan.kind

    @property
    def standard(self) -> str:
        """Return the X12 version it is written for, e.g. "004010"."""
        return self.plan.standard

    @property
    def document(self) -> type[Document]:
        """Return the class of document it lifts to."""
        return self.plan.document

    def suits(self, message: Message) -> bool:
        """Say whether *message* is one this map is meant for, by what stands in it."""
        when = self.plan.when
        if when is None or not isinstance(message, SegmentMessage):
            return True
        named = [segment for segment in message.segments if segment.tag == when.tag]
        return any(
            all(one.admits(segment.element(one.element).strip(" ")) for one in when.filters) for segment in named
        )

    def agrees_with(self, document: Document) -> bool:
        """Say whether *document* is of the kind this map is for, also by what messages of its kind always say."""
        rules = (rule for rule in self.plan.record.rules if isinstance(rule, Constant))
        return isinstance(document, self.document) and all(getattr(document, r.name) == r.value for r in rules)

    def __repr__(self) -> str:
        return f"<map {self.name} {self.version}>"


@cache
def shipped_names() -> tuple[str, ...]:
    """Return the names of the maps we ship."""
    return tuple(sorted(_names(files("tradelane.maps"), "")))


def shipped_text(name: str) -> str:
    """Return the TOML text of a shipped map, or of what shipped maps share; raises KeyError for another name."""
    parts = name.split("/")
    if not all(map(_PART.fullmatch, parts)):
        raise KeyError(name)
    try:
        return files("tradelane.maps").joinpath(*parts[:-1], f"{parts[-1]}.toml").read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise KeyError(name) from None


def load(text: str, resolve: Callable[[str], str] = shipped_text) -> Map:
    """Compile the map that *text* says; *resolve* finds the text it extends.

    Raises `BadMap` with all that is wrong, each with its line in *text* where it is stated there.
    """
    try:
        return Map(compile_map(read_source(text, resolve)))
    except BadMap as bad:
        raise BadMap(*placed(text, bad.findings)) from bad


@cache
def shipped(name: str) -> Map:
    """Return a shipped map, compiled once."""
    return load(shipped_text(name))


def _names(folder: Traversable, path: str) -> Iterator[str]:
    for one in folder.iterdir():
        if one.name.endswith(".toml") and one.name != f"{SHARED}.toml":
            yield path + one.name.removesuffix(".toml")
        elif one.is_dir() and _PART.fullmatch(one.name):
            yield from _names(one, f"{path}{one.name}/")
