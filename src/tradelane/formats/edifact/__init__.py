"""EDIFACT: open interchanges (`decode`), write them (`encode`), and say what could be read (`syntax_report`)."""

from tradelane.formats.edifact.acknowledgement import Sum, answerable, syntax_report
from tradelane.formats.edifact.decode import decode
from tradelane.formats.edifact.encode import COMPONENT, Envelope, encode, faults
from tradelane.formats.edifact.envelope import Decoded, Group, Interchange, Limits, Name, ReceivedMessage
from tradelane.formats.edifact.header import USUAL
from tradelane.formats.edifact.identities import Identity, identities
from tradelane.formats.edifact.plain import Lines
from tradelane.formats.edifact.stream import LARGE, Event, Reader
from tradelane.formats.edifact.survey import Places, Survey, Surveyed, placed, survey

__all__ = [
    "COMPONENT",
    "LARGE",
    "USUAL",
    "Decoded",
    "Envelope",
    "Event",
    "Group",
    "Identity",
    "Interchange",
    "Limits",
    "Lines",
    "Name",
    "Places",
    "Reader",
    "ReceivedMessage",
    "Sum",
    "Survey",
    "Surveyed",
    "answerable",
    "decode",
    "encode",
    "faults",
    "identities",
    "placed",
    "survey",
    "syntax_report",
]
