"""Lifting by the rules of a map: what is the same in every syntax. Where texts stand is for the source to say.

Everything wrong is said, and where every value came from is kept.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol

from msgspec import UNSET, Struct
from msgspec.structs import astuple, replace

from tradelane.maps import words
from tradelane.maps.codes import Table
from tradelane.maps.finishers import FINISHERS
from tradelane.maps.forms import Bad
from tradelane.maps.plan import Constant, Count, Group, Plan, Record, Rows, Rule, Spot, Texts, Value, Variant, absent
from tradelane.maps.silence import Silences
from tradelane.maps.totals import agrees, total
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.quantity import ZERO

FINDINGS_MAX = 1000
"""How many findings of one message are told; the rest are counted."""

Occurrence = Any
"""A loop, a segment or a node, as its source knows it: rules only hand it back."""


class Said(Protocol):
    """A text as the sender wrote it; its source knows where."""

    @property
    def text(self) -> str:
        """Return the text as meant."""
        ...


class Trace(Struct, frozen=True):
    """The rule that gave a value, and what it read; ``said`` is None for a constant or a default."""

    rule: str
    said: Any


class Source(Protocol):
    """A message as rules see it. ``env`` is what they are inside of, outermost first; a spot begins at one of these."""

    def all(self, spot: Spot, env: list[Occurrence]) -> list[Occurrence]:
        """Return everything that *spot* means, in the order it was sent."""
        ...

    def first(self, spot: Spot, env: list[Occurrence]) -> Occurrence | None:
        """Return the first of them."""
        ...

    def said(self, spot: Spot, env: list[Occurrence]) -> Said | None:
        """Return the text at *spot*; None when it is not filled."""
        ...

    def said_at(self, spot: Spot, occurrence: Occurrence) -> Said | None:
        """Return the text of one of `all`."""
        ...

    def place(self, said: Any) -> Place:
        """Return where a text stands."""
        ...

    def bad_text(self, said: Any, wrong: Bad) -> Finding:
        """A text cannot be read."""
        ...

    def bad_code(self, said: Any, table: Table | None) -> Finding:
        """A code is not in its table."""
        ...

    def absent(self, spot: Spot, env: list[Occurrence]) -> Finding:
        """A text that must be there is not."""
        ...

    def absent_group(self, group: Group, env: list[Occurrence]) -> Finding:
        """What a group is about is not there."""
        ...

    def numbered(self, occurrence: Occurrence, number: int) -> Finding:
        """A row has no number of its own."""
        ...

    def unhung(self, occurrence: Occurrence, node: str, parent: str) -> Finding:
        """A node of a tree names no parent."""
        ...

    def count_differs(self, said: Any, actual: str, what: str) -> Finding:
        """A control total is not what was counted."""
        ...


class Explained(Struct, frozen=True):
    """A lifted document, what was remarked about it, where each value in it came from, and whose texts those are."""

    document: Document
    findings: tuple[Finding, ...]
    origins: dict[str, Trace]
    source: Source


class Lifting:
    """One message being read by the rules of its map.

    *traced*: where every value came from is kept, too. Where it is not, *silences* say what is not even asked.
    """

    def __init__(self, source: Source, *, traced: bool = True, silences: Silences | None = None) -> None:
        self.source, self._traced, self._silences = source, traced, None if traced else silences
        self.findings: list[Finding] = []
        self._told: set[Finding] = set()
        self._faults: set[tuple[Any, ...]] = set()
        self._spared: list[Finding] = []
        self.bad, self.unsaid = False, 0
        self.origins: dict[str, Trace] = {}

    def say(self, *findings: Finding) -> None:
        """Keep what is wrong, once, whoever reads it there; beyond a limit it is only counted."""
        for finding in findings:
            self.bad = self.bad or finding.severity == "error"
            if len(self.findings) >= FINDINGS_MAX:
                self.unsaid += 1
            elif finding not in self._told:
                self._told.add(finding)
                self._faults.add(_fault(finding))
                self.findings.append(finding)

    def finish(self, plan: Plan, root: Occurrence) -> Explained:
        """Return the document that *root*, the whole message, says; raises `Unreadable` with everything wrong."""
        document: Any = self.record(plan.record, [root], "")
        if document is not None and not self.bad:
            self.check_counts(plan.counts, document, [root])
        self.refuse_bad()
        assert document is not None, "a record is whole, or says why not"
        for name in plan.after:
            document = FINISHERS[name](document)
        return Explained(document, tuple(self.findings), self.origins, self.source)

    def refuse_bad(self) -> None:
        """Raise `Unreadable` if anything said so far forbids going on."""
        if self.unsaid:
            self.findings.append(words.too_many(self.unsaid, error=self.bad))
            self.unsaid = 0
        if self.bad:
            raise Unreadable(*self.findings)

    def record(self, record: Record, env: list[Occurrence], path: str, row: int = 0) -> Any:
        """Return the struct, or None when something it needs is missing or wrong (which is then among the findings).

        A row whose number the sender left out gets its place in the list, and a warning.
        """
        given: dict[str, Any] = {}
        whole = True
        rules = record.rules if self._silences is None else self._silences.fill(record, env, given)
        for rule in rules:
            whole = self._rule(rule, env, path, given) and whole
            if isinstance(rule, Value) and rule.ordinal and rule.name not in given:
                given[rule.name] = str(row + 1)
                if rule.ordinal == "remarked":
                    self._remark(partial(self.source.numbered, env[-1], row + 1))
                self._unsaid(rule, f"{path}.{rule.name}", "its place in the list")
        if self._spared:
            whole = self._without_spared(given) and whole
        return record.shape(**given) if whole else None

    def _without_spared(self, given: dict[str, Any]) -> bool:
        """Leave out what cannot be read and is not needed; where nothing else is said, it is needed."""
        spared, self._spared = self._spared, []
        enough = not all(map(absent, given.values()))
        told = (replace(one, severity="warning", says=f"{one.says} It is left out.") for one in spared)
        self.say(*(told if enough else spared))
        return enough

    def _remark(self, found: Callable[[], Finding]) -> None:
        """Say what is no error; where it would only be counted, it is."""
        if len(self.findings) >= FINDINGS_MAX:
            self.unsaid += 1
        else:
            self.say(found())

    def check_counts(self, counts: tuple[Count, ...], document: Any, env: list[Occurrence]) -> None:
        """Compare the control totals with what was read."""
        for count in counts:
            said = self.source.said(count.spot, env)
            if said is None:
                continue
            actual = total(document, count.path, count.sums)
            if not agrees(said.text, actual):
                self.say(self.source.count_differs(said, str(actual), ".".join(count.path)))

    def _rule(self, rule: Rule, env: list[Occurrence], path: str, given: dict[str, Any]) -> bool:
        here = "" if not self._traced else f"{path}.{rule.name}" if path else rule.name
        match rule:
            case Value():
                return self._value(rule, env, here, given)
            case Constant():
                given[rule.name] = rule.value
                if self._traced:
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
        for source in rule.sources:
            said = self.source.said(source[0], env)
            if said is not None:
                return self._read(rule, source, said, env, here, given)
        return self._absent(rule, env, here, given)

    def _read(
        self, rule: Value, source: tuple[Spot, ...], said: Said, env: list[Occurrence], here: str, given: dict[str, Any]
    ) -> bool:
        try:
            if rule.table:
                given[rule.name] = rule.table.read(said.text)
            elif len(source) == 1:
                given[rule.name] = rule.form.read(said.text)
            else:
                given[rule.name] = rule.form.read(said.text, *(self._text(spot, env) for spot in source[1:]))
        except Bad as wrong:
            # Day and time may stand in one place: then that is wrong, whichever of the two is.
            about = self.source.said(source[min(wrong.part, len(source) - 1)], env) or said
            found = self.source.bad_text(about, wrong)
            if rule.spare:
                self._spared.append(found)
                given[rule.name] = rule.empty
                return True
            self.say(found)
            return False
        except KeyError:
            self.say(self.source.bad_code(said, rule.table))
            return False
        raw = rule.table.raw(said.text) if rule.keep and rule.table else ""
        if raw:
            given[rule.keep] = raw
        if self._traced:
            trace = self.origins[here] = Trace(f"{rule.label} = {source[0].text}", said)
            if raw:
                self.origins[f"{here.rpartition('.')[0]}.{rule.keep}".removeprefix(".")] = trace
        return True

    def _sum(self, rule: Value, env: list[Occurrence], here: str, given: dict[str, Any]) -> bool:
        spot, amount, whole = rule.sources[0][0], ZERO, True
        for found in self.source.all(spot, env):
            said = self.source.said_at(spot, found)
            if said is None:
                continue
            try:
                amount += rule.form.read(said.text)
            except Bad as wrong:
                self.say(self.source.bad_text(said, wrong))
                whole = False
            if self._traced:
                self.origins.setdefault(here, Trace(f"{rule.label} = sum of {spot.text}", said))
        given[rule.name] = amount or rule.empty
        return whole

    def _absent(self, rule: Value, env: list[Occurrence], here: str, given: dict[str, Any]) -> bool:
        if rule.ordinal:
            return True
        if rule.assumed is not UNSET:
            return self._assume(rule, env, here, given)
        if rule.required or rule.empty is UNSET:
            self._missing(rule.sources[0][0], env)
            return False
        given[rule.name] = rule.empty
        self._unsaid(rule, here)
        return True

    def _assume(self, rule: Value, env: list[Occurrence], here: str, given: dict[str, Any]) -> bool:
        given[rule.name] = rule.assumed
        self._remark(lambda: words.taken(self.source.absent(rule.sources[0][0], env), str(rule.assumed)))
        self._unsaid(rule, here, f"{rule.assumed} is taken")
        return True

    def _unsaid(self, rule: Value, here: str, instead: str = "") -> None:
        if self._traced:
            self.origins[here] = Trace(f"{rule.label} is not said{instead and ': '}{instead}", None)

    def _texts(self, rule: Texts, env: list[Occurrence], here: str, given: dict[str, Any]) -> bool:
        places = [env] if rule.each is None else [[*env, found] for found in self.source.all(rule.each, env)]
        found = [said for inside in places for spot in rule.spots if (said := self.source.said(spot, inside))]
        texts: list[str] = []
        whole = True
        for row, said in enumerate(found):
            try:
                texts.append(rule.form.read(said.text))
            except Bad as wrong:
                self.say(self.source.bad_text(said, wrong))
                whole = False
            if self._traced:
                self.origins[f"{here}[{row}]"] = Trace(f"{rule.label} = {rule.spots[0].text}", said)
        given[rule.name] = tuple(texts)
        return whole

    def _group(self, rule: Group, env: list[Occurrence], here: str, given: dict[str, Any]) -> bool:
        inside = env
        there = rule.when is None or self.source.first(rule.when, env) is not None
        if there and rule.scope is not None:
            found = self.source.first(rule.scope, env)
            for scope in rule.others if found is None else ():
                found = self.source.first(scope, env)
                if found is not None:
                    break
            there = found is not None
            inside = [*env, found] if found is not None else env
        optional = rule.empty is not UNSET
        if optional and not (there and self._needed(rule, inside)):
            given[rule.name] = rule.empty
            return True
        if not there:
            return self._left_out(rule, env, given)
        built = self.record(rule.record, inside, here)
        if built is None:
            return False
        # A struct that needs nothing is there when something in it is said.
        given[rule.name] = rule.empty if rule.hollow and built == rule.record.shape() else built
        return True

    def _left_out(self, rule: Group, env: list[Occurrence], given: dict[str, Any]) -> bool:
        """Say that what a group is about is not there; where that would only be counted, it is."""
        if rule.instead is UNSET:
            self.bad = True
            self._remark(lambda: self.source.absent_group(rule, env))
            return False
        said = " ".join(str(one) for one in astuple(rule.instead) if one != "")
        self._remark(lambda: words.taken(self.source.absent_group(rule, env), said))
        given[rule.name] = rule.instead
        return True

    def _needed(self, rule: Group, env: list[Occurrence]) -> bool:
        return rule.needs is None or any(self.source.said(source[0], env) for source in rule.needs.sources)

    def _rows(self, rule: Rows, env: list[Occurrence], here: str, given: dict[str, Any]) -> bool:
        rows: list[Any] = []
        at: list[Occurrence] = []
        whole = True
        for count, (variant, inside, found) in enumerate(self._found(rule, env)):
            row = self.record(variant.record, [*inside, found], f"{here}[{count}]" if self._traced else "", count)
            whole = whole and row is not None
            rows.append(row)
            at.append(found)
        if rule.above and whole:
            rows = self._hung(rows, at, rule.above)
        given[rule.name] = tuple(rows)
        return whole

    def _found(self, rule: Rows, env: list[Occurrence]) -> Iterator[tuple[Variant, list[Occurrence], Occurrence]]:
        """Yield where every row stands: what it is read by, what it stands in, and itself."""
        for variant in rule.variants:
            around = self.source.all(variant.within, env) if variant.within is not None else ()
            for inside in [[*env, one] for one in around] if variant.within is not None else [env]:
                for found in self.source.all(variant.each, inside):
                    yield variant, inside, found

    def _hung(self, rows: list[Any], at: list[Occurrence], above: dict[str, tuple[str, ...]]) -> list[Any]:
        """Hang a node that names no parent under the nearest one before it that may be above it."""
        last: dict[str, int] = {}
        for index, row in enumerate(rows):
            last[row.level] = index
            if row.parent or row.level not in above:
                continue
            near = max((last[level] for level in above[row.level] if level in last), default=-1)
            self.say(self.source.unhung(at[index], row.id, rows[near].id if near >= 0 else ""))
            if near >= 0:
                rows[index] = replace(row, parent=rows[near].id)
        return rows

    def _text(self, spot: Spot, env: list[Occurrence]) -> str:
        said = self.source.said(spot, env)
        return said.text if said else ""

    def _missing(self, spot: Spot, env: list[Occurrence]) -> None:
        wrong = self.source.absent(spot, env)
        if _fault(wrong) not in self._faults:
            self.say(wrong)


def _fault(one: Finding) -> tuple[Any, ...]:
    """Return what makes a fault: what is missing is said once, whichever rule misses it."""
    where = one.where
    return one.code, one.severity, where.segment, where.segment_position, where.element, where.path
