"""IDocs of SAP: flat files both ways, and the tree of those in XML. Segments and fields have the same names in both."""

from tradelane.formats.idoc.decode import decode, idoc_message
from tradelane.formats.idoc.encode import Envelope, encode, xml_tree

__all__ = ["Envelope", "decode", "encode", "idoc_message", "xml_tree"]
