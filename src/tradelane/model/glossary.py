"""The one glossary: our word, and what we say to people. A test keeps our words out of the texts people read."""

from msgspec import Struct


class Term(Struct, frozen=True):
    """Some words of ours (one meaning, perhaps several forms) and the words people use for it."""

    ours: tuple[str, ...]
    say: str


GLOSSARY: tuple[Term, ...] = (
    Term(("lane", "lanes"), "processing"),
    Term(("accepted",), "Received OK; for an order line: Confirmed by the supplier"),
    Term(("rejected",), "Sent back to the partner, or Refused by the partner"),
    Term(("retried",), "Trying again at 14:05 (3rd of 12)"),
    Term(("deferred",), "Waiting for the order / the ship notice / ..."),
    Term(("parked",), "Needs fixing (ours)"),
    Term(("dead letter", "poison", "poisoned", "quarantine", "quarantined"), "Stopped, with the reason"),
    Term(("finding", "findings"), "Problem, with the line and what to do"),
    Term(("case", "cases"), "Exception (or task); a case is twelve eaches in a warehouse"),
    Term(("lift", "decode"), "read"),
    Term(("lower", "encode"), "write"),
    Term(("OrderResponse", "order response"), "Order confirmation (855)"),
    Term(("SyntaxReport", "syntax report"), "functional acknowledgement (997)"),
    Term(("ContentReport", "content report"), "application advice (824)"),
    Term(("ShipNotice",), "ASN (856)"),
    Term(("GoodsReceipt",), "receipt (944)"),
    Term(("WarehouseOrder",), "shipping order (940)"),
    Term(("WarehouseAdvice",), "shipping advice (945)"),
    Term(("profile", "profiles"), "Partner settings"),
    Term(("overlay", "overlays"), "this partner's differences"),
    Term(("agreement", "agreements"), "document set-up"),
    Term(("twin", "twins"), "Practice partner"),
    Term(("conservation",), "Quantities add up / 12 EA unexplained, probably a missing 945"),
    Term(("ripple",), "Orders affected"),
    Term(("pegging",), "Supplied by"),
    Term(("expected events",), "Should have arrived, has not"),
    Term(("provenance",), "Where does this come from?"),
    Term(("as of",), "What we knew on ..."),
    Term(("backtest", "backtests"), "Try on past traffic"),
    Term(("breaker", "breaker open"), "Paused: partner down since 09:12"),
    Term(("ladder",), "Backup channel"),
    Term(("blind receipt",), "Received without a ship notice"),
    Term(("idempotent", "idempotent repeat"), "Already had it (same document), nothing done twice"),
)

HIDDEN: tuple[str, ...] = (
    "mirror", "room", "rooms", "corridor", "decider", "deciders", "journal", "journals", "partition", "partitions",
    "lease", "leases", "epoch", "epochs", "shard", "shards",
)  # fmt: skip
"""Words with no place in front of people at all. Streams and places belong here too, but are also plain English."""

PLAIN_ENGLISH = frozenset(
    {"accepted", "rejected", "case", "cases", "lower", "as of", "profile", "profiles", "agreement"}
)
"""Our words that are also everybody's: a machine cannot tell which is meant, so a reader has to."""


def say(word: str) -> str:
    """Return what people say for our *word*; the word itself when it has no other."""
    return next((term.say for term in GLOSSARY if word in term.ours), word)


def kept_from_people() -> tuple[str, ...]:
    """Return every word that no text for people may contain, in lower case."""
    ours = (word for term in GLOSSARY for word in term.ours)
    return tuple(sorted({word.lower() for word in (*ours, *HIDDEN)} - PLAIN_ENGLISH))
