"""Translate a file: read it in its syntax, write it in another, and say what has no place there."""

import sys
from contextlib import nullcontext
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from tradelane.cli.options import Home
from tradelane.cli.say import Trouble, err
from tradelane.cli.source import File, Large, Maps, Partner, large, opened, problems, shelf, stop_if_refused
from tradelane.cli.tally import Tally
from tradelane.library import Envelope, ReadFile, Shelf, write
from tradelane.library.writing import JSON
from tradelane.model.finding import Unreadable

To = Annotated[
    str, Parameter(help="json, a family (x12), or a map (x12/850, x12/005010/850); `tradelane maps list` names them.")
]
Out = Annotated[Path | None, Parameter(name=["--out", "-o"], help="Write to this file instead of the screen.")]
Sender = Annotated[str, Parameter(help="Who sends it, as qualifier:id; without it the sender of the file.")]
Receiver = Annotated[str, Parameter(help="Who receives it, as qualifier:id; without it the receiver of the file.")]
Control = Annotated[int, Parameter(help="The number of the interchange we write; 1 without it.")]
Test = Annotated[bool, Parameter(help="Mark the interchange as a test.")]


def translate(
    file: File,
    /,
    *,
    to: To = JSON,
    out: Out = None,
    map: Maps = (),
    partner: Partner = None,
    home_: Home = None,
    sender: Sender = "",
    receiver: Receiver = "",
    control: Control = 1,
    test: Test = False,
) -> None:
    """Write what is in a file in another syntax; problems, and what has no place there, go to the error stream."""
    own = shelf(map, partner, home_)
    if to == JSON and (found_large := large(file, own)) is not None:
        _as_it_comes(found_large, own, out, file.name)
        return
    found = opened(file, map, partner, home_)
    findings = found.findings
    problems(findings, aside=True)
    if found.documents:
        said, receives = _ends(found)
        envelope = Envelope(
            sender=sender or said,
            receiver=receiver or receives,
            control=control,
            test=test,
            at=datetime.now(timezone.utc).replace(tzinfo=None),
        )
        try:
            if to == JSON:
                body = b"".join(msgspec.json.encode(document) + b"\n" for document in found.documents)
            else:
                written = write(found.documents, to, envelope, shelf=shelf(map, partner, home_))
                body, lost = written.body, written.findings
                problems(lost, aside=True)
                findings = (*findings, *lost)
        except Unreadable as unreadable:
            problems(unreadable.findings, aside=True)
            sys.exit(1)
        put(body, out)
    stop_if_refused(findings)


def _as_it_comes(found: Large, shelf: Shelf, out: Path | None, file_name: str) -> None:
    """Write the documents of a file that does not fit into memory, a line each, as they are read."""
    tally = Tally()
    try:
        with nullcontext(sys.stdout.buffer) if out is None else out.open("wb") as to:
            for document in tally.read(found.chunks, shelf, file_name):
                to.write(msgspec.json.encode(document) + b"\n")
            to.flush()
    except OSError as error:
        raise Trouble(f"{out or 'The output'} cannot be written: {error.strerror}.") from None
    problems(tally.findings, aside=True)
    stop_if_refused(tally.findings)


def put(body: bytes, out: Path | None) -> None:
    """Write *body* to the file *out*, or to standard output."""
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    try:
        out.write_bytes(body)
    except OSError as error:
        raise Trouble(f"{out} cannot be written: {error.strerror}.") from None
    err.print(f"[green]✓[/] {out}", soft_wrap=True)


def _ends(found: ReadFile) -> tuple[str, str]:
    """Return who sends the file to whom, as its envelope says; the usual stand-ins when it has none."""
    for each in found.messages:
        if each.piece.sender and each.piece.receiver:
            return each.piece.sender, each.piece.receiver
    return "ZZ:SENDER", "ZZ:RECEIVER"
