"""A map or a setting was wrong, or a backup had to be brought back: what an operator types, and reads."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.e2e.process import fetch, run, send, started, until
from tests.e2e.test_up import Installation, installation, processes, up

from tradelane.partners import create
from tradelane.testing.rehearsal import free_port

__all__ = ["installation", "processes"]


def takes(at: Installation, version: str) -> None:
    """Set which version of X12 is agreed with the supplier."""
    profile = at.root / "partners" / "acme" / "profile.toml"
    text = profile.read_text().partition("\n[x12_settings]")[0]
    profile.write_text(f'{text}\n[x12_settings]\ntakes = ["{version}"]\n')


def test_what_a_wrong_setting_refused_is_replayed_once_it_is_mended(installation, processes):
    at = installation
    takes(at, "005010")
    first = up(processes, at)
    send(at.url, at.erp, at.sample("erp", "850-two-lines.edi"))
    until(lambda: at.order("4711"))
    send(at.url, at.acme, at.sample("acme", "855-partial.edi"))
    assert until(lambda: [c for c in fetch(f"{at.url}/process/v1/cases")["items"] if c["kind"] == "SCHEMA_ERROR"])
    assert first.end() == 0
    takes(at, "004010")
    second = up(processes, at)

    shown = at.tradelane("replay", "--partner", "acme", "--from", "2026-01-01", "--type", "order_response")
    assert (shown.code, shown.err) == (0, "")
    assert "acme confirmed the order" in shown.out
    assert "1 document: 1 new." in shown.out
    assert "--do --reason" in shown.out
    assert not [e for e in at.trace("4711") if "confirmed the order" in e["says"]]
    assert "needs a --reason" in at.tradelane("replay", "4711", "--do").err

    done = at.tradelane("replay", "--from", "2026-01-01", "--do", "--reason", "version agreed")
    assert (done.code, done.err) == (0, "")
    assert "version agreed" in done.out
    until(lambda: [e for e in at.trace("4711") if "confirmed the order" in e["says"]])
    assert until(lambda: [entry for entry in at.trace("4711") if "replayed (from 2026-01-01" in entry["says"]])
    again = json.loads(at.tradelane("replay", "4711", "--json").out)
    assert {one["verdict"] for one in again["documents"]} == {"standing"}
    assert "Nothing came that this names" in at.tradelane("replay", "no such number").out
    assert "no day" in at.tradelane("replay", "--from", "yesterday").err
    assert (second.end(), "Traceback" in "\n".join(second.said)) == (0, False)


@pytest.fixture
def own(tmp_path: Path) -> Installation:
    """An installation with a database of its own, in a folder that is backed up and brought back."""
    root = tmp_path / "home"
    create.init(root)
    erp, acme = create.new(root, "erp", "erp").key, create.new(root, "acme", "x12-supplier").key
    return Installation(root, "", free_port(), erp, acme)


def test_a_backup_brought_back_is_put_in_order_before_work_begins(own, processes):
    at = own
    env = {"TRADELANE_HOME": str(at.root), "TRADELANE_URL": at.url}

    def begin():
        begun = processes.enter_context(started("up", "--port", at.port, env=env))
        begun.hear(rf"Listening on {at.url}")
        return begun

    def order(number: str) -> str:
        send(at.url, at.erp, at.sample("erp", "purchase-order.json", number))
        # What was fetched just before the backup may be offered once more, under its old number.
        until(lambda: at.order(number))
        return until(lambda: [one for one in at.taken_by_supplier().split("ISA") if number in one])[0]

    def control(interchange: str) -> str:
        return interchange.split("*")[13]

    first = begin()
    used = {control(order("5001"))}
    assert first.end() == 0
    place = _place_of(at.root)
    subprocess.run(["cp", "-a", place, f"{place}.backup"], check=True)
    lost = begin()
    used.add(control(order("5002")))
    assert lost.end() == 0
    shutil.rmtree(place)
    subprocess.run(["cp", "-a", f"{place}.backup", place], check=True)

    refused = run("up", "--port", at.port, env=env)
    assert refused.code == 1
    assert "brought back from a backup" in refused.err
    assert "tradelane db restored --reason" in refused.err
    put = run("db", "restored", "--reason", "disk failed", env=env)
    assert (put.code, put.err) == (0, "")
    assert "control numbers are left out for each partner" in put.out
    assert "acme" in put.out
    second = begin()
    assert control(order("5003")) not in used
    assert int(control(order("5004"))) > 100_000
    assert second.end() == 0
    shutil.rmtree(f"{place}.backup")


def _place_of(root: Path) -> Path:
    """Return where the database's files lie: in the folder, or elsewhere where root's home is closed."""
    folder = root / "data" / "postgres"
    note = folder / "LOCATION"
    return Path(note.read_text().strip()) if note.exists() else folder
