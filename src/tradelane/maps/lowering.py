"""Lowering by the rules of a map: the same as lifting, read from right to left. What a message is made of, the target
knows.
"""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Protocol

from msgspec import UNSET
from msgspec.structs import fields

from tradelane.maps.codes import Table
from tradelane.maps.forms import Bad, write_number
from tradelane.maps.lifting import Occurrence
from tradelane.maps.plan import Constant, Group, Plan, Record, Rows, Spot, Texts, Value, Variant, absent
from tradelane.maps.totals import total
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place


class Target(Protocol):
    """A message being written, as rules see it. ``env`` is what they are inside of, outermost first."""

    def place(self, spot: Spot, text: str, env: list[Occurrence]) -> None:
        """Write *text* at *spot*, making what leads there."""
        ...

    def fill(self, spot: Spot, text: str, env: list[Occurrence]) -> None:
        """Write *text* at *spot* if nothing stands there."""
        ...

    def free(self, spot: Spot, text: str, env: list[Occurrence]) -> bool:
        """Say whether *text* may be written at *spot*: nothing else stands there or forbids it."""
        ...

    def room(self, spot: Spot) -> int:
        """Return how many characters may stand at *spot*; 0 where nobody measures."""
        ...

    def idle(self, spot: Spot, env: list[Occurrence]) -> bool:
        """Say whether nothing need stand at *spot*."""
        ...

    def found(self, spot: Spot, env: list[Occurrence]) -> Occurrence:
        """Return what *spot* means, made if need be."""
        ...

    def reachable(self, spot: Spot, env: list[Occurrence]) -> bool:
        """Say whether what *spot* means is there or could be made."""
        ...

    def stands(self, spot: Spot, env: list[Occurrence]) -> bool:
        """Say whether what *spot* means is there."""
        ...

    def new(self, each: Spot, env: list[Occurrence]) -> Occurrence | None:
        """Return a fresh one for one more row; None when it has no place."""
        ...

    def holder(self, within: Spot, spot: Spot, text: str, env: list[Occurrence]) -> Occurrence | None:
        """Return the one among *within* that says *text* at *spot*; None when there is none."""
        ...

    def settle(self, made: Occurrence, each: Spot, env: list[Occurrence]) -> bool:
        """Finish a row with what its place asks for; one that would not be read as a row is taken back."""
        ...


def ranked(table: Table, word: Any, raw: str, peers: Sequence[tuple[Table | None, Any]]) -> list[str]:
    """Return the codes that mean *word*, the one to write first; *peers* are tables that read the same code, and the
    words they should read.
    """
    codes = table.codes(word, raw)
    if peers:
        codes.sort(key=lambda code: -sum(_reads(peer, code, other) for peer, other in peers))
    return codes


def conditional(spot: Spot) -> bool:
    """Say whether *spot*, written beside something, is only meant where the elements it names are filled."""
    return any(not one.sign for hop in spot.hops for one in hop.filters)


def in_pieces(texts: Sequence[str], rooms: Sequence[int]) -> tuple[str, ...]:
    """Return *texts* as they fill places of these *rooms* again and again; 0 is any room.

    What is too long for one goes on in the next, cut between words where there are words.
    """
    pieces: list[str] = []
    for text in texts:
        rest = text
        while 0 < (room := rooms[len(pieces) % len(rooms)]) < len(rest):
            at = rest.rfind(" ", 1, room + 1)
            pieces.append(rest[:room] if at < 0 else rest[:at])
            rest = rest[room:] if at < 0 else rest[at + 1 :]
        pieces.append(rest)
    return tuple(pieces)


class Lowering:
    """One document being written by the rules of a map."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.findings: list[Finding] = []
        self.fills: list[tuple[Spot, Value, Any, Any, Record, list[Occurrence]]] = []

    def write(self, document: Document, plan: Plan, root: Occurrence) -> None:
        """Write the whole of *document* into *root*."""
        self.record(plan.record, document, [root], "")
        self.fill_all()
        for count in plan.counts:
            if not count.sums:
                self.target.place(count.spot, str(total(document, count.path, sums=False)), [root])
            elif count.written:
                self.target.place(count.spot, write_number(Decimal(total(document, count.path, sums=True))), [root])

    def wrong(self, finding: Finding) -> None:
        """Keep what the target found wrong."""
        self.findings.append(finding)

    def record(self, record: Record, value: Any, env: list[Occurrence], path: str) -> None:
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

    def fill_all(self) -> None:
        """Fill, at the end, what the standard wants filled in segments that are there, and nothing else has filled."""
        for spot, rule, said, owner, record, env in self.fills:
            if self.target.stands(spot, env):
                # What cannot be written was left out, and said, where it belongs.
                with suppress(Bad):
                    for first, *_ in self._written(rule, said, owner, record)[:1]:
                        self.target.fill(spot, first, env)

    def _value(self, rule: Value, said: Any, owner: Any, env: list[Occurrence], here: str, record: Record) -> None:
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
            for number, parts in enumerate(texts, 1):
                last = len(rule.sources) == 1 and number == len(texts)
                if self._fits(source, parts, env) and (last or self._has_room(source[0], parts[0])):
                    for spot, text in zip(source, parts, strict=False):
                        self.target.place(spot, text, env)
                    if any(parts[len(source) :]):
                        self._left_out(here, parts[-1], "the message has no place for it.")
                    for spot, text in rule.beside:
                        if not conditional(spot) or self.target.stands(spot, env):
                            self.target.fill(spot, text, env)
                    return
        self._left_out(here, said, "its place is taken.")

    def _needless(self, rule: Value, owner: Any, env: list[Occurrence]) -> bool:
        """Say whether a value that goes without saying may be left unsaid.

        No code of the partner's, no place that must be filled.
        """
        if rule.keep and getattr(owner, rule.keep):
            return False
        return self.target.idle(rule.sources[0][0], env)

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

    def _fits(self, source: tuple[Spot, ...], parts: tuple[str, ...], env: list[Occurrence]) -> bool:
        return all(not text or self.target.free(spot, text, env) for spot, text in zip(source, parts, strict=False))

    def _has_room(self, spot: Spot, text: str) -> bool:
        return not 0 < self.target.room(spot) < len(text)

    def _texts(self, rule: Texts, said: tuple[str, ...], env: list[Occurrence], here: str) -> None:
        size = len(rule.spots)
        if rule.each is not None:
            said = in_pieces(said, [self.target.room(spot) for spot in rule.spots])
        for start in range(0, len(said), size):
            made = None if rule.each is None else self.target.new(rule.each, env)
            if rule.each is not None and made is None:
                self._left_out(here, said[start:], "this message has no place for it.")
                return
            inside = env if made is None else [*env, made]
            for spot, text in zip(rule.spots, said[start : start + size], strict=False):
                self.target.place(spot, text if rule.form.write is None else rule.form.write(text), inside)
            for spot, text in rule.beside:
                self.target.fill(spot, text, inside)
            if rule.each is not None:
                self.target.settle(made, rule.each, env)
            if rule.each is None and len(said) > size:
                self._left_out(here, said[size:], f"there is room for {size}.")
                return

    def _group(self, rule: Group, said: Any, env: list[Occurrence], here: str) -> None:
        if said is None or (said == rule.empty and (rule.scope is None or said == rule.record.shape())):
            return
        if rule.when is not None and not self.target.reachable(rule.when, env):
            self._left_out(here, said, f"it is said only with {rule.when.text}.")
            return
        inside = env if rule.scope is None else [*env, self.target.found(rule.scope, env)]
        self.record(rule.record, said, inside, here)

    def _rows(self, rule: Rows, said: tuple[Any, ...], env: list[Occurrence], here: str) -> None:
        for number, row in enumerate(said):
            variant = _variant(rule, row)
            if variant is None or not self._row(variant, row, env, f"{here}[{number}]", number):
                self._left_out(f"{here}[{number}]", row, "this message has no place for it.")

    def _row(self, variant: Variant, row: Any, env: list[Occurrence], here: str, number: int) -> bool:
        """Write one row; return False where it has no place."""
        around = None if variant.within is None else self._around(variant, row, env)
        if variant.within is not None and around is None:
            return False
        inside = env if around is None else [*env, around]
        at = self.target.new(variant.each, inside)
        if at is None:
            return False
        self.record(variant.record, row, [*inside, at], here)
        if variant.numbered is not None:
            self.target.fill(variant.numbered, str(number + 1), [*inside, at])
        settled = self.target.settle(at, variant.each, inside)
        if variant.within is not None:
            settled = self.target.settle(around, variant.within, env) and settled
        if not settled:
            self._left_out(here, row, f"{variant.each.text} could not say it.")
        return True

    def _around(self, variant: Variant, row: Any, env: list[Occurrence]) -> Occurrence | None:
        """Return the loop a row goes into: the one that says what the row says, or a fresh one."""
        assert variant.within is not None
        if variant.under is None:
            return self.target.new(variant.within, env)
        name, spot = variant.under
        return self.target.holder(variant.within, spot, str(getattr(row, name)), env)

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


def _reads(table: Table | None, code: str, word: Any) -> bool:
    try:
        return table is not None and table.read(code) == word
    except KeyError:
        return False


def _variant(rule: Rows, row: Any) -> Variant | None:
    """Return the source that is meant for *row*: the first that takes it and has a place for all it says, if any."""
    taking = [one for one in rule.variants if _takes(one.record, row)]
    if len(taking) < 2:
        return next(iter(taking), None)
    return next((one for one in taking if _has_room(one.record, row)), taking[0])


def _has_room(record: Record, row: Any) -> bool:
    named = {rule.name for rule in record.rules} | {rule.keep for rule in record.rules if isinstance(rule, Value)}
    unnamed = (field for field in fields(row) if field.name not in named)
    return all(absent(said := getattr(row, field.name)) or said == field.default for field in unnamed)


def _takes(record: Record, row: Any) -> bool:
    for rule in record.rules:
        if isinstance(rule, Constant) and getattr(row, rule.name) != rule.value:
            return False
        if isinstance(rule, Group) and rule.empty is UNSET and getattr(row, rule.name) is None:
            return False
        if isinstance(rule, Value) and rule.table and not rule.one_way:
            said = getattr(row, rule.name)
            raw = getattr(row, rule.keep) if rule.keep else ""
            if not absent(said) and said != rule.empty and not rule.table.codes(said, raw):
                return False
    return True
