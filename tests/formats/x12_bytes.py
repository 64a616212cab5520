"""Small X12 files for tests: a good one, and ways to spoil it."""

ISA = "ISA*00*          *00*          *ZZ*ACME           *01*TRADELANE      *260801*1200*U*00401*000000001*0*P*>"
GS = "GS*PO*ACME*TRADELANE*20260801*1200*7*X*004010"
SET = ("ST*850*0001", "BEG*00*SA*4711**20260801", "PO1*1*10*EA*2.5**BP*A-1", "SE*4*0001")
GOOD = (ISA, GS, *SET, "GE*1*7", "IEA*1*000000001")


def joined(*segments: str, terminator: str = "~", line: str = "") -> bytes:
    """Return the bytes of *segments*, each with its terminator."""
    return "".join(segment + terminator + line for segment in segments).encode("latin-1")


def good(terminator: str = "~", line: str = "") -> bytes:
    """Return one interchange with one group with one purchase order, nothing wrong with it."""
    return joined(*GOOD, terminator=terminator, line=line)


def changed(old: str, new: str) -> bytes:
    """Return the good file with one piece of it replaced; the piece must be there."""
    text = good().decode()
    assert old in text
    return text.replace(old, new, 1).encode("latin-1")


def order(control: str, number: str = "4711") -> tuple[str, ...]:
    """Return the segments of one small purchase order."""
    return (f"ST*850*{control}", f"BEG*00*SA*{number}**20260801", f"SE*3*{control}")


def interchange(*groups: tuple[str, ...], control: str = "000000001", isa: str = ISA) -> tuple[str, ...]:
    """Return the segments of an interchange around *groups*."""
    inner = [segment for group in groups for segment in group]
    return (isa.replace("000000001", control), *inner, f"IEA*{len(groups)}*{control}")


def group(*sets: tuple[str, ...], control: str = "7", functional: str = "PO") -> tuple[str, ...]:
    """Return the segments of a group around *sets*."""
    inner = [segment for each in sets for segment in each]
    return (GS.replace("*7*", f"*{control}*").replace("GS*PO", f"GS*{functional}"), *inner, f"GE*{len(sets)}*{control}")
