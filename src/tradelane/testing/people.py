"""Practice people: they work the exceptions a practice network causes, most of them within two days, as people do."""

from datetime import datetime, timedelta
from random import Random

import msgspec

from tradelane.app import App
from tradelane.model.case import ResolveCase
from tradelane.model.identity import derived_id
from tradelane.runtime.handed import ask
from tradelane.store.port import Arrival, Item
from tradelane.views.case import CaseRow

LOOK_AT_MAX = 500
NAMES = ("dana", "ilse", "marek", "priya")


class People:
    """A handful of people, drawn from one seed. ``diligence`` is the share of exceptions they end at all."""

    def __init__(self, app: App, seed: int, diligence: float = 0.93) -> None:
        self.app, self.seed, self.diligence = app, seed, diligence

    async def work(self, now: datetime) -> int:
        """End what has waited long enough; return how many."""
        rows = await self.app.store.view_rows("case", state="open", limit=LOOK_AT_MAX)
        cases = [msgspec.json.decode(row.body, type=CaseRow) for row in rows]
        due = [case for case in cases if self._ends_at(case) <= now]
        if due:
            await self.app.store.put([Arrival(items=(self._resolution(case),)) for case in due])
        return len(due)

    def _ends_at(self, case: CaseRow) -> datetime:
        random = Random(f"{self.seed} {case.id}")
        patience = timedelta(hours=random.uniform(1, 48)) if random.random() < self.diligence else timedelta(days=365)
        return (case.opened_at or case.at) + patience

    def _resolution(self, case: CaseRow) -> Item:
        random = Random(f"{self.seed} {case.id} how")
        action = random.choice(case.actions) if case.actions else "looked into"
        command = ResolveCase(
            by=random.choice(NAMES), action=action, cause_code=random.choice(("supplier", "warehouse"))
        )
        id = derived_id("practice", case.id, case.occurrences)
        return ask(id, f"case/{case.id}", command, "tradelane", self.app.store.partitions).written()
