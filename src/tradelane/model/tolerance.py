"""What readers put up with: each thing has a code, and an agreement with a partner may refuse any of them.

Finding something tolerated never keeps a document back; it is named all the same. What is refused here is an error.
"""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from msgspec.structs import replace

from tradelane.model.finding import Finding

TOLERATED: dict[str, str] = {
    "csv.delimiter-assumed": "the sign between cells was found out, not agreed",
    "csv.encoding-assumed": "the encoding was found out, not agreed",
    "csv.line-end": "lines end in different ways",
    "edifact.byte-order-mark": "the file starts with a byte order mark",
    "edifact.character-set": "the text is in another character set than UNB declares",
    "edifact.ebcdic": "the file is written in EBCDIC",
    "edifact.encoding": "the file is written in UTF-16",
    "edifact.end-of-file": "an end-of-file character stands at the end",
    "edifact.indentation": "segments are set in with blanks",
    "edifact.leading-space": "white space stands before the first interchange",
    "edifact.line-break": "a line break stands inside a value",
    "edifact.line-terminator": "segments end with line breaks, not with the terminator that is declared",
    "edifact.message-version": "UNH does not say the version of a message",
    "edifact.mixed-groups": "some messages stand in groups and some do not",
    "edifact.no-message": "an interchange holds no message",
    "edifact.padding": "the file is filled up with NUL characters",
    "edifact.segment-empty": "a terminator follows another with nothing between",
    "edifact.terminator-missing": "the last segment has no terminator",
    "edifact.una-short": "UNA has fewer than six characters",
    "edifact.unb-date": "the date in UNB is none",
    "edifact.unb-missing": "messages stand in no interchange",
    "edifact.unb-time": "the time in UNB is none",
    "edifact.wrapped": "the file is wrapped in lines of one width",
    "element.bad-character": "a number that is none is left out, where its item has another",
    "element.too-long": "a value is longer than the standard allows, and is read whole",
    "element.too-many": "there are more elements or components than the standard has",
    "idoc.parent-missing": "a segment belongs under one that has not come",
    "line.numbered-by-us": "a line has no number, and got its place in the list",
    "node.missing": "something that the standard asks for is not there",
    "segment.missing": "a segment that the standard asks for is not there, and what it would say is assumed",
    "segment.out-of-order": "a segment stands behind one that it belongs before",
    "table.rows-left-out": "rows that are wrong are left out, the rest is taken",
    "total.differs": "a control total is not what was counted",
    "tree.no-parent": "a package or level does not say what it belongs to",
    "x12.byte-order-mark": "the file starts with a byte order mark",
    "x12.control-segment": "an interchange control segment is there that we do not read",
    "x12.ebcdic": "the file is written in EBCDIC",
    "x12.encoding": "the file is written in UTF-16",
    "x12.end-of-file": "an end-of-file character stands at the end",
    "x12.ge-control": "the group's number is written otherwise in its trailer",
    "x12.iea-control": "the interchange's number is written otherwise in its trailer",
    "x12.isa-date": "the date in ISA is none",
    "x12.isa-time": "the time in ISA is none",
    "x12.isa-width": "blanks stand between the interchange header and the line break that ends it",
    "x12.indentation": "segments are set in with blanks",
    "x12.leading-space": "white space stands before the first interchange",
    "x12.line-break": "a line break stands inside a value",
    "x12.padding": "the file is filled up with NUL characters",
    "x12.repetition-separator": "the repetition separator in ISA is none",
    "x12.segment-empty": "a terminator follows another with nothing between",
    "x12.set-in-wrong-group": "a set stands in a group of another kind",
    "x12.terminator-missing": "the last segment has no terminator",
    "x12.terminator-wide": "the character that ends segments takes more than one byte",
    "x12.wrapped": "the file is wrapped in lines of one width",
    "xlsx.sheet-assumed": "the sheet was chosen, not agreed",
    "xml.doctype-ignored": "a document type is declared, and not read",
    "xml.leading-space": "white space stands before the XML declaration",
    "xml.signature-unverified": "a signature is there that nobody has checked",
}
"""Every finding of a reader that is no error, by its code."""

ALL = "all"
_NEAR = 3


def refused_codes(words: Iterable[str]) -> frozenset[str]:
    """Return the codes that *words* mean: whole codes, their ends, which mean it in every syntax, or all of them."""
    wanted = set(words)
    return frozenset(code for code in TOLERATED if wanted & {ALL, code, code.partition(".")[2]})


def unknown(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return those of *words* that mean nothing that is tolerated, each with the nearest words that do."""
    known = {ALL, *TOLERATED, *(code.partition(".")[2] for code in TOLERATED)}
    wrong = dict.fromkeys(word for word in words if word not in known)
    return {word: tuple(_near(word, known)) for word in wrong}


def _near(word: str, known: Collection[str]) -> list[str]:
    plain = word.casefold().replace("_", "-").replace(" ", "-")
    return get_close_matches(plain, sorted(known), _NEAR, 0.4)


def fatal(findings: tuple[Finding, ...], codes: Collection[str], syntax_code: str = "") -> tuple[Finding, ...]:
    """Return *findings* with those of *codes* made errors; *syntax_code* is what acknowledgements call one without."""
    if not codes or not any(_is_meant(one, codes) for one in findings):
        return findings
    return tuple(_error(one, syntax_code) if _is_meant(one, codes) else one for one in findings)


def _is_meant(finding: Finding, codes: Collection[str]) -> bool:
    return finding.severity != "error" and finding.code in codes


def _error(finding: Finding, syntax_code: str) -> Finding:
    says = f"{finding.says} It was agreed not to take this."
    return replace(finding, says=says, severity="error", syntax_code=finding.syntax_code or syntax_code)
