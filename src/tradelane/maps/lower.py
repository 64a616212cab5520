"""Lowering: a document into the segments of a set. The same rules as lifting, read from right to left."""

from collections.abc import Sequence
from typing import Any

from tradelane.maps.codes import Table
from tradelane.maps.forms import Bad
from tradelane.maps.lifting import total
from tradelane.maps.path import Filter
from tradelane.maps.plan import Constant, Group, Hop, Plan, Record, Rows, Spot, Texts, Value, absent
from tradelane.maps.structure import Loop
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place
from tradelane.model.message import BuiltMessage


class Built:
    """A segment being written: its elements, and the segments and loops inside the loop it opens, by tag."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.elements: list[str] = []
        self.inside: dict[str, list[Built]] = {}

    def element(self, number: int) -> str:
        """Return element *number* as written so far."""
        return self.elements[number - 1] if number <= len(self.elements) else ""

    def put(self, number: int, text: str) -> None:
        """Write element *number*."""
        self.elements += [""] * (number - len(self.elements))
        self.elements[number - 1] = text

    def suits(self, filters: tuple[Filter, ...]) -> bool:
        """Say whether what is written, or may still be, agrees with *filters*."""
        return all(not self.element(f.element) or f.admits(self.element(f.element)) for f in filters)

    def mark(self, filters: tuple[Filter, ...]) -> None:
        """Write the first value each filter asks for, where nothing stands yet."""
        for wanted in filters:
            if wanted.sign == "=" and not self.element(wanted.element):
                self.put(wanted.element, wanted.values[0])


def write(document: Document, plan: Plan) -> BuiltMessage:
    """Return the segments, between ST and SE, that say *document*; what has no place is named among the findings."""
    writing = _Writing(plan)
    root = Built("ST")
    writing.record(plan.record, document, [root], "")
    writing.fill_all()
    for count in plan.counts:
        if not count.sums:
            writing.place(count.spot, str(total(document, count.path, sums=False)), [root])
    writing.check(plan.places.root, root)
    segments = tuple(_flat(plan.places.root, root))
    return BuiltMessage(plan.kind, plan.standard, segments, findings=tuple(writing.findings))


def ranked(table: Table, word: Any, raw: str, peers: Sequence[tuple[Table | None, Any]]) -> list[str]:
    """Return the codes that mean *word*, the one to write first; *peers* are tables that read the same code, and the
    words they should read.
    """
    codes = table.codes(word, raw)
    if peers:
        codes.sort(key=lambda code: -sum(_reads(peer, code, other) for peer, other in peers))
    return codes


class _Writing:
    """One document being written."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.findings: list[Finding] = []
        self.fills: list[tuple[Spot, Value, Any, Any, Record, list[Built]]] = []

    def record(self, record: Record, value: Any, env: list[Built], path: str) -> None:
        """Write every field of *value* that *record* has a rule for."""
        for rule in record.rules:
            said = getattr(value, rule.name)
            here = f"{path}.{rule.name}" if path else rule.name
            match rule:
                case Value():
                    self._value(rule, said, value, env, here, record)
                case Texts():
                    self._texts(rule, said, env, here)
                case Group():
                    self._group(rule, said, env, here)
                case Rows():
                    self._rows(rule, said, env, here)
                case Constant():
                    pass

    def _value(self, rule: Value, said: Any, owner: Any, env: list[Built], here: str, record: Record) -> None:
        if rule.one_way or absent(said):
            return
        if rule.fill is not None and rule.form.write:
            self.fills.append((rule.fill, rule, said, owner, record, env))
        if said == rule.empty and self._needless(rule, owner, env):
            return
        try:
            texts = self._written(rule, said, owner, record)
        except Bad as wrong:
            self._left_out(here, said, wrong.says)
            return
        if not texts:
            if said != rule.empty:
                self._left_out(here, said, "the table has no code for it.")
            return
        for source in rule.sources:
            for parts in texts:
                if self._fits(source, parts, env) and (
                    len(rule.sources) == 1 or not self._too_long(source[0], parts[0])
                ):
                    for spot, text in zip(source, parts, strict=False):
                        self.place(spot, text, env)
                    if any(parts[len(source) :]):
                        self._left_out(here, parts[-1], "the message has no place for it.")
                    for spot, text in rule.beside:
                        self._fill(spot, text, env)
                    return
        self._left_out(here, said, "its place is taken.")

    def _needless(self, rule: Value, owner: Any, env: list[Built]) -> bool:
        """Say whether a value that goes without saying may be left unsaid.

        No code of the partner's, no element that must be filled.
        """
        if rule.keep and getattr(owner, rule.keep):
            return False
        spot = rule.sources[0][0]
        facts = self.plan.segments.get(spot.tag)
        if facts is None or not spot.element or spot.component > 1 or not facts.required[spot.element - 1]:
            return True
        return spot.tag not in self.plan.places.root.required and not self._stands(spot, env)

    def _written(self, rule: Value, said: Any, owner: Any, record: Record) -> list[tuple[str, ...]]:
        if rule.table is None:
            written = rule.form.write(said) if rule.form.write else str(said)
            return [written if isinstance(written, tuple) else (written,)]
        raw = getattr(owner, rule.keep) if rule.keep else ""
        # Several fields may read one code: the best code is the one that says them all.
        peers = [
            (r.table, getattr(owner, r.name))
            for r in (record.rules if rule.shared else ())
            if isinstance(r, Value) and r.table and r.sources and r.sources[0] == rule.sources[0]
        ]
        return [(code,) for code in ranked(rule.table, said, raw, peers)]

    def _texts(self, rule: Texts, said: tuple[str, ...], env: list[Built], here: str) -> None:
        size = len(rule.spots)
        for start in range(0, len(said), size):
            made = None if rule.each is None else self._new(rule.each, env)
            if rule.each is not None and made is None:
                self._left_out(here, said[start:], "this message has no place for it.")
                return
            inside = env if made is None else [*env, made]
            for spot, text in zip(rule.spots, said[start : start + size], strict=False):
                self.place(spot, text if rule.form.write is None else rule.form.write(text), inside)
            for spot, text in rule.beside:
                self._fill(spot, text, inside)
            if rule.each is not None:
                inside[-1].mark(rule.each.hops[-1].filters)
            if rule.each is None and len(said) > size:
                self._left_out(here, said[size:], f"there is room for {size}.")
                return

    def _group(self, rule: Group, said: Any, env: list[Built], here: str) -> None:
        if said is None or (said == rule.empty and (rule.scope is None or said == rule.record.shape())):
            return
        if rule.when is not None and self._reach(rule.when, env) is None:
            self._left_out(here, said, f"it is said only with {rule.when.text}.")
            return
        inside = env if rule.scope is None else [*env, self._found(rule.scope, env)]
        self.record(rule.record, said, inside, here)

    def _rows(self, rule: Rows, said: tuple[Any, ...], env: list[Built], here: str) -> None:
        for number, row in enumerate(said):
            variant = next((v for v in rule.variants if _takes(v.record, row)), None)
            at = self._new(variant.each, env) if variant else None
            if variant is None or at is None:
                self._left_out(f"{here}[{number}]", row, "this message has no place for it.")
                continue
            self.record(variant.record, row, [*env, at], f"{here}[{number}]")
            filters = variant.each.hops[-1].filters
            at.mark(filters)
            if not all(one.admits(at.element(one.element)) for one in filters):
                self._drop(at, variant.each, env)
                self._left_out(f"{here}[{number}]", row, f"{variant.each.text} could not say it.")

    def _drop(self, made: Built, each: Spot, env: list[Built]) -> None:
        """Take back a row that would not be read as one."""
        holders = [env[each.depth], *(one for many in env[each.depth].inside.values() for one in many)]
        for holder in holders:
            holder.inside[made.tag] = [one for one in holder.inside.get(made.tag, ()) if one is not made]
            if not holder.inside[made.tag]:
                del holder.inside[made.tag]

    # --- places ----------------------------------------------------------------------------------------------------

    def place(self, spot: Spot, text: str, env: list[Built]) -> None:
        """Write *text* at *spot*, making the segments that lead there."""
        if not text:
            return
        segment = self._found(spot, env)
        if spot.qualifiers:
            number = next(n for n in spot.pairs if segment.element(n) in ("", spot.qualifiers[0]))
            segment.put(number, spot.qualifiers[0])
            segment.put(number + 1, text)
        elif spot.component:
            pieces = segment.element(spot.element).split(COMPONENT)
            pieces += [""] * (spot.component - len(pieces))
            pieces[spot.component - 1] = text
            segment.put(spot.element, COMPONENT.join(pieces))
        else:
            segment.put(spot.element, text)

    def _fill(self, spot: Spot, text: str, env: list[Built]) -> None:
        if not self._found(spot, env).element(spot.element):
            self.place(spot, text, env)

    def fill_all(self) -> None:
        """Fill, at the end, what the standard wants filled in segments that are there, and nothing else has filled."""
        for spot, rule, said, owner, record, env in self.fills:
            if self._stands(spot, env) and (texts := self._written(rule, said, owner, record)):
                self._fill(spot, texts[0][0], env)

    def _stands(self, spot: Spot, env: list[Built]) -> bool:
        here = [env[spot.depth]]
        for hop in spot.hops:
            if hop.slot:
                here = [one for above in here for one in above.inside.get(hop.tag, ()) if _is(one, hop)]
        return bool(here)

    def _fits(self, source: tuple[Spot, ...], parts: tuple[str, ...], env: list[Built]) -> bool:
        return all(not text or self._free(spot, text, env) for spot, text in zip(source, parts, strict=False))

    def _free(self, spot: Spot, text: str, env: list[Built]) -> bool:
        segment = self._reach(spot, env)
        if segment is None:
            return False
        if spot.qualifiers:
            return any(
                segment.element(n) in ("", spot.qualifiers[0]) and segment.element(n + 1) in ("", text)
                for n in spot.pairs
            )
        return spot.component > 0 or segment.element(spot.element) in ("", text)

    def _too_long(self, spot: Spot, text: str) -> bool:
        facts = self.plan.segments.get(spot.tag)
        element = spot.pairs[0] + 1 if spot.qualifiers else spot.element
        return facts is not None and element > 0 and 0 < facts.lengths[element - 1] < len(text)

    def _reach(self, spot: Spot, env: list[Built]) -> Built | None:
        """Return the segment *spot* means, or a blank one if it could be made; None if what stands there forbids it."""
        here = env[spot.depth]
        for hop in spot.hops:
            if hop.slot == 0:
                if not here.suits(hop.filters):
                    return None
                continue
            here = next((one for one in here.inside.get(hop.tag, ()) if _is(one, hop)), None) or Built(hop.tag)
        return here

    def _found(self, spot: Spot, env: list[Built]) -> Built:
        """Return the segment *spot* means, made if need be, with what its filters ask for written in it."""
        here = env[spot.depth]
        for hop in spot.hops:
            if hop.slot:
                there = next((one for one in here.inside.get(hop.tag, ()) if _is(one, hop)), None)
                if there is None:
                    there = Built(hop.tag)
                    here.inside.setdefault(hop.tag, []).append(there)
                here = there
            here.mark(hop.filters)
        return here

    def _new(self, each: Spot, env: list[Built]) -> Built | None:
        """Return a fresh segment for one more row; None when the loop it belongs in is not there."""
        here: Built | None = env[each.depth]
        for hop in each.hops[:-1]:
            if hop.slot:
                here = next((one for one in here.inside.get(hop.tag, ()) if _is(one, hop)), None)
            if here is None or not here.suits(hop.filters):
                return None
        if each.hops[-1].slot == 0:
            return here
        made = Built(each.tag)
        here.inside.setdefault(each.tag, []).append(made)
        return made

    # --- findings --------------------------------------------------------------------------------------------------

    def check(self, loop: Loop, built: Built) -> None:
        """Say what the standard demands and the document does not give, and what is longer than the standard allows."""
        facts = self.plan.segments.get(built.tag)
        if facts is not None and built.tag != "ST":
            for number, must in enumerate(facts.required, 1):
                text = built.element(number)
                if must and not text:
                    self._wrong(
                        "lower.missing", built.tag, number, "the document does not say it.", "Fill it in the document."
                    )
                elif 0 < facts.lengths[number - 1] < len(text):
                    fix = f"Shorten it to {facts.lengths[number - 1]} characters."
                    self._wrong("lower.too-long", built.tag, number, f"{text[:40]!r} is too long.", fix)
        for tag in loop.required:
            if tag not in built.inside:
                self._wrong("lower.missing", tag, 0, "the document gives nothing for it.", "Fill the document.")
        for tag, made in built.inside.items():
            for one in made:
                self.check(loop.loops.get(tag) or Loop(tag), one)

    def _wrong(self, code: str, tag: str, element: int, says: str, fix: str) -> None:
        self.findings.append(Finding(code=code, says=says, fix=fix, where=Place(segment=tag, element=element)))

    def _left_out(self, here: str, said: Any, why: str) -> None:
        self.findings.append(
            Finding(
                code="lower.left-out",
                severity="warning",
                says=f"left out: {why}",
                fix="Add a rule to the partner's map if it matters.",
                where=Place(path=f"$.{here}"),
                value=str(said)[:80],
            )
        )


COMPONENT = "\x1f"
"""Joins components until the envelope says what does (see formats)."""


def _is(built: Built, hop: Hop) -> bool:
    return built.suits(hop.filters) and all(built.element(f.element) for f in hop.filters)


def _reads(table: Table | None, code: str, word: Any) -> bool:
    try:
        return table is not None and table.read(code) == word
    except KeyError:
        return False


def _takes(record: Record, row: Any) -> bool:
    for rule in record.rules:
        if isinstance(rule, Constant) and getattr(row, rule.name) != rule.value:
            return False
        if isinstance(rule, Value) and rule.table and not rule.one_way:
            said = getattr(row, rule.name)
            if not absent(said) and said != rule.empty and not rule.table.codes(said):
                return False
    return True


def _flat(loop: Loop, built: Built) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for tag in loop.order:
        for one in built.inside.get(tag, ()):
            found.append((tag, *one.elements))
            if tag in loop.loops:
                found += _flat(loop.loops[tag], one)
    return found
