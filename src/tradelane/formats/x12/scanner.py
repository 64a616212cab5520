"""The compiled scanner, where there was a compiler when Tradelane was installed; without it Python does the same."""

FORMAT = 2
"""What the scanner is asked, as in compiled/scan.c: one compiled before that changed is not used."""

try:
    from tradelane.formats.x12 import _scan
except ImportError:
    scanner = None
else:
    scanner = _scan if _scan.FORMAT == FORMAT else None
