"""Who may do what: the one table of roles and what each is permitted. Doors ask it; nothing else decides."""

from collections.abc import Iterable
from typing import Literal, get_args

Permission = Literal[
    "see.orders",
    "see.documents",
    "see.prices",
    "work.cases",
    "decide.order",
    "decide.receipt",
    "decide.invoice",
    "send.again",
    "replay",
    "change.settings",
    "manage.people",
]
RoleName = Literal["procurement", "warehouse", "transport", "customer_service", "finance", "integration", "admin"]

PERMISSIONS: tuple[Permission, ...] = get_args(Permission)
ROLES: tuple[RoleName, ...] = get_args(RoleName)

_EVERYBODY: tuple[Permission, ...] = ("see.orders", "see.documents", "work.cases")

MAY: dict[RoleName, frozenset[Permission]] = {
    "procurement": frozenset({*_EVERYBODY, "see.prices", "decide.order", "send.again"}),
    "warehouse": frozenset({*_EVERYBODY, "decide.receipt"}),
    "transport": frozenset(_EVERYBODY),
    "customer_service": frozenset({*_EVERYBODY, "see.prices"}),
    "finance": frozenset({*_EVERYBODY, "see.prices", "decide.invoice"}),
    "integration": frozenset({*_EVERYBODY, "see.prices", "send.again", "replay", "change.settings"}),
    "admin": frozenset(PERMISSIONS),
}

TITLES: dict[RoleName, str] = {
    "procurement": "Procurement",
    "warehouse": "Warehouse",
    "transport": "Transport",
    "customer_service": "Customer service",
    "finance": "Finance",
    "integration": "Integration",
    "admin": "Administration",
}

WORDS: dict[Permission, str] = {
    "see.orders": "see orders and exceptions",
    "see.documents": "see documents",
    "see.prices": "see prices and amounts",
    "work.cases": "work on exceptions",
    "decide.order": "decide on orders and on what suppliers answer",
    "decide.receipt": "decide on receipts",
    "decide.invoice": "decide on invoices",
    "send.again": "send documents again",
    "replay": "read again what came",
    "change.settings": "change settings",
    "manage.people": "manage people and read what they did",
}

_QUEUES: dict[str, RoleName] = {"accounts_payable": "finance", "platform": "admin"}


def role_for(queue: str) -> RoleName | None:
    """Return the role whose work an exception of this *queue* is."""
    named = _QUEUES.get(queue, queue)
    return named if named in ROLES else None


def permitted(role: str) -> frozenset[Permission]:
    """Return what *role* may do: nothing, where there is no such role."""
    return MAY[role] if role in ROLES else frozenset()


def holders(permission: Permission) -> tuple[RoleName, ...]:
    """Return the roles that have *permission*."""
    return tuple(role for role in ROLES if permission in MAY[role])


def spoken(roles: Iterable[RoleName]) -> str:
    """Return roles as people say them: ``Procurement, Finance or Administration``."""
    *first, last = [TITLES[role] for role in roles]
    return f"{', '.join(first)} or {last}" if first else last
