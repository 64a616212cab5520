"""Names in XML: whatever prefixes a sender chose, a name comes out with the usual one, so that maps are stable."""

import re
from typing import Final

UBL_DOCUMENT = re.compile(r"urn:oasis:names:specification:ubl:schema:xsd:(\w{1,80})-2(?:\.\d)?")
"""The namespace of the root of a UBL document; names in it stand without a prefix."""

USUAL: Final[dict[str, str]] = {
    "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2": "cbc",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2": "cac",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2": "ext",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonSignatureComponents-2": "sig",
    "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100": "rsm",
    "urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100": "scrdm",
    "urn:un:unece:uncefact:data:standard:SCRDMCCBDACIOMessageStructure:100": "scrdm",
    "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100": "ram",
    "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100": "udt",
    "urn:un:unece:uncefact:data:standard:QualifiedDataType:100": "qdt",
    "urn:epcglobal:epcis:xsd:1": "epcis",
    "urn:epcglobal:epcis:xsd:2": "epcis",
    "urn:epcglobal:epcis-query:xsd:1": "epcisq",
    "urn:epcglobal:epcis-query:xsd:2": "epcisq",
    "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader": "sh",
    "http://www.openapplications.org/oagis/9": "oa",
    "http://www.openapplications.org/oagis/10": "oa",
    "http://www.w3.org/2000/09/xmldsig#": "ds",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi",
    "http://www.w3.org/2001/XInclude": "xi",
    "http://schemas.xmlsoap.org/soap/envelope/": "soap",
    "http://www.w3.org/2003/05/soap-envelope": "soap",
    "http://www.w3.org/XML/1998/namespace": "xml",
}

FAMILIES: Final = (
    (re.compile(r"http://fedex\.com/ws/track/v\d{1,3}"), "fedex"),
    (re.compile(r"http://www\.canadapost\.ca/ws/track(?:-v\d)?"), "canadapost"),
    (re.compile(r"urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:\d{1,4}"), "ram"),
    (re.compile(r"urn:un:unece:uncefact:data:standard:UnqualifiedDataType:\d{1,4}"), "udt"),
    (re.compile(r"urn:un:unece:uncefact:data:standard:QualifiedDataType:\d{1,4}"), "qdt"),
    (re.compile(r"http://stamps\.com/xml/namespace/[\w/]{1,40}"), "stamps"),
)
"""Namespaces that are numbered anew with every edition; the prefix stays."""

WRITTEN: Final[dict[str, str]] = {prefix: uri for uri, prefix in reversed(USUAL.items())}
"""The namespace a usual prefix is written for: of several the first."""


class Unbound(ValueError):
    """A prefix that nothing declares."""


class Context:
    """The prefixes in force at one place, and the names already read there."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self.prefixes = prefixes
        self._elements: dict[str, str] = {}
        self._attributes: dict[str, str] = {}

    def element(self, raw: str) -> str:
        """Return the usual name of an element."""
        name = self._elements.get(raw)
        if name is None:
            name = self._elements[raw] = self._named(raw, self.prefixes.get("", ""))
        return name

    def attribute(self, raw: str) -> str:
        """Return the usual name of an attribute, which without a prefix belongs to no namespace."""
        if raw not in self._attributes:
            self._attributes[raw] = "@" + self._named(raw, "")
        return self._attributes[raw]

    def uri(self, raw: str) -> str:
        """Return the namespace an element belongs to."""
        prefix, colon, _ = raw.partition(":")
        return self.prefixes.get(prefix if colon else "", "")

    def within(self, declared: dict[str, str]) -> "Context":
        """Return the context of an element that declares more prefixes."""
        return Context({**self.prefixes, **declared})

    def _named(self, raw: str, default: str) -> str:
        prefix, colon, local = raw.partition(":")
        if not colon:
            return usual(default, raw)
        if prefix not in self.prefixes:
            raise Unbound(prefix)
        return usual(self.prefixes[prefix], local)


OUTERMOST = Context({"xml": "http://www.w3.org/XML/1998/namespace"})


def usual(uri: str, local: str) -> str:
    """Return a name with its usual prefix; with the whole namespace where it has none."""
    if not uri or (UBL_DOCUMENT.fullmatch(uri) and uri not in USUAL):
        return local
    prefix = USUAL.get(uri) or next((name for pattern, name in FAMILIES if pattern.fullmatch(uri)), "")
    return f"{prefix}:{local}" if prefix else f"{{{uri}}}{local}"
