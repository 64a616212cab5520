"""Character sets: which one an interchange declares (UNB 0001), which it is really written in, what cannot be read.

The text of an interchange is held as latin-1, so that characters are bytes and places are exact; a message carries the
name of its character set, and whoever reads a value decodes that value.
"""

import re

from msgspec import Struct

CHARSETS = {
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "latin-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    "UNOL": "iso8859-15",
    "UNOW": "utf-8",
    "UNOY": "utf-8",
}
"""By syntax identifier. ASCII stands for itself in all of them, so envelopes are read before this is known."""

_FALLBACK = "latin-1"
_BEYOND_ASCII = re.compile("[\x80-\xff]")
_BEYOND_LATIN = re.compile("[\x80-\x9f]")


class Charset(Struct, frozen=True):
    """``declared`` by the syntax identifier (empty: one we do not know), ``name`` what the text is written in."""

    declared: str
    name: str


def charset_of(syntax: str, text: str) -> Charset:
    """Return the character set of an interchange whose UNB names *syntax*.

    Text beyond ASCII that is UTF-8 throughout is UTF-8, whatever is declared: no other text looks so by chance.
    """
    declared = CHARSETS.get(syntax, "")
    if text.isascii():
        return Charset(declared, declared or _FALLBACK)
    if undecodable(text, "utf-8") < 0:
        return Charset(declared, "utf-8")
    return Charset(declared, declared or _FALLBACK)


def undecodable(text: str, charset: str) -> int:
    """Return the place of the first byte of *text* (held as latin-1) that *charset* does not have; -1 for none."""
    if text.isascii():
        return -1
    if charset == "ascii":
        return _first(_BEYOND_ASCII, text)
    if charset != "utf-8" and (place := _first(_BEYOND_LATIN, text)) >= 0:
        return place
    try:
        text.encode("latin-1").decode(charset)
    except UnicodeDecodeError as wrong:
        return wrong.start
    return -1


def beyond_ascii(text: str) -> int:
    """Return the place of the first byte that is no ASCII; -1 for none."""
    return _first(_BEYOND_ASCII, text)


def _first(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return found.start() if found else -1
