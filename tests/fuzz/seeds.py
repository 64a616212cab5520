"""Where the fuzzer starts from: our own good and bad files, and the words of each syntax."""

from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.workbook import SHEET, parts, workbook

from tradelane import maps

TESTS = Path(__file__).parents[1]
SEED_BYTES_MAX = 64_000

_X12_WORDS = [
    "ISA*",
    "GS*",
    "ST*",
    "SE*",
    "GE*",
    "IEA*",
    "TA1*",
    "BIN*",
    "BDS*",
    "~",
    "*",
    ">",
    "^",
    "*850*",
    "*004010~",
    "00401",
    "00501",
]
_EDIFACT_WORDS = [
    "UNA:+.?\\x20'",
    "UNB+",
    "UNG+",
    "UNH+",
    "UNT+",
    "UNE+",
    "UNZ+",
    "UNS+S'",
    "?'",
    "?+",
    "??",
    "UNOA:1",
    "UNOC:3",
    "UNOW:4",
    "ORDERS:D:96A:UN",
]
_XML_WORDS = [
    "<!DOCTYPE",
    "<!ENTITY",
    "<![CDATA[",
    "]]>",
    "<?xml",
    "<!--",
    "-->",
    "&amp;",
    "&#0;",
    "&#x10FFFF;",
    "xmlns=",
    "xmlns:a=",
    "encoding='UTF-16'",
    "</",
    "/>",
]
_JSON_WORDS = [
    "\\x22document\\x22:",
    "\\x22purchase_order\\x22",
    "[",
    "]",
    "{",
    "}",
    "1e999",
    "NaN",
    "null",
    "\\x5cud800",
    "\\x22number\\x22",
]
_MAP_WORDS = [
    "[[loop]]",
    "[fields]",
    "[codes]",
    "extends=",
    "path=",
    "repeat=",
    "when=",
    "kind=",
    "document=",
    "standard=",
    "name=",
    "\\x22\\x22\\x22",
    "one_way=true",
]
_CSV_WORDS = ["\\x22", "\\x22\\x22", ",", ";", "\\x09", "\\x0d\\x0a", "sep=;", "\\xef\\xbb\\xbf", "\\xff\\xfe"]

WORDS: dict[str, list[str]] = {
    "x12": _X12_WORDS,
    "edifact": _EDIFACT_WORDS,
    "tradacoms": ["STX=", "MHD=", "MTR=", "BAT=", "EOB=", "END=", "?'", "?+", "??", "'", "+", ":", "ORDERS:9"],
    "csv": _CSV_WORDS,
    "xlsx": ["PK\\x03\\x04", "PK\\x01\\x02", "PK\\x05\\x06", "xl/workbook.xml", "<c\\x20t=\\x22s\\x22>", "<f>", "<v>"],
    "sheet": [
        "<c\\x20r=\\x22A2\\x22\\x20t=\\x22s\\x22>",
        "<c\\x20t=\\x22inlineStr\\x22><is><t>",
        "<f>",
        "<v>",
        "</v></c>",
        "<row\\x20r=\\x22",
        "<mergeCell",
        "1e308",
        "XFD1048576",
    ],
    "fixed": ["H", "L", "\\x0a", "\\x0d\\x0a", "\\x1a"],
    "idoc": [
        "EDI_DC40",
        "E2EDK01005",
        "E2EDP01006",
        "E2EDK14",
        "000001",
        "000000",
        "\\x0a",
        "\\x0d\\x0a",
        "\\xef\\xbb\\xbf",
    ],
    "xml": _XML_WORDS,
    "json": _JSON_WORDS,
    "maps": _MAP_WORDS,
    "detect": [*_X12_WORDS[:3], *_EDIFACT_WORDS[:3], *_XML_WORDS[:5], *_CSV_WORDS, "EDI_DC40", "PK\\x03\\x04"],
    "library": [*_X12_WORDS, *_EDIFACT_WORDS, *_JSON_WORDS],
}

_TABLE = b'PO Number,Item,Qty\r\n4711,A-1,10\r\n4711,"B, 2",5\r\n'
_NAMES = {
    "x12": ("x12.*", "*.edi"),
    "edifact": ("edifact.*", "*.edifact"),
    "tradacoms": ("tradacoms.*", "*.tradacoms"),
    "csv": ("csv.*", "*.csv"),
    "xlsx": ("xlsx.*", "*.xlsx"),
    "fixed": ("fixed.*", "*.txt"),
    "idoc": ("idoc.*", "*.idoc"),
    "xml": ("xml.*", "*.xml"),
    "json": ("json.*", "*.json"),
}


def seeds(reader: str) -> Iterator[bytes]:
    """Yield files worth starting from, of our own making."""
    for one in _files(reader):
        if one.is_file() and 0 < one.stat().st_size <= SEED_BYTES_MAX:
            yield one.read_bytes()
    match reader:
        case "maps":
            yield from (maps.shipped_text(name).encode() for name in maps.shipped_names())
        case "csv":
            yield from (bytes([way]) + _TABLE for way in range(4))
        case "fixed":
            yield b"H4711    20261120\nLA-1   \nLB-2   \n"
        case "idoc":
            yield (
                b"EDI_DC40".ljust(524) + b"E2EDK01005".ljust(49) + b"000001000000" + b" " * 1002
            )  # Nothing parts them.
        case "xlsx":
            yield workbook()
        case "sheet":
            yield parts()[SHEET]
        case "xml":
            ubl = b"urn:oasis:names:specification:ubl:schema:xsd:Order-2"
            yield b"<?xml version='1.0' encoding='UTF-8'?><Order xmlns='" + ubl + b"'/>"
            yield b"<cXML payloadID='1'><Request><OrderRequest a='&lt;'><![CDATA[x]]></OrderRequest></Request></cXML>"
        case _:
            pass


def _files(reader: str) -> Iterator[Path]:
    yield from sorted((TESTS / "fuzz" / "found" / reader).glob("*"))
    names = _NAMES.values() if reader in ("detect", "library") else [_NAMES[reader]] if reader in _NAMES else []
    for findings, golden in names:
        for folder in sorted((TESTS / "findings").glob(findings)):
            yield from sorted(folder.glob("smallest.*"))
        yield from sorted((TESTS / "golden").rglob(golden))
