"""The five ways a step can end. There is no sixth."""

from enum import Enum


class Outcome(Enum):
    """Accepted, rejected (the partner's to fix), retried (the world's), deferred (something comes first), parked (ours to fix)."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RETRIED = "retried"
    DEFERRED = "deferred"
    PARKED = "parked"
