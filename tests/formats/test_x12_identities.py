"""The cheap look at who writes to whom agrees with the full reading, so nobody hides a second sender in a file."""

from hypothesis import given
from hypothesis import strategies as st
from tests.formats.test_x12_decode import BODIES
from tests.formats.x12_bytes import changed, good, group, interchange, joined, order

from tradelane.formats import x12


def test_one_interchange_says_who_it_is():
    assert x12.identities(good()) == (x12.Identity("ZZ", "ACME", "01", "TRADELANE", "P", "000000001", ("ACME",)),)


def test_every_interchange_and_group_is_seen():
    mallory = ("GS*PO*MALLORY*TRADELANE*20260801*1200*8*X*004010", *order("0002"), "GE*1*8")
    body = good() + b"\r\n" + joined(*interchange(group(order("0001")), mallory, control="000000002"), terminator="'")

    first, second = x12.identities(body)

    assert first.group_senders == ("ACME",)
    assert (second.control, second.group_senders) == ("000000002", ("ACME", "MALLORY"))


def test_a_broken_file_still_says_what_it_can():
    assert x12.identities(b"nothing") == ()
    assert x12.identities(good()[:120])[0].sender == "ACME"
    assert x12.identities(changed("ACME           ", "ACME"))[0].sender == "ACME"
    assert x12.identities(changed("*0*P*", "*0*T*"))[0].usage == "T"


def test_a_file_that_is_cut_anywhere_names_nobody_it_did_not_name_whole():
    whole = good()
    names = {(one.sender, group) for one in x12.identities(whole) for group in (*one.group_senders, "")} | {("", "")}

    for length in range(len(whole)):
        for one in x12.identities(whole[:length]):
            assert {(one.sender, group) for group in one.group_senders} <= names, whole[:length]
            assert (one.sender, "") in names, whole[:length]


PARTS = st.sampled_from((good(), good("\n"), good("'", "\n"), good()[:140], changed("ACME ", "EVIL "), b"\n", b"junk"))


@given(st.one_of(BODIES, st.lists(PARTS, max_size=4).map(b"".join)))
def test_no_accepted_set_comes_from_a_sender_the_door_did_not_see(body: bytes):
    seen = x12.identities(body)

    for interchange_, group_, _ in x12.decode(body).accepted:
        match = [
            one
            for one in seen
            if (one.sender_qualifier, one.sender, one.receiver_qualifier, one.receiver, one.usage, one.control)
            == (
                interchange_.sender_qualifier,
                interchange_.sender,
                interchange_.receiver_qualifier,
                interchange_.receiver,
                interchange_.usage,
                interchange_.control,
            )
        ]
        assert any(group_.sender in one.group_senders for one in match)
