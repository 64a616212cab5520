"""The table of roles in the docs is the table the doors ask."""

from tests.rules.sources import ROOT

from tradelane.model.role import MAY, PERMISSIONS, ROLES, TITLES, WORDS, holders, permitted, role_for, spoken


def test_the_page_says_what_each_role_may_do() -> None:
    rows = [
        f"| {WORDS[permission]} | " + " | ".join("yes" if permission in MAY[role] else "" for role in ROLES) + " |"
        for permission in PERMISSIONS
    ]
    heading = "| | " + " | ".join(TITLES[role] for role in ROLES) + " |"
    page = (ROOT / "docs" / "people.md").read_text("utf-8")
    table = "\n".join([heading, "|" + "---|" * (len(ROLES) + 1), *rows]).replace("|  |", "| |").replace("|  |", "| |")
    assert table in page, f"docs/people.md has another table; it should be:\n{table}"


def test_somebody_holds_every_permission_and_nobody_without_a_role_holds_any() -> None:
    assert all(holders(permission) for permission in PERMISSIONS)
    assert permitted("boss") == permitted("") == frozenset()
    assert (role_for("accounts_payable"), role_for("procurement"), role_for("x")) == ("finance", "procurement", None)
    assert spoken(holders("decide.invoice")) == "Finance or Administration"
