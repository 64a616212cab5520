"""Source for the end of a row or document: what is to be filled is filled, and variables become tuples of elements.

See `generated_lower`.
"""

from tradelane.maps.lowered_cells import Cell, Unsupported
from tradelane.maps.lowered_source import FULL, CellWriter
from tradelane.maps.plan import Plan, Spot

Env = list[Cell]
"""The cells that places are seen from, by depth."""


class SegmentWriter(CellWriter):
    """A function being written, with what hands its segments out.

    ``fills``: the places to be filled at the end, the variables of their texts, and from where they are seen.
    """

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.fills: list[tuple[Spot, str, Env]] = []

    def open_fills(self) -> tuple[int, int, int]:
        """Mark where the variables of what is filled at the end of a row, or of the document, are to be declared."""
        return len(self.lines), self.indent, len(self.fills)

    def close_fills(self, mark: tuple[int, int, int]) -> None:
        """Write the filling of what the standard wants filled, in segments that stand."""
        line, indent, first = mark
        for spot, text, env in self.fills[first:]:
            self.lines.insert(line, "    " * indent + f"{text} = ''")
            if spot.depth < len(env) - 1:
                raise Unsupported(f"{spot.text}: filled from within a row")
            with self.block(f"if {text} and {self.stands(spot, env)}:"):
                there = self.enter(spot, env).element(spot.element)
                with self.block(f"if not {there}:"):
                    self.place(spot, text, env)
        del self.fills[first:]

    def assemble(self, cell: Cell, out: str) -> None:
        """Write the appending of a cell's segment, and of those in it, to the list *out*.

        What lacks something that the standard demands is the exact path's to explain.
        """
        if cell is not self.layout.root:
            self._segment(cell, out)
        if cell.loop is None:
            return
        for tag in cell.loop.required:
            there = [one.there for one in cell.inside.get(tag, ())]
            if not any(self.state.get(one) is True for one in there):
                self.refuse_if(f"not ({' or '.join(there)})" if there else "True")
        for tag in cell.loop.order:
            for one in cell.inside.get(tag, ()):
                if one.row:
                    self._listed(one, out)
                elif one.adopted is None and self.state.get(one.there) is not False:
                    with self.block(f"if {one.there}:"):
                        self.assemble(one, out)

    def _listed(self, rows: Cell, out: str) -> None:
        if (adopter := rows.adopter) is not None:
            with self.block(f"if {adopter.there}:"):
                inner = self.fresh("l")
                self.line(f"{inner} = []")
                self.assemble(adopter, inner)
                self.line(f"{rows.there}[{adopter.row_at}:{adopter.row_at}] = {inner}")
        self.line(f"{out} += {rows.there}")

    def _segment(self, cell: Cell, out: str) -> None:
        facts = self.plan.segments.get(cell.tag)
        places: list[tuple[int, str, str]] = [(n, cell.element(n), "") for n in cell.elements]
        places += [(pairs[0], cell.listed(pairs), f"*{cell.listed(pairs)}") for pairs in cell.pairs]
        places.sort()
        for number, must in enumerate(facts.required if facts else (), 1):
            if must:
                self.refuse_if(self._lacks(cell, number))
        word = "if"
        for last in range(len(places) - 1, -1, -1):
            variable = places[last][1]
            known = self.state.get(variable)
            if known == "" or known == (0, frozenset()):
                continue
            sure = known is FULL or (isinstance(known, str) and known != "")
            row = self._tuple(cell, places[: last + 1])
            head = f"{word} {variable}: " if not sure else ("" if word == "if" else "else: ")
            self.line(f"{head}{out}.append({row})")
            if sure:
                return
            word = "elif"
        self.line(f"{'' if word == 'if' else 'else: '}{out}.append({self._tuple(cell, [])})")

    def _lacks(self, cell: Cell, number: int) -> str:
        """Return the condition that an element that must be filled is not."""
        for pairs in cell.pairs:
            if pairs[0] <= number <= pairs[-1] + 1:
                return f"len({cell.listed(pairs)}) <= {number - pairs[0]}"
        if number not in cell.elements:
            return "True"
        known = self.state.get(cell.element(number))
        return "False" if known else f"not {cell.element(number)}"

    def _tuple(self, cell: Cell, places: list[tuple[int, str, str]]) -> str:
        """Return the segment up to the last of *places*."""
        items, at = [self.const(cell.tag)], 1
        for n, (number, variable, spread) in enumerate(places):
            items += ["''"] * (number - at)
            items.append(spread or variable)
            at = number + 1
            if spread:
                size = 2 * len(next(pairs for pairs in cell.pairs if pairs[0] == number))
                at = number + size
                if n < len(places) - 1:
                    items.append(f"*{self.const(('',) * size)}[len({variable}):]")
        return f"({', '.join(items)},)"
