"""XML: UBL, cXML, IDoc and any other. Decoding gives trees of nodes with the usual prefixes; encoding writes them."""

from tradelane.formats.xml.completed import Envelope
from tradelane.formats.xml.decode import child, decode, text
from tradelane.formats.xml.encode import encode, write

__all__ = ["Envelope", "child", "decode", "encode", "text", "write"]
