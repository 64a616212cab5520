"""The five ways a step can end. There is no sixth."""

from enum import Enum


class Outcome(Enum):
    """How a step ended.

    Rejected is the partner's to fix, retried the world's, deferred waits for something, parked is ours to fix.
    """

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RETRIED = "retried"
    DEFERRED = "deferred"
    PARKED = "parked"
