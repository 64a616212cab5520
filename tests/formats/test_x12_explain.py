"""The tree for people: named segments and elements, findings on the line they belong to."""

from collections.abc import Iterator

from tests.formats.x12_bytes import changed, good

from tradelane.formats import x12
from tradelane.formats.explain import Branch, explain


def lines(branch: Branch, depth: int = 0) -> Iterator[tuple[int, Branch]]:
    yield depth, branch
    for child in branch.children:
        yield from lines(child, depth + 1)


def test_an_order_reads_as_a_tree():
    tree = explain(x12.decode(good()))

    said = [(depth, one.label, one.value, one.says) for depth, one in lines(tree)]
    assert said[:5] == [
        (0, "file", "", "1 interchange"),
        (1, "ISA", "000000001", "interchange from ACME to TRADELANE, version 00401"),
        (2, "GS", "7", "group PO from ACME to TRADELANE, version 004010"),
        (3, "ST", "0001", "purchase order"),
        (4, "ST", "", "start of set"),
    ]
    assert (5, "BEG03", "4711", "order") in said
    assert (5, "PO106", "BP", "item number kind") in said
    assert (5, "PO107", "A-1", "item number") in said


def test_every_line_says_which_bytes_it_shows():
    body = good(line="\r\n")

    for _, branch in lines(explain(x12.decode(body))):
        if branch.label[:3] in ("PO1", "BEG") and branch.value:
            assert body[branch.start : branch.end].decode() == branch.value


def test_a_finding_stands_on_the_line_it_names():
    body = changed("A-1", "A\x07-1").replace(b"SE*4*", b"SE*9*").replace(b"GE*1*", b"GE*2*")

    found = {one.label: [f.code for f in one.findings] for _, one in lines(explain(x12.decode(body))) if one.findings}

    assert found == {"GS": ["x12.ge-count"], "ST": ["x12.se-count"], "PO107": ["x12.control-character"]}


def test_no_finding_is_lost_in_the_tree():
    body = changed("PO1*1*", "po1*1*").replace(b"~BEG", b"~~BEG").replace(b"IEA*1", b"IEA*3") + b"junk"
    decoded = x12.decode(body)

    shown = [f for _, one in lines(explain(decoded)) for f in one.findings]

    assert sorted(map(str, shown)) == sorted(map(str, decoded.all_findings))
    assert len(shown) == 4
