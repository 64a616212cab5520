"""One partition as its leader holds it in memory: places, what waits, what is pending."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tradelane.store.port import EPOCHS_PER_LIFE, Item, Leadership, PartStep, Pending

CAREFUL_DEATHS = 2
CAREFUL_STEPS = 20


@dataclass
class Part:
    """A led partition: the places of its last committed step, and how far memory has read on."""

    part: int
    n: int
    epoch: int
    inbox_to: int
    journal_to: int
    out_to: int
    read_to: int = 0
    waiting: dict[int, Item] = field(default_factory=dict)
    pending: dict[str, Pending] = field(default_factory=dict)
    careful: int = 0
    poisoned: str = ""

    def __post_init__(self) -> None:
        """Tell what this life of the store causes from what an earlier one did, whose like may have left the house."""
        life = self.epoch // EPOCHS_PER_LIFE
        self.life = f"/{life}" if life else ""

    @classmethod
    def led(cls, found: Leadership) -> "Part":
        """Return the partition as just taken over.

        Two deaths at one place make us careful: items then run singly and announced.
        """
        part = cls(found.part, found.n, found.epoch, found.inbox_to, found.journal_to, found.out_to, found.inbox_to)
        if found.deaths >= CAREFUL_DEATHS or found.started:
            part.careful = CAREFUL_STEPS
        if found.started_deaths >= CAREFUL_DEATHS:
            part.poisoned = found.started
        return part

    def read(self, item: Item) -> None:
        """Note an inbox item that memory has read."""
        self.waiting[item.sequence] = item
        self.read_to = max(self.read_to, item.sequence)

    def place_after(self, done: set[int]) -> tuple[int, list[Item]]:
        """Return the place once *done* is finished, and the unfinished items it passes, which go to pending."""
        if not done:
            return self.inbox_to, []
        place = max(max(done), self.inbox_to)
        return place, [
            item for sequence, item in sorted(self.waiting.items()) if sequence <= place and sequence not in done
        ]

    def next_step(self, inbox_to: int, journal: int, out: int, started: str = "") -> PartStep:
        """Return the step row that follows the last one."""
        return PartStep(
            part=self.part,
            n=self.n + 1,
            epoch=self.epoch,
            inbox_to=inbox_to,
            journal_to=journal,
            out_to=out,
            started=started,
        )

    def stepped(self, row: PartStep) -> None:
        """Move to a committed step."""
        self.n, self.inbox_to, self.journal_to, self.out_to = row.n, row.inbox_to, row.journal_to, row.out_to
        for sequence in [sequence for sequence in self.waiting if sequence <= row.inbox_to]:
            del self.waiting[sequence]
        if self.careful and not row.started:
            self.careful -= 1

    def unread(self, items: list[Item]) -> Iterator[Item]:
        """Yield those of *items* that memory does not hold yet."""
        return (item for item in items if item.sequence > self.read_to)
