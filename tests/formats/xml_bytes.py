"""Pieces of XML, and ways to break a document: the same for the same seed."""

from random import Random

FRAGMENTS = [
    "<a>", "</a>", "<a/>", "<b>", "</b>", "<b/>", "<b >", "</b >", "<a x='1'>", '<a x="1" y="2">', "<a x='1' x='2'/>",
    "<a x='a&lt;b'/>", "<a x=1>", "<a x>", "<a x='<'/>", "<p:b/>", "<a xmlns='u'>", "<a xmlns:p='u'>", "<a xmlns:p=''>",
    "<p:a xmlns:p='u'>", "</p:a>", "<b xmlns='v'/>", "<a xml:lang='en'>", "x", " ", "\n", "\r\n", "\r", "\t", "&amp;",
    "&lt;", "&gt;", "&quot;", "&apos;", "&x;", "&", "&#65;", "&#0;", "]]>", "]]", ">", "<", "<!-- c -->", "<!---->",
    "<!-- -- -->", "<!--->", "<!", "<![CDATA[x]]>", "<?p?>", "<?xml version='1.0'?>", "<!DOCTYPE a>", "é", "中",
    "\u00a0", "\u2028", "\ufffe", "\x00", "\x1f", "\x7f", "\x85", "\ufeff", "<A.b-c_1/>", "<1/>", "<a:/>", "<:a/>",
    "<a:b:c/>", "<xmlns/>", "<xmlns:a/>", "</", "<a\n>", "<a\tx\n=\r'1'\n/>", "<a x='1'y='2'/>", "<a x='\n\t\r\n'/>",
    "<a / >",
]  # fmt: skip


def broken(body: bytes, chance: Random) -> bytes:
    """Return *body* with one to three things lost, doubled, or put in."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        at = chance.randrange(len(body) + 1)
        match chance.randrange(5):
            case 0:
                body = body[:at] + body[at + chance.choice((1, 1, 2, 20)) :]
            case 1:
                body = body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :]
            case 2:
                body = body[:at] + chance.choice(FRAGMENTS).encode("utf-8", "surrogatepass") + body[at:]
            case 3:
                end = min(len(body), at + chance.randrange(40))
                body = body[:end] + body[at:end] + body[end:]
            case _:
                marks = [n for n in range(len(body)) if body[n] in b"<>\"'"]
                place = chance.choice(marks) if marks else at
                body = body[:place] + chance.choice(FRAGMENTS).encode("utf-8", "surrogatepass") + body[place:]
    return body
