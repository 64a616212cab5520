"""The explaining path.

Lift a message slowly, say everything that is wrong with it and where, and where every value came from.
"""

from typing import Any

from msgspec import UNSET, Struct
from msgspec.structs import replace

from tradelane.maps import words
from tradelane.maps.finishers import FINISHERS
from tradelane.maps.forms import Bad, number
from tradelane.maps.plan import Constant, Group, Hop, Plan, Record, Rows, Rule, Spot, Texts, Value
from tradelane.maps.structure import place
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import Segment, SegmentMessage
from tradelane.model.quantity import ZERO

FINDINGS_MAX = 1000
"""How many findings of one message are told; the rest are counted."""

Occurrence = list[Any]


class Said(Struct, frozen=True):
    """A text as the sender wrote it, and where: its segment, element, component."""

    text: str
    segment: Segment
    element: int
    component: int = 0


class Trace(Struct, frozen=True):
    """The rule that gave a value, and what it read; ``said`` is None for a constant or a default."""

    rule: str
    said: Said | None


class Explained(Struct, frozen=True):
    """A lifted document, what was remarked about it, and where each value in it came from."""

    document: Document
    findings: tuple[Finding, ...]
    origins: dict[str, Trace]


def explain(message: SegmentMessage, plan: Plan) -> Explained:
    """Return the document that *message* says; raises `Unreadable` with everything that is wrong."""
    reading = _Reading(message, plan)
    document = reading.read()
    if reading.bad:
        raise Unreadable(*reading.findings)
    for name in plan.after:
        document = FINISHERS[name](document)
    return Explained(document, tuple(reading.findings), reading.origins)


class _Reading:
    """One message being read."""

    def __init__(self, message: SegmentMessage, plan: Plan) -> None:
        self.message, self.plan = message, plan
        self.separator = message.delimiters.element
        self.findings: list[Finding] = []
        self.bad, self.unsaid = False, 0
        self.origins: dict[str, Trace] = {}

    def read(self) -> Any:
        """Check every segment, put each in its place, build the document, check the totals."""
        segments = self.message.segments
        if self.message.kind != self.plan.kind or not segments:
            self._say(words.other_set(self.message.kind, self.plan))
            return None
        for segment in segments:
            self._say(*words.element_faults(segment, self.plan.segments.get(segment.tag), self.separator))
        root: Occurrence = [segments[0], *[None] * (self.plan.places.size - 1)]
        lost = place(root, self.plan.places.states, ((s.tag, s) for s in segments[1:]))
        self._say(*(words.misplaced(segment, tag in self.plan.places.known) for tag, segment in lost))
        self._require(self.plan.places.root, root, segments[-1])
        document = self._record(self.plan.record, [root], "")
        if document is not None and not self.bad:
            self._check_counts(document, [root])
        if self.unsaid:
            self.findings.append(words.too_many(self.unsaid, error=self.bad))
        return document

    def _say(self, *findings: Finding) -> None:
        for finding in findings:
            self.bad = self.bad or finding.severity == "error"
            if len(self.findings) < FINDINGS_MAX:
                self.findings.append(finding)
            else:
                self.unsaid += 1

    def _require(self, loop: Any, occurrence: Occurrence, near: Segment) -> None:
        for tag in loop.required:
            if occurrence[loop.slots[tag]] is None:
                self._say(words.segment_missing(tag, near))
        for tag, inner in loop.loops.items():
            for found in (occurrence[loop.slots[tag]] or ()) if tag in loop.slots else ():
                self._require(inner, found, found[0])

    # --- rules -----------------------------------------------------------------------------------------------------

    def _record(self, record: Record, env: list[Occurrence], path: str, row: int = 0) -> Any:
        """Return the struct, or None when something it needs is missing or wrong (which is then among the findings).

        A row whose number the sender left out gets its place in the list, and a warning.
        """
        given: dict[str, Any] = {}
        whole = True
        for rule in record.rules:
            whole = self._rule(rule, env, path, given) and whole
            if isinstance(rule, Value) and rule.ordinal and rule.name not in given:
                given[rule.name] = str(row + 1)
                if rule.ordinal == "remarked":
                    self._say(words.numbered(env[-1][0], row + 1))
                self.origins[f"{path}.{rule.name}"] = Trace(f"{rule.label} is not said: its place in the list", None)
        return record.shape(**given) if whole else None

    def _rule(self, rule: Rule, env: list[Occurrence], path: str, given: dict[str, Any]) -> bool:
        here = f"{path}.{rule.name}" if path else rule.name
        match rule:
            case Value():
                return self._value(rule, env, here, given)
            case Constant():
                given[rule.name] = rule.value
                self.origins[here] = Trace(f"always {rule.value!r}", None)
                return True
            case Texts():
                return self._texts(rule, env, here, given)
            case Group():
                return self._group(rule, env, here, given)
            case Rows():
                return self._rows(rule, env, here, given)

    def _value(self, rule: Value, env: list[Occurrence], here: str, given: dict[str, Any]) -> bool:
        if rule.sums:
            return self._sum(rule, env, here, given)
        found = next(((source, said) for source in rule.sources if (said := self._said(source[0], env))), None)
        if found is None:
            return self._absent(rule, env, here, given)
        source, said = found
        texts = [said.text, *(self._text(spot, env) for spot in source[1:])]
        try:
            given[rule.name] = rule.table.read(said.text) if rule.table else rule.form.read(*texts)
        except Bad as wrong:
            about = self._said(source[wrong.part], env) or said
            self._say(words.bad_element(about, self.separator, wrong.code, wrong.says, wrong.fix))
            return False
        except KeyError:
            self._say(words.bad_code(said, self.separator, rule.table))
            return False
        trace = Trace(f"{rule.label} = {source[0].text}", said)
        self.origins[here] = trace
        if rule.keep and rule.table and (raw := rule.table.raw(said.text)):
            given[rule.keep] = raw
            self.origins[f"{here.rpartition('.')[0]}.{rule.keep}".removeprefix(".")] = trace
        return True

    def _sum(self, rule: Value, env: list[Occurrence], here: str, given: dict[str, Any]) -> bool:
        spot, amount, whole = rule.sources[0][0], ZERO, True
        for found in self._all(spot, env):
            said = self._element(found[0], spot.element, 0)
            if said is None:
                continue
            try:
                amount += rule.form.read(said.text)
            except Bad as wrong:
                self._say(words.bad_element(said, self.separator, wrong.code, wrong.says, wrong.fix))
                whole = False
            self.origins.setdefault(here, Trace(f"{rule.label} = sum of {spot.text}", said))
        given[rule.name] = amount or rule.empty
        return whole

    def _absent(self, rule: Value, env: list[Occurrence], here: str, given: dict[str, Any]) -> bool:
        if rule.ordinal:
            return True
        if rule.required or rule.empty is UNSET:
            self._missing(rule.sources[0][0], env)
            return False
        given[rule.name] = rule.empty
        self.origins[here] = Trace(f"{rule.label} is not said", None)
        return True

    def _texts(self, rule: Texts, env: list[Occurrence], here: str, given: dict[str, Any]) -> bool:
        places = [env] if rule.each is None else [[*env, found] for found in self._all(rule.each, env)]
        found = [said for inside in places for spot in rule.spots if (said := self._said(spot, inside))]
        texts: list[str] = []
        whole = True
        for row, said in enumerate(found):
            try:
                texts.append(rule.form.read(said.text))
            except Bad as wrong:
                self._say(words.bad_element(said, self.separator, wrong.code, wrong.says, wrong.fix))
                whole = False
            self.origins[f"{here}[{row}]"] = Trace(f"{rule.label} = {rule.spots[0].text}", said)
        given[rule.name] = tuple(texts)
        return whole

    def _group(self, rule: Group, env: list[Occurrence], here: str, given: dict[str, Any]) -> bool:
        inside = env
        there = rule.when is None or self._segment(rule.when, env) is not None
        if there and rule.scope is not None:
            found = self._first(rule.scope, env)
            there = found is not None
            inside = [*env, found] if found is not None else env
        optional = rule.empty is not UNSET
        if optional and not (there and self._needed(rule, inside)):
            given[rule.name] = rule.empty
            return True
        if not there:
            wanted = rule.scope or rule.when
            self._say(words.segment_missing(wanted.tag if wanted else rule.name, env[-1][0]))
            return False
        built = self._record(rule.record, inside, here)
        if built is None:
            return False
        # A struct that needs nothing is there when something in it is said.
        given[rule.name] = rule.empty if rule.hollow and built == rule.record.shape() else built
        return True

    def _needed(self, rule: Group, env: list[Occurrence]) -> bool:
        return rule.needs is None or any(self._said(source[0], env) for source in rule.needs.sources)

    def _rows(self, rule: Rows, env: list[Occurrence], here: str, given: dict[str, Any]) -> bool:
        rows: list[Any] = []
        at: list[Segment] = []
        whole, count = True, 0
        for variant in rule.variants:
            for found in self._all(variant.each, env):
                row = self._record(variant.record, [*env, found], f"{here}[{count}]", count)
                count += 1
                whole = whole and row is not None
                rows.append(row)
                at.append(found[0])
        if rule.above and whole:
            rows = self._hung(rows, at, rule.above)
        given[rule.name] = tuple(rows)
        return whole

    def _hung(self, rows: list[Any], at: list[Segment], above: dict[str, tuple[str, ...]]) -> list[Any]:
        """Hang a node that names no parent under the nearest one before it that may be above it."""
        last: dict[str, int] = {}
        for index, row in enumerate(rows):
            last[row.level] = index
            if row.parent or row.level not in above:
                continue
            near = max((last[level] for level in above[row.level] if level in last), default=-1)
            self._say(words.unhung(at[index], row.id, rows[near].id if near >= 0 else ""))
            if near >= 0:
                rows[index] = replace(row, parent=rows[near].id)
        return rows

    def _check_counts(self, document: Any, env: list[Occurrence]) -> None:
        for count in self.plan.counts:
            said = self._said(count.spot, env)
            if said is None:
                continue
            actual = total(document, count.path, count.sums)
            if not agrees(said.text, actual):
                self._say(words.count_differs(said, self.separator, str(actual), ".".join(count.path)))

    def _missing(self, spot: Spot, env: list[Occurrence]) -> None:
        segment = self._segment(spot, env)
        if segment is None:
            near = env[spot.depth][0] if spot.depth else self.message.segments[-1]
            wrong = words.segment_missing(spot.tag, near, spot.text)
            if not any(f.code == wrong.code and f.where == wrong.where for f in self.findings):
                self._say(wrong)
        elif not any(_same_place(f, segment, spot) for f in self.findings):
            self._say(words.element_missing(segment, spot, self.separator))

    # --- places ----------------------------------------------------------------------------------------------------

    def _text(self, spot: Spot, env: list[Occurrence]) -> str:
        said = self._said(spot, env)
        return said.text if said else ""

    def _said(self, spot: Spot, env: list[Occurrence]) -> Said | None:
        segment = self._segment(spot, env)
        if segment is None:
            return None
        if not spot.qualifiers:
            return self._element(segment, spot.element, spot.component)
        for qualifier in spot.qualifiers:
            at = next((n for n in spot.pairs if clean(segment.element(n)) == qualifier), 0)
            if at and (said := self._element(segment, at + 1, 0)):
                return said
        return None

    def _element(self, segment: Segment, number: int, component: int) -> Said | None:
        raw = segment.element(number)
        if component:
            pieces = raw.split(self.message.delimiters.component)
            raw = pieces[component - 1] if component <= len(pieces) else ""
        text = clean(raw)
        return Said(text, segment, number, component) if text else None

    def _segment(self, spot: Spot, env: list[Occurrence]) -> Segment | None:
        found = self._first(spot, env)
        return found[0] if found is not None else None

    def _first(self, spot: Spot, env: list[Occurrence]) -> Occurrence | None:
        hop = spot.hops[0]
        if hop.slot and not env[spot.depth][hop.slot]:
            return None
        return next(iter(self._all(spot, env)), None)

    def _all(self, spot: Spot, env: list[Occurrence]) -> list[Occurrence]:
        """Return the occurrences *spot* means; a plain segment stands as an occurrence of its own."""
        here = [env[spot.depth]]
        for hop in spot.hops:
            here = [found for occurrence in here for found in _step(hop, occurrence)]
        return here


def _step(hop: Hop, occurrence: Occurrence) -> list[Occurrence]:
    inner = (occurrence[hop.slot] or ()) if hop.slot else ()
    found = [item if hop.opens else [item] for item in inner] if hop.slot else [occurrence]
    if not hop.filters:
        return found
    return [one for one in found if all(f.admits(clean(one[0].element(f.element))) for f in hop.filters)]


def clean(raw: str) -> str:
    """Return a text as meant: trailing blanks pad, and bytes beyond ASCII are UTF-8 where they can be."""
    said = raw.rstrip(" ")
    if said.isascii():
        return said
    try:
        return said.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return said


def total(document: Any, path: tuple[str, ...], sums: bool) -> Any:
    """Return how many values *path* leads to, or their sum."""
    found: list[Any] = [document]
    for name in path:
        below = (getattr(one, name) for one in found if one is not None)
        found = [
            item for value in below for item in (value if isinstance(value, tuple) else (value,)) if item is not None
        ]
    return sum(found) if sums else len(found)


def agrees(said: str, actual: Any) -> bool:
    """Say whether a control total as written is *actual*; what is no number does not agree."""
    try:
        return number(said) == actual
    except Bad:
        return False


def _same_place(finding: Finding, segment: Segment, spot: Spot) -> bool:
    where = finding.where
    return where.segment_position == segment.position and where.element == spot.element and finding.syntax_code == "1"
