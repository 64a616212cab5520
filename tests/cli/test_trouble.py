"""What a person can mend is said in a sentence with what to do, and never as a stack trace."""

import asyncio
import socket

import pytest

from tradelane.cli.port import check_port
from tradelane.cli.reachable import check_database
from tradelane.cli.say import Trouble, fail

ADVICE = "Check TRADELANE_DATABASE_URL, or leave it out for a database of our own."


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://me:secret@127.0.0.1:1/x", "refused|Connect call failed"),
        ("mysql://me:secret@127.0.0.1/x", "invalid DSN"),
        ("somewhere", "invalid DSN"),
        ("postgresql://me:secret@nowhere.invalid/x", "not known|failure in name resolution|No address"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_without_its_password(monkeypatch, url, says):
    monkeypatch.setenv("TRADELANE_DATABASE_URL", url)
    with pytest.raises(Trouble, match=says) as trouble:
        asyncio.run(check_database())
    assert str(trouble.value).endswith(ADVICE)
    assert "secret" not in str(trouble.value)


def test_a_wrong_password_is_said(monkeypatch, fresh_database):
    user, _, rest = fresh_database.partition("@")
    monkeypatch.setenv("TRADELANE_DATABASE_URL", f"{user[:-3]}xyz@{rest}")
    with pytest.raises(Trouble, match="password authentication failed"):
        asyncio.run(check_database())


def test_a_database_that_answers_is_no_trouble(monkeypatch, fresh_database):
    monkeypatch.setenv("TRADELANE_DATABASE_URL", fresh_database)
    asyncio.run(check_database())


def test_a_free_port_is_no_trouble_and_stays_free():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Trouble, match=f"Port {port} is in use"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_said():
    with pytest.raises(Trouble, match=r"192\.0\.2\.1 is no address of this machine"):
        check_port("192.0.2.1", 8080)


def test_trouble_is_shown_as_it_stands(capsys):
    """Names come from files and partners: brackets are no markup, and a control character moves nothing."""
    assert fail("no [/such] thing \x1b[2J") == 1
    assert capsys.readouterr().err == "✗ no [/such] thing ·[2J\n"
