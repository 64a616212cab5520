"""What a partner got back, what was kept, what a person is asked: how the promises' tests look at the house."""

from typing import Any

from tests.api.doors import Doors, Heard
from tests.runtime.bench_house import x12

from tradelane.model.exchange import SetOutcome, TransmissionTaken

ORDER_STREAM = "purchase_order/4711"


def order_850(number: str = "4711", *, control: int = 1, quantity: str = "10", usage: str = "P") -> bytes:
    """Return the X12 850 of `bench_house.order`, as the ERP sends it."""
    segments = (
        f"BEG*00*NE*{number}**20260302",
        "CUR*BY*USD",
        "N1*BY*Distributor",
        "N1*SU**92*V1",
        f"PO1*1*{quantity}*EA*2.5*PE*BP*SKU-1",
        "DTM*002*20260316",
        "CTT*1",
    )
    return swapped(x12("ERP", "850", "PO", *segments, control=control), "*0*P*>", f"*0*{usage}*>")


def change_860(number: str = "4711", *, control: int = 1) -> bytes:
    """Return an 860 that raises line 1 to 20."""
    segments = (f"BCH*04*NE*{number}**1*20260302*****20260303", "POC*1*QI*20*10*EA*2.5**BP*SKU-1", "CTT*1")
    return x12("ERP", "860", "PC", *segments, control=control)


def swapped(body: bytes, old: str, new: str, count: int = 1) -> bytes:
    """Return *body* with one piece of it replaced; the piece must be there."""
    assert old.encode("latin-1") in body, old
    return body.replace(old.encode("latin-1"), new.encode("latin-1"), count)


def sent_back(doors: Doors, partner: str) -> list[list[str]]:
    """Return every acknowledgement (997, TA1) that went to *partner*, each as its segments."""
    bodies = [delivery.body for delivery in doors.bench.channels[partner].taken] if partner_has(doors, partner) else []
    return [body.decode().split("~") for body in bodies if b"~ST*997*" in body or b"~TA1*" in body]


def partner_has(doors: Doors, partner: str) -> bool:
    """Say whether anything at all went to *partner*."""
    return partner in doors.bench.channels


def answer_to(doors: Doors, partner: str) -> list[str]:
    """Return the segments of the one acknowledgement that went to *partner*."""
    [answer] = sent_back(doors, partner)
    return answer


async def taken(doors: Doors, partner: str) -> TransmissionTaken:
    """Return what the house wrote down about the newest transmission of *partner*."""
    events = await doors.bench.history(f"exchange/{partner}")
    return [event for event in events if isinstance(event, TransmissionTaken)][-1]


async def set_of(doors: Doors, partner: str) -> SetOutcome:
    """Return what became of the one set of the newest transmission."""
    [said] = (await taken(doors, partner)).sets
    return said


async def history(doors: Doors, stream: str = ORDER_STREAM) -> list[str]:
    """Return the kinds of what happened to an object."""
    return [type(event).__name__ for event in await doors.bench.history(stream)]


async def cases(doors: Doors, kind: str = "") -> list[dict[str, Any]]:
    """Return the open cases; each says what is wrong and what can be done."""
    found: list[dict[str, Any]] = [dict(row) for row in await doors.bench.cases()]
    assert all(row["says"] and row["actions"] for row in found), "a person is asked without being told what to do"
    return [row for row in found if row["kind"] == kind or not kind]


async def quarantined(doors: Doors, heard: Heard, body: bytes, code: str, partner: str = "acme") -> None:
    """Hold that *body* was accepted and kept as it came, and that a person sees *code* with its place."""
    assert heard.status == 202
    archived = await doors.bench.store.archive(heard.json["id"])
    assert archived is not None
    assert archived.body == body
    said = await taken(doors, partner)
    assert said.transmission == heard.json["id"]
    found = [finding for each in said.sets for finding in each.findings] + list(said.findings)
    [named, *_] = [finding for finding in found if finding.code == code] or [None]
    assert named is not None, f"{code} is not among {[finding.code for finding in found]}"
    assert named.where.start >= 0, "it says no position"
    assert named.fix
    asked = [finding["code"] for row in await cases(doors) for finding in row.get("findings", ())]
    assert code in asked, f"nobody is asked about {code}: {asked}"
