"""XML bytes to one tree of nodes, each with its bytes. No document type, no entity, nothing fetched, all bounded."""

import pyexpat
import re
from typing import Final

from msgspec import Struct

from tradelane.formats.nodes import fault
from tradelane.formats.xml.names import OUTERMOST, Context, Unbound
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import Node

DEPTH_MAX = 100
NODES_MAX = 1_000_000
ATTRIBUTES_MAX = 256
ATTRIBUTE_CHARACTERS_MAX = 64 * 1024
NAME_CHARACTERS_MAX = 1024
PREFIXES_MAX = 256

_SURE_DOCTYPE: Final = re.compile(r"https?://xml\.cxml\.org/schemas/cXML/[\d.]{1,12}/\w{1,40}\.dtd", re.IGNORECASE)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_TAG = re.compile(rb"<[^\s/>]+")
_ATTRIBUTE = re.compile(rb"""\s+[^\s=]+\s*=\s*("[^"]*"|'[^']*')""")
_INVALID_TOKEN, _ENCODING_FAULTS = 4, (18, 19)


class Parsed(Struct, frozen=True):
    """The outermost node, the namespace it belongs to, and what was remarked."""

    root: Node
    uri: str
    findings: tuple[Finding, ...] = ()


def parse(body: bytes) -> Parsed:
    """Return the tree in *body*; raises `Unreadable` with where and why it is none, and nothing else ever."""
    skipped = len(_BYTE_ORDER_MARK) if body.startswith(_BYTE_ORDER_MARK) else 0
    if not body[skipped:].strip():
        raise Unreadable(fault("xml.empty", "The body is empty.", "Send an XML document.", start=skipped))
    wide = _UTF_16.get(body[:2])
    blanks = len(body) - skipped - len(body[skipped:].lstrip()) if not wide else 0
    start = skipped + blanks
    parsed = _Builder(_narrowed(body, wide) if wide else body[start:], start, placed=wide is None).parsed()
    if not blanks:
        return parsed
    says, fix = "Blanks stand before the XML declaration.", "Begin with <?xml."
    remark = fault("xml.leading-space", says, fix, start=skipped, end=start, severity="warning")
    return Parsed(parsed.root, parsed.uri, (remark, *parsed.findings))


def _narrowed(body: bytes, encoding: str) -> bytes:
    """Return UTF-16 as UTF-8; the places of bytes are then not known."""
    try:
        text = body[2:].decode(encoding)
    except UnicodeDecodeError as why:
        says = "It is not the UTF-16 that its first two bytes announce."
        raise Unreadable(fault("xml.encoding", says, "Send UTF-8.", start=why.start + 2)) from None
    return _DECLARATION.sub("", text).encode("utf-8", "replace")


class _Builder:
    """One document being parsed."""

    def __init__(self, body: bytes, skipped: int, *, placed: bool) -> None:
        self._body, self._skipped, self._placed = body, skipped, placed
        self._open: list[Node] = []
        self._contexts: list[Context] = [OUTERMOST]
        self._texts: list[list[str]] = []
        self._count = 0
        self._root: Node | None = None
        self._uri = ""
        self._findings: list[Finding] = []
        self._parser = pyexpat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.ordered_attributes = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def parsed(self) -> Parsed:
        """Parse it all."""
        try:
            self._parser.Parse(self._body, True)
        except pyexpat.ExpatError as why:
            raise Unreadable(self._not_well_formed(why)) from None
        except (LookupError, UnicodeError, ValueError):
            said = _DECLARED.match(self._body)
            says = f"It says it is written in {said[1].decode() if said else 'something'}, which we do not read."
            raise Unreadable(self._fault("xml.encoding", says, "Send UTF-8.", 0)) from None
        assert self._root is not None, "well-formed XML has a root"
        return Parsed(self._root, self._uri, tuple(self._findings))

    # --- what the parser meets -------------------------------------------------------------------------------------

    def _doctype(self, _name: str, system: str | None, public: str | None, internal: bool) -> None:
        start = self._skipped + max(self._body.find(b"<!DOCTYPE"), 0)
        if system and not public and not internal and _SURE_DOCTYPE.fullmatch(system):
            # Every cXML document names its published definition, as its users' guide asks. It is never fetched.
            says = "It names the document type definition of cXML, which is not fetched: nothing is checked by it."
            fix = "Leave the DOCTYPE out if you can."
            self._findings.append(fault("xml.doctype-ignored", says, fix, start=start, severity="note"))
            return
        says = "It has a DOCTYPE, by which XML can be made to attack whoever reads it."
        raise Unreadable(self._fault("doctype_forbidden", says, "Send it without a DOCTYPE.", start))

    def _entity(self, *_: object) -> None:
        raise Unreadable(self._fault("doctype_forbidden", "It declares an entity.", "Send plain text.", self._here()))

    def _start(self, raw: str, attributes: list[str]) -> None:
        self._count += 1
        if len(self._open) >= DEPTH_MAX or self._count > NODES_MAX:
            raise Unreadable(self._too_much())
        context = self._contexts[-1]
        if attributes:
            context = self._entered(context, attributes)
        try:
            node = Node(context.element(raw), "", [], self._here() if self._placed else -1)
            if attributes:
                self._attributes(node, context, attributes)
        except Unbound as prefix:
            says = f"The prefix {str(prefix)[:40]!r} is declared nowhere."
            raise Unreadable(self._fault("xml.prefix", says, "Declare it with xmlns.", self._here())) from None
        self._check_name(node.name)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._root, self._uri = node, context.uri(raw)
        self._open.append(node)
        self._contexts.append(context)
        self._texts.append([])

    def _entered(self, context: Context, attributes: list[str]) -> Context:
        """Return the context of an element with *attributes*, which may declare more prefixes."""
        self._count += len(attributes) // 2
        if len(attributes) > 2 * ATTRIBUTES_MAX:
            raise Unreadable(self._too_much())
        declared = _declared(attributes)
        if not declared:
            return context
        within = context.within(declared)
        if len(within.prefixes) > PREFIXES_MAX:
            raise Unreadable(self._too_much())
        return within

    def _check_name(self, name: str) -> None:
        if name == "xi:include":
            says = "It asks to take in another document, which is never fetched."
            raise Unreadable(self._fault("xml.include", says, "Send it whole.", self._here()))
        if len(name) > NAME_CHARACTERS_MAX:
            raise Unreadable(self._too_much())

    def _attributes(self, node: Node, context: Context, attributes: list[str]) -> None:
        seen: set[str] = set()
        places = self._places(node.start - self._skipped, len(attributes) // 2) if self._placed else ()
        for number, (raw, value) in enumerate(zip(attributes[::2], attributes[1::2], strict=True)):
            if len(value) > ATTRIBUTE_CHARACTERS_MAX:
                raise Unreadable(self._too_much())
            if raw == "xmlns" or raw.startswith("xmlns:"):
                continue
            name = context.attribute(raw)
            if name in seen:
                says = f"The attribute {name[1:40]} stands twice in one element."
                raise Unreadable(self._fault("xml.not-well-formed", says, "Send it once.", self._here()))
            seen.add(name)
            start, end = places[number] if number < len(places) else (-1, -1)
            node.children.append(Node(name, value, [], start, end))

    def _places(self, start: int, count: int) -> list[tuple[int, int]]:
        """Return where the values of the attributes of the element that begins at *start* stand."""
        named = _TAG.match(self._body, start)
        place, places = named.end() if named else start, list[tuple[int, int]]()
        while len(places) < count and (found := _ATTRIBUTE.match(self._body, place)):
            place = found.end()
            places.append((found.start(1) + 1 + self._skipped, place - 1 + self._skipped))
        return places

    def _characters(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)

    def _end(self, _: str) -> None:
        node, texts = self._open.pop(), self._texts.pop()
        self._contexts.pop()
        inner = bool(node.children) and not node.children[-1].name.startswith("@")
        if texts:
            text = "".join(texts)
            node.value = "" if inner and text.isspace() else text
        if self._placed:
            # The parser tells of an empty element when it is past it.
            here = self._parser.CurrentByteIndex
            past = not texts and not inner and self._body[here - 2 : here] == b"/>"
            node.end = self._skipped + (here if past else self._body.find(b">", here) + 1)

    # --- findings --------------------------------------------------------------------------------------------------

    def _here(self) -> int:
        return self._skipped + self._parser.CurrentByteIndex

    def _not_well_formed(self, why: pyexpat.ExpatError) -> Finding:
        place = self._parser.ErrorByteIndex
        if why.code == _INVALID_TOKEN and (lie := _not_utf8(self._body)) >= 0:
            says = "It says it is UTF-8, or nothing else, and is not."
            return self._fault("xml.encoding", says, "Send UTF-8, or say what it is written in.", lie + self._skipped)
        says = f"This is not XML: {pyexpat.ErrorString(why.code)}, in line {why.lineno}."
        code = "xml.encoding" if why.code in _ENCODING_FAULTS else "xml.not-well-formed"
        return self._fault(code, says, "Send well-formed XML.", place + self._skipped)

    def _too_much(self) -> Finding:
        says = (
            f"It is nested more than {DEPTH_MAX} deep, or has more than {NODES_MAX:,} nodes or {ATTRIBUTES_MAX} "
            "attributes in one, or a name or an attribute without end."
        )
        return self._fault("xml.limit", says, "Send less in one document.", self._here())

    def _fault(self, code: str, says: str, fix: str, start: int) -> Finding:
        path = "/" + "/".join(node.name for node in self._open[-8:])
        return fault(code, says, fix, start=start if self._placed else -1, path=path if self._open else "")


def _declared(attributes: list[str]) -> dict[str, str]:
    return {
        raw.partition(":")[2]: value
        for raw, value in zip(attributes[::2], attributes[1::2], strict=True)
        if raw == "xmlns" or raw.startswith("xmlns:")
    }


def _not_utf8(body: bytes) -> int:
    said = _DECLARED.match(body)
    if said is not None and said[1].lower() not in (b"utf-8", b"utf8"):
        return -1
    try:
        body.decode()
    except UnicodeDecodeError as why:
        return why.start
    return -1
