"""How a document came: what its sender calls the set it stood in, and when its sender wants to hear what came of it."""

from typing import Literal

from msgspec import Struct

AnswerWhen = Literal["refused", "findings", "always"]


class Origin(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The set a document came in, kept only where its sender takes an application acknowledgement.

    ``item`` is the id of the document's work with us; ``kind``, ``control``, ``group`` and ``interchange`` are as the
    sender wrote them; ``reference`` is the number that both sides know the document by, of the sort
    ``reference_kind``. ``answer``: which outcomes the sender is told.
    """

    partner: str
    item: str
    reference: str = ""
    reference_kind: str = ""
    kind: str = ""
    control: str = ""
    group: str = ""
    interchange: str = ""
    answer: AnswerWhen = "findings"
