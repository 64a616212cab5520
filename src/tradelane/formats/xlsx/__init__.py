"""XLSX: open a workbook that holds nothing but values (`decode`), write one of typed cells (`encode`)."""

from tradelane.formats.xlsx.decode import decode
from tradelane.formats.xlsx.encode import encode
from tradelane.formats.xlsx.package import PackageLimits

__all__ = ["PackageLimits", "decode", "encode"]
