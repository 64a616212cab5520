"""Whose name is it in an EDIFACT envelope: a pure question to one identity."""

from tradelane.partners.profile import EdifactIdentity


def names(identity: EdifactIdentity, id: str, qualifier: str) -> bool:
    """Say whether UNB 0004 and 0007 (or 0010 and 0007) are this identity's own (promise P23)."""
    return bool(identity.id) and (id.strip(), qualifier.strip()) == (identity.id, identity.qualifier)
