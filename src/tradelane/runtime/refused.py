"""What is said about a file that was picked up and cannot be taken: to its partner beside it, to our people. Pure."""

from datetime import datetime

from tradelane.model.finding import Finding
from tradelane.model.identity import exchange_stream
from tradelane.model.request import Tell
from tradelane.processes.cases import open_case
from tradelane.protocols.port import Received

DIGITS = 16
"""So much of a SHA-256 tells two contents of one name apart."""


def letter(partner: str, received: Received, finding: Finding, at: datetime) -> str:
    """Return the text that lies beside a refused file: what, where, what to do. Of others it says nothing."""
    lines = (
        "This file was not taken. Nothing in it has had any effect.",
        "",
        f"File:       {received.file_name} ({received.size} bytes, SHA-256 {received.sha256})",
        f"From:       {partner}, looked at {at:%Y-%m-%d %H:%M:%S} UTC",
        f"Problem:    {finding.says}",
        f"Where:      {finding.where}",
        f"What to do: {finding.fix}",
        f"Code:       {finding.code}",
    )
    return "".join(f"{_plain(line)}\n" for line in lines)


def refused(partner: str, received: Received, finding: Finding) -> Tell:
    """Return what asks a person about a refused file: the same name with the same bytes asks once."""
    kind = "IDENTITY_REFUSED" if finding.code == "identity.not-yours" else "FILE_REFUSED"
    says = (
        f"File {received.file_name} from {partner} was not taken: {finding.where}: {finding.says} It lies in refused/ "
        f"where they laid it down. Tell them: {finding.fix}"
    )
    line = f"{received.file_name} {received.sha256[:DIGITS]}"
    return open_case(kind, exchange_stream(partner), _plain(says), line=line, partner=partner, findings=(finding,))


def _plain(line: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in line)
