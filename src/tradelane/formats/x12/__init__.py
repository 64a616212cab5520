"""X12: open interchanges (`decode`), write them (`encode`), and say what could be read (`syntax_report`, `ta1`)."""

from tradelane.formats.x12.acknowledgement import answerable, large_report, syntax_report, ta1, ta1_wanted
from tradelane.formats.x12.decode import decode
from tradelane.formats.x12.encode import COMPONENT, REPEAT, Envelope, clean, declared, encode, encode_ta1
from tradelane.formats.x12.envelope import Decoded, Group, Interchange, Limits, ReceivedSet, Ta1
from tradelane.formats.x12.functional import FUNCTIONAL_IDS, functional_id
from tradelane.formats.x12.identities import Identity, identities
from tradelane.formats.x12.stream import LARGE, Event, Reader, events
from tradelane.formats.x12.survey import Places, Survey, placed, survey

__all__ = [
    "COMPONENT",
    "FUNCTIONAL_IDS",
    "LARGE",
    "REPEAT",
    "Decoded",
    "Envelope",
    "Event",
    "Group",
    "Identity",
    "Interchange",
    "Limits",
    "Places",
    "Reader",
    "ReceivedSet",
    "Survey",
    "Ta1",
    "answerable",
    "clean",
    "declared",
    "decode",
    "encode",
    "encode_ta1",
    "events",
    "functional_id",
    "identities",
    "large_report",
    "placed",
    "survey",
    "syntax_report",
    "ta1",
    "ta1_wanted",
]
