"""What the fuzzer once found stays found: every such file, and every seed, is read or refused, in time and memory."""

import resource
from pathlib import Path
from time import process_time

import pytest
from tests.fuzz.readers import READERS, SECONDS, Exceeded, bounded
from tests.fuzz.seeds import WORDS, seeds

FOUND = sorted(path for path in (Path(__file__).parent / "found").glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_once_broke_a_reader_is_read_or_refused(path: Path):
    bounded(READERS[path.parent.name], path.read_bytes())


@pytest.mark.parametrize("name", READERS)
def test_every_seed_is_read_or_refused(name: str):
    bodies = [b"", *seeds(name)]
    assert len(bodies) > 1
    READERS[name](bodies[-1])  # What is imported and compiled once is no cost of reading.
    for body in bodies:
        bounded(READERS[name], body)


def test_every_reader_has_the_words_of_its_syntax():
    assert WORDS.keys() == READERS.keys()


def test_a_reader_that_takes_too_long_is_caught():
    def slow(body: bytes) -> None:
        end = process_time() + 2 * SECONDS
        while process_time() < end:
            pass

    with pytest.raises(Exceeded, match="s for 1 bytes"):
        bounded(slow, b"x")


def test_a_reader_that_takes_too_much_memory_is_caught():
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # What is reached once is no growth any more.
    with pytest.raises(Exceeded, match="MB for 1 bytes"):
        bounded(lambda body: bytearray(b"x") * (most + 400_000_000) and None, b"x")
