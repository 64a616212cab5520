"""What counts as breaking a contract."""

import copy
from typing import Any

import pytest

from tradelane.testing.compatibility import breaking
from tradelane.testing.schemas import schemas

PARTY = {
    "type": "object",
    "properties": {"name": {"type": "string", "default": ""}, "above": {"$ref": "#/$defs/Party"}},
    "required": [],
}
OLD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "number": {"type": "string"},
        "state": {"enum": ["open", "done"], "default": "open"},
        "weight": {"type": "string", "pattern": "^[0-9]+$", "default": "0"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Party"}},
        "buyer": {"anyOf": [{"$ref": "#/$defs/Party"}, {"type": "null"}], "default": None},
        "note": {"type": "string", "default": ""},
    },
    "required": ["number", "lines"],
    "$defs": {"Party": PARTY},
}


def changed(**paths: Any) -> dict[str, Any]:
    """Return OLD with what stands at each path (parts joined by __) replaced; None takes it out."""
    new = copy.deepcopy(OLD)
    for path, value in paths.items():
        *way, last = path.split("__")
        place: Any = new
        for step in way:
            place = place["$defs" if step == "defs" else step]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return new


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        changed(properties__colour={"type": "string", "default": ""}),
        changed(properties__colour={"type": "string"}),
        changed(properties__state={"enum": ["open", "done", "late"], "default": "open"}),
        changed(description="Said better."),
        changed(defs__Party__properties__city={"type": "string", "default": ""}),
        changed(defs__Address={"type": "object"}),
    ],
    ids=[
        "the same",
        "new field",
        "new field without default",
        "new value",
        "other words",
        "new inner field",
        "new shape",
    ],
)
def test_adding_breaks_nobody(new: dict[str, Any]) -> None:
    assert breaking(OLD, new) == []


@pytest.mark.parametrize(
    ("new", "says"),
    [
        (changed(properties__note=None), "$.note: the field is gone"),
        (changed(required=["number", "lines", "note"]), "$.note: must be sent now, and old senders do not"),
        (changed(required=["number"]), "$.lines: may be left out now, and old readers rely on it"),
        (changed(properties__number={"type": "integer"}), "$.number: type was 'string' and is 'integer'"),
        (
            changed(properties__weight={"type": "string", "pattern": "^[0-9.]+$", "default": "0"}),
            "$.weight: pattern was '^[0-9]+$' and is '^[0-9.]+$'",
        ),
        (changed(properties__state={"enum": ["open"], "default": "open"}), "$.state: the value 'done' is gone"),
        (
            changed(properties__note={"type": "string", "default": "none"}),
            "$.note: the default was ''; what is left out would mean something else",
        ),
        (
            changed(properties__note={"type": "string"}),
            "$.note: the default was ''; what is left out would mean something else",
        ),
        (changed(additionalProperties=False), "$: fields of the sender's own are refused now"),
        (
            changed(properties__buyer={"anyOf": [{"$ref": "#/$defs/Party"}], "default": None}),
            "$.buyer: can no longer be a null",
        ),
        (
            changed(
                properties__buyer={"anyOf": [*OLD["properties"]["buyer"]["anyOf"], {"type": "string"}], "default": None}
            ),
            "$.buyer: can now be a string, which old readers do not expect",
        ),
        (changed(defs__Party__properties__name={"type": "integer", "default": ""}), "$.lines[].name: type was"),
        (changed(properties__state={"type": "string", "default": "open"}), "$.state: was one of a list"),
    ],
)
def test_everything_else_breaks_somebody_and_says_where(new: dict[str, Any], says: str) -> None:
    assert any(sentence.startswith(says) for sentence in breaking(OLD, new)), breaking(OLD, new)


def test_a_shape_that_holds_itself_is_compared_to_an_end() -> None:
    new = changed(defs__Party__properties__name=None)
    assert "$.lines[].name: the field is gone" in breaking(OLD, new)


@pytest.mark.parametrize("name", schemas())
def test_no_published_contract_breaks_itself(name: str) -> None:
    assert breaking(schemas()[name], copy.deepcopy(schemas()[name])) == []
