"""What holds for every store: whose rows a step may carry, and how a new leader reads a partition's last rows."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from tradelane.store.port import Leadership, Step


def check_step(step: Step) -> None:
    """Refuse a step that writes for a partition it has no row for, or leaves a gap in a journal: our own bug."""
    rows = {row.part: row for row in step.parts}
    if len(rows) != len(step.parts) or not rows:
        raise ValueError("a step needs one row for each of its partitions, and at least one partition")
    strangers = _parts_written(step) - rows.keys()
    if strangers:
        raise ValueError(f"the step writes for partitions {sorted(strangers)} without a row for them")
    journals: dict[int, list[int]] = {}
    for event in step.journal:
        journals.setdefault(event.part, []).append(event.sequence)
    for part, sequences in journals.items():
        if any(after != before + 1 for before, after in pairwise(sequences)) or sequences[-1] != rows[part].journal_to:
            raise ValueError(
                f"the journal of partition {part} is not dense up to {rows[part].journal_to}: {sequences[:10]}"
            )


def leadership(newest_first: Sequence[Mapping[str, Any]]) -> Leadership:
    """Read a partition's step rows, the takeover just appended first, as its new leader needs them."""
    last = newest_first[0]
    started = next((row["started"] for row in newest_first if not row["takeover"]), "")
    return Leadership(
        part=last["part"],
        n=last["n"],
        epoch=last["epoch"],
        inbox_to=last["inbox_to"],
        journal_to=last["journal_to"],
        out_to=last["out_to"],
        deaths=_deaths(newest_first),
        started=started,
        started_deaths=_started_deaths(newest_first, started) if started else 0,
    )


def _parts_written(step: Step) -> set[int]:
    """Return the partitions of all rows only a leader may write; puts and receipts go anywhere."""
    groups = (step.journal, step.outbound, step.attempts, step.pending_set, step.timers_set)
    parts = {row.part for group in groups for row in group}
    parts |= {row.part for group in (step.replies, step.identities, step.states) for row in group}
    return parts | {key[0] for key in (*step.pending_done, *step.timers_done)}


def _deaths(newest_first: Sequence[Mapping[str, Any]]) -> int:
    """Count takeovers at the last place. A row that moved nothing does not end the count: its leader died here too."""
    here = _place(newest_first[0])
    deaths = 0
    for row in newest_first:
        if _place(row) != here:
            break
        deaths += row["takeover"]
    return deaths


def _started_deaths(newest_first: Sequence[Mapping[str, Any]], started: str) -> int:
    """Count takeovers that came right after an announcement of *started*, back to the last row of other work."""
    deaths = 0
    for row, before in pairwise(newest_first):
        if not row["takeover"] and row["started"] != started:
            break
        if row["takeover"] and before["started"] == started:
            deaths += 1
    return deaths


def _place(row: Mapping[str, Any]) -> tuple[int, int, int]:
    return row["inbox_to"], row["journal_to"], row["out_to"]
