"""Keep partners to what is theirs. Pure.

A document is a partner's only if it names that partner, or nobody of ours, as the one who says it (P23). And who speaks
of another partner's order hears what they would hear if it were not there (P22).
"""

from datetime import datetime

from msgspec.structs import replace

from tradelane.model.case import OpenCase
from tradelane.model.command import Command, Defer
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place
from tradelane.partners.lookup import by_party
from tradelane.partners.profile import Profile
from tradelane.runtime.house import House
from tradelane.runtime.rooms import Kind
from tradelane.store.port import Item

NOT_THEIRS = "NOT_THEIR_ORDER"


def strangers(house: House, profile: Profile, document: Document) -> tuple[Finding, ...]:
    """Say when the party a document names as its sender is another partner of ours (P23)."""
    said = {"supplier": "supplier", "warehouse": "warehouse"}.get(profile.role)
    party = getattr(document, said, None) if said else None
    named = by_party(house.registry, party) if party else None
    if named is None or named.name == profile.name:
        return ()
    return (
        Finding(
            code="identity.not-yours",
            says=f"It names {named.title or named.name} as its {said}, but {profile.title or profile.name} sent it.",
            fix="Send only documents of your own, or ask us to register this identifier for you.",
            where=Place(path=f"$.{said}"),
        ),
    )


def not_there(house: House, kind: Kind, command: Command, why: Defer, now: datetime) -> Defer:
    """Return *why* with the patience we would have with who asks if there were nothing: it is their settings that
    count then, not those of the partner whose order it is.
    """
    policy = house.context(str(getattr(command, "partner", "")), now)
    early = kind.decider.decide(command, kind.decider.initial, policy)
    assert isinstance(early, Defer), "what is not there can only be waited for"
    return replace(why, until=early.until)


def case(item: Item, why: Defer) -> OpenCase:
    """Return what to ask a person about *item*, which is about an order of somebody else's."""
    return OpenCase(
        kind=NOT_THEIRS,
        about=item.stream,
        line=item.owner,
        says=f"{why.finding.says} {why.finding.fix}",
        role="platform",
        partner=item.owner,
        severity="S2",
        actions=("Ask the partner", "Replace their key", "Nothing, they mistyped it"),
        findings=(why.finding,),
        evidence=item.id,
    )
