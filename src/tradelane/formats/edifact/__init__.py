"""EDIFACT: open interchanges (`decode`), write them (`encode`), and say what could be read (`syntax_report`)."""

from tradelane.formats.edifact.acknowledgement import answerable, syntax_report
from tradelane.formats.edifact.decode import decode
from tradelane.formats.edifact.encode import COMPONENT, Envelope, encode, faults
from tradelane.formats.edifact.envelope import Decoded, Group, Interchange, Limits, Name, ReceivedMessage
from tradelane.formats.edifact.header import USUAL
from tradelane.formats.edifact.identities import Identity, identities

__all__ = [
    "COMPONENT",
    "USUAL",
    "Decoded",
    "Envelope",
    "Group",
    "Identity",
    "Interchange",
    "Limits",
    "Name",
    "ReceivedMessage",
    "answerable",
    "decode",
    "encode",
    "faults",
    "identities",
    "syntax_report",
]
