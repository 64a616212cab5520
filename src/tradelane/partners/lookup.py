"""Who is it? From a key, from an envelope, from a party in a document: to the partner that is meant, or to nobody.

Everything here is a pure question to a `Registry`. The answers come from an index that is built once per registry, so
they take as long with ten thousand partners as with ten.
"""

from hmac import compare_digest
from typing import Literal

from msgspec import Struct

from tradelane.model.party import Party
from tradelane.model.person import Person
from tradelane.partners.keys import KEY_LENGTH_MAX, hashed
from tradelane.partners.profile import Access, Company, Profile, Registry, Role, X12Identity

_HASH_PREFIX = 8


class Principal(Struct, frozen=True, kw_only=True):
    """Who asks: a partner (with its profile), one of our own operators' machines, or a person who is signed in."""

    kind: Literal["partner", "operator"]
    name: str
    profile: Profile | None = None
    person: Person | None = None


class _Index(Struct, frozen=True, kw_only=True):
    """A registry turned round. Keys are found by the first digits of their hash, then compared in full."""

    keys: dict[str, list[tuple[str, Principal]]]
    x12: dict[tuple[str, str], Profile]
    parties: dict[str, list[Profile]]
    roles: dict[str, list[Profile]]


def by_key(registry: Registry, key: str) -> Principal | None:
    """Return whose API key this is. Nobody's, and far too long to be one, are the same answer."""
    if not key or len(key) > KEY_LENGTH_MAX:
        return None
    presented = hashed(key)
    found = None
    for kept, principal in _index(registry).keys.get(presented[:_HASH_PREFIX], ()):
        if compare_digest(kept, presented):
            found = principal
    return found


def by_party(registry: Registry, party: Party | None, role: Role | None = None) -> Profile | None:
    """Return the partner a document means by *party*: by its identifiers in turn, else by its exact name."""
    if party is None:
        return None
    index = _index(registry)
    called = [f"{identifier.scheme}:{identifier.value}" for identifier in party.identifiers]
    if party.name:
        called.append(f"name:{party.name}")
    for name in called:
        for profile in index.parties.get(name, ()):
            if role is None or profile.role == role:
                return profile
    return None


def by_x12(registry: Registry, qualifier: str, id: str) -> Profile | None:
    """Return the partner that X12 envelopes call so: ISA05 or ISA07, ISA06 or ISA08. Padding does not matter."""
    return _index(registry).x12.get((qualifier.strip(), id.strip()))


def belongs(profile: Profile, qualifier: str, id: str, group: str) -> bool:
    """Say whether ISA05, ISA06 and GS02 are this partner's own (promise P23). No group: the ISA alone."""
    return _names(profile.x12, qualifier, id, group)


def ours(registry: Registry, qualifier: str, id: str, group: str = "") -> bool:
    """Say whether ISA07, ISA08 and GS03 mean our company."""
    return _names(registry.settings.company.x12, qualifier, id, group)


def owner(registry: Registry) -> Profile | None:
    """Return the ERP: the partner whose orders these are."""
    return next(iter(_index(registry).roles.get("erp", ())), None)


def warehouse_for(registry: Registry, party: Party | None) -> Profile | None:
    """Return the warehouse that will receive at *party* (the ship-to): the one it names, else the only one there is."""
    named = by_party(registry, party, role="warehouse")
    if named is not None:
        return named
    warehouses = _index(registry).roles.get("warehouse", [])
    return warehouses[0] if len(warehouses) == 1 else None


def knows_carrier(registry: Registry, scac: str) -> bool:
    """Say whether one of our carriers goes by *scac*; where none of ours goes by any, we cannot tell and say yes."""
    named = {name for profile in _index(registry).roles.get("carrier", ()) for name in called(profile)}
    codes = {name for name in named if name.startswith("scac:")}
    return not scac or not codes or f"scac:{scac}" in codes


def principals(registry: Registry) -> list[tuple[Principal, Access]]:
    """Return everyone who may present a key, with the hashes of the keys."""
    partners = [(Principal(kind="partner", name=p.name, profile=p), p.access) for p in registry.partners.values()]
    operators = [
        (Principal(kind="operator", name=name), access) for name, access in registry.settings.operators.items()
    ]
    return partners + operators


def called(profile: Profile | Company) -> list[str]:
    """Return every ``scheme:value`` that documents may use for it; its title counts as a name."""
    title = profile.title if isinstance(profile, Profile) else profile.name
    names = list(profile.parties)
    if title and f"name:{title}" not in names:
        names.append(f"name:{title}")
    return names


def _names(identity: X12Identity, qualifier: str, id: str, group: str) -> bool:
    if not identity.id:
        return False
    isa = (qualifier.strip(), id.strip()) == (identity.qualifier, identity.id)
    return isa and group.strip() in ("", identity.group or identity.id)


def _index(registry: Registry) -> _Index:
    beside = vars(registry)
    if "index" not in beside:
        beside["index"] = _build(registry)
    return beside["index"]


def _build(registry: Registry) -> _Index:
    index = _Index(keys={}, x12={}, parties={}, roles={})
    for principal, access in principals(registry):
        for kept in access.key_sha256:
            index.keys.setdefault(kept[:_HASH_PREFIX], []).append((kept, principal))
    for profile in registry.partners.values():
        if profile.x12.id:
            index.x12.setdefault((profile.x12.qualifier, profile.x12.id), profile)
        for name in called(profile):
            index.parties.setdefault(name, []).append(profile)
        index.roles.setdefault(profile.role, []).append(profile)
    return index
