"""A document is a partner's only if it names that partner, or nobody of ours, as the one who says it (P23). Pure."""

from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place
from tradelane.partners.lookup import by_party
from tradelane.partners.profile import Profile
from tradelane.runtime.house import House


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
