"""A partner's EDI desk.

Writes envelopes with rising control numbers, reads what comes, answers with 997s, keeps the ledger.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Literal

import msgspec

from tradelane.model import registry
from tradelane.model.document import Document
from tradelane.model.identity import document_identity
from tradelane.model.syntax_report import SetReport, SyntaxReport, Verdict
from tradelane.testing.twins.due import ChannelName, Due
from tradelane.testing.twins.ledger import Ledger, Received, Sense, Sent, digest
from tradelane.testing.twins.lifting import lift_set
from tradelane.testing.twins.pen import FUNCTIONAL_IDS, Address, Numbers, write_interchange
from tradelane.testing.twins.reading import Illegible, ReadGroup, ReadInterchange, read_interchanges
from tradelane.testing.twins.writing import write_document

Syntax = Literal["x12", "json"]
MEDIA_TYPES: dict[Syntax, str] = {"x12": "application/edi-x12", "json": "application/json"}
SUFFIXES: dict[Syntax, str] = {"x12": "edi", "json": "json"}


class Desk:
    """One partner's desk. ``address`` and ``house`` are how envelopes call it and the backbone.

    ``first``: what it counts on from, transport ids and control numbers; they are never to be used twice.
    """

    def __init__(
        self,
        name: str,
        address: Address,
        house: Address,
        *,
        syntax: Syntax,
        channel: ChannelName,
        seed: int | str,
        first: int = 0,
    ) -> None:
        self.name, self.address, self.house = name, address, house
        self.syntax: Syntax = syntax
        self.channel: ChannelName = channel
        self.seed = seed
        self.ledger = Ledger()
        self._interchange = first
        self._sendings = first

    def chance(self, *about: str | int) -> Random:
        """Return this partner's dice for one matter.

        The same matter always falls the same way, whatever came between.
        """
        return Random(":".join(str(part) for part in (self.seed, self.name, *about)))

    def send(
        self,
        at: datetime,
        *documents: Document,
        sense: Sense = "sensible",
        syntax: Syntax | None = None,
        copies: str = "",
    ) -> Due:
        """Return the sending of *documents* (X12: of one kind, in one interchange.

        JSON: one), entered in the ledger.
        """
        syntax = syntax or self.syntax
        numbers = self.next_numbers() if syntax == "x12" else Numbers(0, 0)
        body = self._written(documents, syntax, numbers, at)
        return self.enter(at, body, syntax, sense=sense, documents=documents, numbers=numbers, copies=copies)

    def enter(
        self,
        at: datetime,
        body: bytes,
        syntax: Syntax,
        *,
        sense: Sense,
        documents: Sequence[Document] = (),
        numbers: Numbers = Numbers(0, 0),  # noqa: B008 - frozen
        copies: str = "",
        channel: ChannelName | None = None,
    ) -> Due:
        """Return the sending of *body* as it stands, entered in the ledger under a transport id of its own."""
        self._sendings += 1
        transport_id = f"{self.name}-{self._sendings:06d}"
        due = Due(
            at=at,
            twin=self.name,
            body=body,
            media_type=MEDIA_TYPES[syntax],
            file_name=f"{transport_id}.{SUFFIXES[syntax]}",
            transport_id=transport_id,
            channel=channel or self.channel,
        )
        self.ledger.sent[transport_id] = Sent(
            at=at,
            transport_id=transport_id,
            sha256=digest(body),
            size=len(body),
            sense=sense,
            identities=tuple(self._identity(document) for document in documents),
            documents=tuple(documents),
            interchange=numbers.interchange,
            group=numbers.group,
            channel=due.channel,
            copies=copies,
        )
        return due

    def enter_copy(
        self,
        sent: Sent,
        body: bytes,
        at: datetime,
        *,
        numbers: Numbers | None = None,
        sense: Sense = "copy",
        channel: ChannelName | None = None,
    ) -> Due:
        """Return the sending of *sent* once more as *body*, under a transport id and file name of its own."""
        return self.enter(
            at,
            body,
            "x12" if sent.interchange else "json",
            sense="syntax" if sent.sense == "syntax" and sense == "copy" else sense,
            documents=sent.documents,
            numbers=numbers or Numbers(sent.interchange, sent.group),
            copies=sent.transport_id,
            channel=channel or self.channel,
        )

    def written_again(self, sent: Sent, at: datetime) -> tuple[bytes, Numbers]:
        """Return the documents of *sent* in a new envelope with new control numbers (JSON has none.

        And is laid out anew).
        """
        if not sent.interchange:
            numbers = Numbers(0, 0)
            return msgspec.json.format(self._written(sent.documents, "json", numbers, at), indent=2), numbers
        numbers = self.next_numbers()
        return self._written(sent.documents, "x12", numbers, at), numbers

    def next_numbers(self) -> Numbers:
        """Return the next control numbers; ISA13 and GS06 rise together from 1."""
        self._interchange += 1
        return Numbers(self._interchange, self._interchange)

    def open(self, body: bytes, delivery_id: str, now: datetime) -> tuple[list[Document], list[Due]]:
        """Read a delivery into the ledger; return its documents, and the 997s it calls for (within ten minutes)."""
        if body.lstrip()[:1] in (b"{", b"["):
            return self._open_json(body, delivery_id, now), []
        try:
            interchanges = read_interchanges(body)
        except Illegible as wrong:
            self._illegible(body, delivery_id, now, str(wrong))
            return [], []
        documents: list[Document] = []
        dues: list[Due] = []
        for interchange in interchanges:
            self.ledger.envelope_verdicts.update(interchange.answers)
            for group in interchange.groups:
                found, report = self._open_group(body, delivery_id, interchange, group, now)
                documents += found
                if report:
                    wait = self.chance("997", delivery_id).randint(20, 600)
                    dues.append(self.send(now + timedelta(seconds=wait), report, sense="syntax", syntax="x12"))
        return documents, dues

    def _open_json(self, body: bytes, delivery_id: str, now: datetime) -> list[Document]:
        try:
            bodies = msgspec.json.decode(body, type=list[msgspec.Raw]) if body.lstrip()[:1] == b"[" else [body]
            documents = [registry.read_document(bytes(each)) for each in bodies]
        except msgspec.MsgspecError as wrong:
            self._illegible(body, delivery_id, now, str(wrong))
            return []
        for document in documents:
            self._receive(document, digest(registry.encode(document)), body, delivery_id, now)
            self._note(document)
        return documents

    def _open_group(
        self, body: bytes, delivery_id: str, interchange: ReadInterchange, group: ReadGroup, now: datetime
    ) -> tuple[list[Document], SyntaxReport | None]:
        documents: list[Document] = []
        reports: list[SetReport] = []
        for read in group.sets:
            verdict: Verdict = "accepted" if read.sound and interchange.sound else "rejected"
            try:
                document = lift_set(read)
            except Illegible as wrong:
                self._illegible(body, delivery_id, now, str(wrong))
                verdict = "rejected"
            else:
                content = digest(repr(read.segments).encode())
                self._receive(document, content, body, delivery_id, now, interchange.control, group.control)
                self._note(document)
                documents += [document] if verdict == "accepted" else []
            codes = ("5",) if verdict == "rejected" else ()
            reports.append(SetReport(kind=read.kind, control=read.control, verdict=verdict, codes=codes))
        if group.functional_id == FUNCTIONAL_IDS["997"]:
            return documents, None
        return documents, _report(group, reports)

    def _receive(
        self,
        document: Document,
        content: str,
        body: bytes,
        delivery_id: str,
        now: datetime,
        interchange: str = "",
        group: str = "",
    ) -> None:
        self.ledger.received.append(
            Received(
                at=now,
                delivery_id=delivery_id,
                sha256=digest(body),
                identity=self._identity(document),
                content=content,
                interchange=interchange,
                group=group,
                document=document,
            )
        )

    def _illegible(self, body: bytes, delivery_id: str, now: datetime, says: str) -> None:
        entry = Received(
            at=now,
            delivery_id=delivery_id,
            sha256=digest(body),
            identity=("illegible",),
            content=digest(body),
            illegible=says,
        )
        self.ledger.received.append(entry)

    def _note(self, document: Document) -> None:
        if isinstance(document, SyntaxReport):
            self.ledger.judged(document.functional_id, document.group.lstrip("0"), document.verdict)

    def _identity(self, document: Document) -> tuple[str, ...]:
        if isinstance(document, SyntaxReport):
            return (self.name, "syntax_report", document.functional_id, document.group)
        return document_identity(document, self.name) or (
            self.name,
            registry.tag(type(document)),
            digest(registry.encode(document)),
        )

    def _written(self, documents: Sequence[Document], syntax: Syntax, numbers: Numbers, at: datetime) -> bytes:
        if syntax == "json":
            (document,) = documents
            return registry.encode(document)
        return write_interchange([write_document(d) for d in documents], self.address, self.house, numbers, at)


def _report(group: ReadGroup, sets: list[SetReport]) -> SyntaxReport:
    good = sum(each.verdict == "accepted" for each in sets)
    verdict: Verdict = "accepted" if good == len(sets) else "partially_accepted" if good else "rejected"
    return SyntaxReport(
        functional_id=group.functional_id,
        group=group.control,
        verdict=verdict,
        included=len(sets),
        received=len(sets),
        accepted=good,
        sets=tuple(sets),
    )
