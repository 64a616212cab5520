"""Write the golden journal of this release: python tests/journals/make_journal.py"""

import asyncio
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.simulation.rehearse import START, rehearse

from tradelane.domain import purchase_order
from tradelane.model.identity import stream_kind
from tradelane.testing.clock import VirtualClock
from tradelane.testing.facts import fold
from tradelane.testing.memory_store import MemoryStore

HERE = Path(__file__).parent


def main() -> None:
    """Rehearse a few orders and keep what happened."""
    clock = VirtualClock(START)
    done = asyncio.run(rehearse(Path(tempfile.mkdtemp()), MemoryStore(now=clock.now), clock, seed=5, orders=4))
    lines, said = [], {}
    for stream, events in sorted(done.journal.items()):
        for row, _ in events:
            kept = {"stream": stream, "version": row.version, "type": row.type, "form": row.form, "at": row.at}
            lines.append(msgspec.json.encode(kept | {"body": msgspec.Raw(row.body)}))
        if stream_kind(stream) == "purchase_order":
            state = fold(stream, (event for _, event in events))
            if state.number:
                said[stream] = purchase_order.status(state)
    release = version("tradelane")
    (HERE / f"{release}.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    (HERE / f"{release}.json").write_bytes(msgspec.json.format(msgspec.json.encode(said), indent=2) + b"\n")


if __name__ == "__main__":
    main()
