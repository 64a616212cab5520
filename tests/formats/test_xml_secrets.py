"""What a sender proves itself with is shown nowhere, whatever the file around it is like, and moves no other byte."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradelane.formats import xml
from tradelane.formats.xml.secrets import blotted
from tradelane.library import read
from tradelane.library.page import page
from tradelane.library.where import every

SECRET = "tin-whistle-4711"
HEAD = '<cXML payloadID="1@acme" timestamp="2026-11-02T09:30:00+00:00" version="1.2.014"><Header>{}</Header>'
PARTIES = (
    '<From><Credential domain="DUNS"><Identity>111111111</Identity></Credential></From>'
    '<To><Credential domain="DUNS"><Identity>222222222</Identity></Credential></To>'
    '<Sender><Credential domain="NetworkID"><Identity>AN01</Identity>{}</Credential><UserAgent>X</UserAgent></Sender>'
)
ORDER = (
    '<Request><OrderRequest><OrderRequestHeader orderID="4711" orderDate="2026-11-02"/><ItemOut quantity="3" '
    'lineNumber="1"><ItemID><SupplierPartID>A-1</SupplierPartID></ItemID><ItemDetail><UnitPrice><Money '
    'currency="USD">2.50</Money></UnitPrice><UnitOfMeasure>EA</UnitOfMeasure></ItemDetail></ItemOut></OrderRequest>'
    "</Request></cXML>"
)
HELD = (
    f"<SharedSecret>{SECRET}</SharedSecret>",
    f"<SharedSecret\n>\n  {SECRET}\n</SharedSecret >",
    f"<SharedSecret><![CDATA[</SharedSecret>{SECRET}]]></SharedSecret>",
    f"<SharedSecret><!-- </SharedSecret> -->{SECRET}</SharedSecret>",
    f"<DigitalSignature type='x'><Inner>{SECRET}</Inner></DigitalSignature>",
    f'<CredentialMac type="FromSenderCredentials">{SECRET}</CredentialMac>',
    f"<SharedSecret/><SharedSecret>{SECRET}</SharedSecret>",
)


def cxml(held: str) -> str:
    return HEAD.format(PARTIES.format(held)) + ORDER


def everything(body: bytes) -> str:
    found = read(body)
    seen = (found.tree(), found.findings, found.documents, [list(every(found, one)) for one in found.messages])
    return msgspec.json.encode(seen).decode() + page(found, "order.xml") + repr(found)


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_secret_is_shown_nowhere_and_the_order_is_read(held: str, codec: str):
    body = cxml(held).encode(codec)
    assert SECRET not in everything(body)
    assert SECRET not in everything(body).replace("·", "")
    assert len(read(body).documents) == 1


@pytest.mark.parametrize(
    "body",
    [
        cxml(HELD[0])[:-9],  # cut off
        cxml(HELD[0]).partition(SECRET)[0] + SECRET,  # cut off in the secret
        cxml(HELD[0]).replace("<Header>", "<Header><&>"),  # not well-formed, before
        cxml(HELD[0]).replace("cXML", "order"),  # another root
        cxml(HELD[0]).replace("<cXML", '<cXML xmlns="urn:example"'),  # in a namespace
        cxml(HELD[0]).replace("<SharedSecret>", "<c:SharedSecret>").replace("</SharedSecret>", "</c:SharedSecret>"),
        "no XML at all\n" + HELD[0],
    ],
)
def test_nor_is_it_where_the_file_cannot_be_read(body: str):
    assert SECRET not in everything(body.encode())
    assert SECRET not in everything(body.encode("utf-16"))[:-1].replace("·", "")


def test_nor_where_a_document_of_another_family_shows_one():
    ubl = "urn:oasis:names:specification:ubl:schema:xsd:{}-2".format
    body = f"""<Order xmlns="{ubl("Order")}" xmlns:cbc="{ubl("CommonBasicComponents")}" xmlns:x="urn:example">
      <cbc:ID>4711</cbc:ID><x:SharedSecret>{SECRET}</x:SharedSecret></Order>"""
    assert [one.message.kind for one in read(body.encode()).messages] == ["Order"]
    assert SECRET not in everything(body.encode())


@given(st.text(), st.text(), st.sampled_from(("utf-8", "utf-16-le", "utf-16-be")))
def test_no_other_byte_changes_or_moves(before: str, secret: str, codec: str):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(codec, b"")
    inner = secret.replace("<", "")
    said = [
        one.encode(codec, "surrogatepass") for one in (f"{before}<SharedSecret>", inner, f"</SharedSecret>{before}")
    ]
    body = mark + b"".join(said)
    shown = blotted(body)
    assert len(shown) == len(body)
    start = len(mark) + len(said[0])
    assert (shown[:start], shown[start + len(said[1]) :]) == (body[:start], body[start + len(said[1]) :])


@given(st.binary())
def test_what_holds_no_secret_stays_as_it_is(body: bytes):
    assert blotted(body) is body


def test_a_secret_is_known_by_its_digest_alone():
    assert len(xml.decode(cxml(HELD[0]).encode()).secrets) == 1
    assert xml.decode(cxml(HELD[0]).replace("cXML", "order").encode()).secrets == ()
