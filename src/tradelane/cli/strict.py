"""The option by which a file is judged as a partner would be who must not send what others may."""

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter

from tradelane.cli.say import Trouble
from tradelane.model.tolerance import refused_codes, unknown

Strict = Annotated[
    tuple[str, ...],
    Parameter(name="--strict", help="Refuse what is tolerated otherwise: a code such as byte-order-mark, or all."),
]


def codes_of(words: Sequence[str]) -> frozenset[str]:
    """Return the codes that *words* mean; one that means nothing is said, with the nearest."""
    for word, near in unknown(words).items():
        meant = f" Did you mean {', '.join(near)}?" if near else " They are in docs/reference/tolerances.md."
        raise Trouble(f"{word!r} is nothing that is tolerated otherwise.{meant}")
    return refused_codes(words)
