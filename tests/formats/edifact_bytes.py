"""Small EDIFACT files for tests: a good one, and ways to spoil it."""

UNA = "UNA:+.? '"
UNB = "UNB+UNOC:3+4012345000009:14+5412345000013:14+260801:1200+REF1"
MESSAGE = (
    "UNH+1+ORDERS:D:96A:UN:EAN008",
    "BGM+220+4711+9",
    "DTM+137:20260801:102",
    "LIN+1++4000862141404:EN",
    "QTY+21:10",
    "UNS+S",
    "UNT+7+1",
)
GOOD = (UNB, *MESSAGE, "UNZ+1+REF1")


def joined(*segments: str, terminator: str = "'", line: str = "", advice: str = UNA) -> bytes:
    """Return the bytes of *segments*, each with its terminator, after a service string advice."""
    return (advice + line + "".join(segment + terminator + line for segment in segments)).encode("latin-1")


def good(line: str = "") -> bytes:
    """Return one interchange with one order, nothing wrong with it."""
    return joined(*GOOD, line=line)


def changed(old: str, new: str) -> bytes:
    """Return the good file with one piece of it replaced; the piece must be there."""
    text = good().decode()
    assert old in text
    return text.replace(old, new, 1).encode("latin-1")


def order(control: str, number: str = "4711") -> tuple[str, ...]:
    """Return the segments of one small order."""
    return (f"UNH+{control}+ORDERS:D:96A:UN", f"BGM+220+{number}+9", f"UNT+3+{control}")


def interchange(*messages: tuple[str, ...], control: str = "REF1", unb: str = UNB) -> tuple[str, ...]:
    """Return the segments of an interchange around *messages* (or groups, which count as one each)."""
    inner = [segment for message in messages for segment in message]
    return (unb.replace("REF1", control), *inner, f"UNZ+{len(messages)}+{control}")


def group(*messages: tuple[str, ...], control: str = "G1") -> tuple[str, ...]:
    """Return the segments of a group around *messages*."""
    inner = [segment for message in messages for segment in message]
    unb = f"UNG+ORDERS+4012345000009:14+5412345000013:14+260801:1200+{control}+UN+D:96A"
    return (unb, *inner, f"UNE+{len(messages)}+{control}")
