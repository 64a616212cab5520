"""A valid document made from a map: something to send, to test with, to show to a partner."""

from datetime import datetime
from pathlib import Path
from random import Random
from typing import Annotated

from cyclopts import Parameter

from tradelane import maps
from tradelane.cli.say import Trouble
from tradelane.cli.source import load_map, trouble
from tradelane.cli.translate import Out, put
from tradelane.library import Envelope, shelf
from tradelane.library import sample as samples
from tradelane.library.guide_markdown import laid_out
from tradelane.maps import Map

SAMPLE_AT = datetime(2026, 11, 2, 9, 30)  # noqa: DTZ001 (an envelope says local time; the same for every sample)
NEAR_MAX = 12
Name = Annotated[
    str,
    Parameter(
        help="A shipped map (x12/004010/850, or x12/850 for its usual edition; see `tradelane maps list`), or a file."
    ),
]
Seed = Annotated[int, Parameter(help="Another number makes another sample; the same makes the same.")]


def sample(map: Name, /, *, seed: Seed = 1, out: Out = None) -> None:
    """Write a valid file made from a map, in the syntax that the map reads."""
    found = named_map(map)
    made, syntax = sample_of(found, seed), found.plan.syntax
    text = laid_out(made.body, syntax).encode() + b"\n" if syntax in ("x12", "edifact") else made.body
    put(text, out)


def sample_of(map: Map, seed: int = 1) -> samples.Sample:
    """Return a sample of *map*, always the same for the same seed."""
    with trouble():
        return samples.sample(map, Random(seed), Envelope(at=SAMPLE_AT))


def named_map(name: str) -> Map:
    """Return the shipped map of that name (``x12/850``: of its usual edition), or the map in that file."""
    if name in maps.shipped_names():
        return maps.shipped(name)
    if Path(name).is_file():
        return load_map(Path(name))
    usual = shelf.usual(name)
    if usual:
        return maps.shipped(usual)
    near = shelf.named(name) or [known for known in maps.shipped_names() if known.endswith(f"/{name}")]
    if near:
        more = f" and {len(near) - NEAR_MAX} more" if len(near) > NEAR_MAX else ""
        raise Trouble(f"There is no map {name!r}; there is {', '.join(near[:NEAR_MAX])}{more}.")
    raise Trouble(f"There is no map {name!r}. `tradelane maps list` names those we ship; or name a file.")
