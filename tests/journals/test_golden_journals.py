"""Every release's journal can be read by this one, for ever: events as they were written then, folded as we fold now.

`make_journal.py` wrote the files from a rehearsal with the code of that release. They are never changed: when a shape
changes, the event gets a new form and a reader for the old one, and this test says whether it works.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from tradelane.app import KINDS
from tradelane.domain import purchase_order
from tradelane.model import registry
from tradelane.model.identity import stream_kind

HERE = Path(__file__).parent
RELEASES = sorted(path.stem for path in HERE.glob("*.jsonl"))


class Kept(msgspec.Struct):
    """One event as its release wrote it."""

    stream: str
    version: int
    type: str
    form: int
    at: datetime
    body: msgspec.Raw


def journal(release: str) -> Iterator[Kept]:
    decoder = msgspec.json.Decoder(Kept)
    return (decoder.decode(line) for line in (HERE / f"{release}.jsonl").read_bytes().splitlines())


@pytest.mark.parametrize("release", RELEASES)
def test_the_journal_of_a_release_is_read_and_folded(release):
    books = {}
    for kept in journal(release):
        kind = KINDS[stream_kind(kept.stream)]
        book = books.setdefault(kept.stream, kind.new(kept.stream))
        event = registry.read_event(bytes(kept.body), kept.form)
        assert registry.tag(type(event)) == kept.type
        kind.evolve(book, event, kept.at)
        assert book.version == kept.version
    said = msgspec.json.decode((HERE / f"{release}.json").read_bytes())
    orders = {stream: book.state for stream, book in books.items() if stream_kind(stream) == "purchase_order"}
    assert {stream: purchase_order.status(state) for stream, state in orders.items() if state.number} == said


def test_there_is_a_journal_of_this_release():
    from importlib.metadata import version

    assert version("tradelane") in RELEASES, "write one with tests/journals/make_journal.py before the release"


def test_an_event_of_an_unknown_form_is_never_skipped():
    kept = next(journal(RELEASES[0]))
    with pytest.raises(ValueError, match="form"):
        registry.read_event(bytes(kept.body), kept.form + 1)
