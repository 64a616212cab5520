"""Read trees: XML of UBL and cXML, IDocs, JSON of EPCIS and carriers, as agreed with the partner. Pure."""

from collections import deque
from collections.abc import Iterator
from functools import partial
from hmac import compare_digest

from tradelane.formats import idoc, json_nodes, xml
from tradelane.formats.detect import detect
from tradelane.formats.nodes import DecodedNodes
from tradelane.model.finding import Finding, Place
from tradelane.model.message import NodeMessage
from tradelane.partners.profile import Profile
from tradelane.runtime.house import House
from tradelane.runtime.lift import lift_set
from tradelane.runtime.partner_maps import tree_map
from tradelane.runtime.reading import Reading, ReadInterchange, ReadSet

OWN_JSON = "canonical"


def is_tree(profile: Profile, body: bytes) -> bool:
    """Say whether *body* is a tree of somebody's standard: XML, an IDoc, or JSON that is not ours."""
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"<", b"EDI_DC40", b"\xff\xfe<", b"\xfe\xff\x00<")):
        return True
    return bool(profile.trees.takes) and _is_foreign(body)


def _is_foreign(body: bytes) -> bool:
    found = detect(body)
    return found.format == "json" and found.family not in ("", OWN_JSON)


def begin_nodes(house: House, profile: Profile, body: bytes) -> Reading:
    """Open *body*; its messages are lifted as the reading advances."""
    decoded = _decoded(body)
    if decoded.refused:
        return Reading([], decoded.findings)
    faults = tuple(_secret_faults(profile, decoded))
    if faults:
        return Reading([], (*decoded.findings, *faults))
    found = ReadInterchange(test=profile.test)

    def lift(message: NodeMessage) -> int:
        found.sets.append(_lift(house, profile, message))
        return 1

    rest = deque(partial(lift, message) for message in decoded.messages)
    return Reading([found], decoded.findings, rest=rest)


def _decoded(body: bytes) -> DecodedNodes:
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")):
        return json_nodes.decode(body)
    return idoc.decode(body) if start.startswith(b"EDI_DC40") else xml.decode(body)


def _secret_faults(profile: Profile, decoded: DecodedNodes) -> Iterator[Finding]:
    """Say when the secret agreed on for cXML was not shown. What was shown instead stands nowhere."""
    wanted = profile.trees.secret_sha256
    asked = any(message.version.startswith("cxml/") for message in decoded.messages)
    if wanted and asked and not any(compare_digest(wanted, shown) for shown in decoded.secrets):
        yield Finding(
            code="identity.wrong-secret",
            says="The shared secret in its header is not the one agreed on.",
            fix="Send the shared secret we agreed on, or ask us to agree on a new one.",
            where=Place(path="/cXML/Header/Sender/Credential/SharedSecret"),
        )


def _lift(house: House, profile: Profile, message: NodeMessage) -> ReadSet:
    one = ReadSet(message.kind, message.control, test=profile.test or _is_test(message))
    one.findings = (*_family_faults(profile, message), *_sender_faults(profile, message))
    by = tree_map(house.registry, profile, message)
    if by is None:
        one.findings += (_no_map(message),)
        return one
    return lift_set(house, profile, one, message, by)


def _family_faults(profile: Profile, message: NodeMessage) -> Iterator[Finding]:
    family = message.version.partition("/")[0]
    if family not in profile.trees.takes:
        agreed = ", ".join(profile.trees.takes) or "none"
        yield Finding(
            code="tree.not-agreed",
            says=f"{family or message.syntax} {message.kind} is not agreed with you; agreed are: {agreed}.",
            fix="Send what is agreed, or ask us to agree on this too.",
            where=Place(start=message.root.start, end=message.root.start),
        )


def _sender_faults(profile: Profile, message: NodeMessage) -> Iterator[Finding]:
    """Say which names in the envelope are not the partner's own (P23)."""
    own = {name.casefold() for name in profile.trees.identities}
    for said in _senders(message):
        if said.casefold() not in own and said.rpartition(":")[2].casefold() not in own:
            yield Finding(
                code="identity.not-yours",
                says=f"{said} is not an identity registered for you.",
                fix="Send under your own identity, or ask us to register this one for you.",
                where=Place(start=message.root.start, end=message.root.start),
                value=said[:80],
            )


def _senders(message: NodeMessage) -> Iterator[str]:
    """Yield the names by which an envelope calls its sender; UBL has none, its parties speak for themselves."""
    if message.syntax == "idoc":
        yield xml.text(message.root, "EDI_DC40", "SNDPRN")
    elif message.version.startswith("cxml/"):
        for part in ("From", "Sender"):
            named = xml.child(message.root, "Header", part)
            for one in named.children if named is not None else ():
                if one.name == "Credential":
                    yield f"{xml.text(one, '@domain')}:{xml.text(one, 'Identity')}"


def _is_test(message: NodeMessage) -> bool:
    if message.syntax == "idoc":
        return bool(xml.text(message.root, "EDI_DC40", "TEST"))
    return message.version.startswith("cxml/") and xml.text(message.root, "Request", "@deploymentMode") == "test"


def _no_map(message: NodeMessage) -> Finding:
    return Finding(
        code="map.missing",
        says=f"There is no map for {message.version} {message.kind}.",
        fix="Send a kind of document that is set up, or ask us to set this one up.",
        where=Place(start=message.root.start, end=message.root.start),
    )
