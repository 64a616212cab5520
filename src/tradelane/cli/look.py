"""Look at a file without a server: what is in it, what is wrong with it, what it means."""

import sys
from pathlib import Path
from typing import Any

import msgspec
from rich.tree import Tree

from tradelane import maps
from tradelane.cli.say import Trouble, as_json, err, out
from tradelane.formats import json as json_format
from tradelane.formats import x12
from tradelane.formats.explain import Branch, explain
from tradelane.model.finding import Finding, Unreadable
from tradelane.runtime.read import is_x12

FILE_BYTES_MAX = 25 * 1024 * 1024
MARKS = {"error": "[red]✗[/]", "warning": "[yellow]![/]", "note": "[dim]·[/]"}


def inspect(file: Path, /, *, json: bool = False) -> None:
    """Show what is in an X12 or JSON file as a tree, with every problem where it stands, and what it means."""
    body = _bytes(file)
    if not is_x12(body, ""):
        _translate_json(body, json)
        return
    decoded = x12.decode(body)
    meanings, findings = _meanings(decoded)
    findings = [*decoded.all_findings, *findings]
    if json:
        as_json({"tree": explain(decoded), "findings": findings, "documents": meanings})
    else:
        out.print(_tree(explain(decoded)))
        for meaning in meanings:
            out.print("\n[bold]What it means[/]")
            out.print(msgspec.json.format(msgspec.json.encode(meaning), indent=2).decode(), markup=False)
        out.print()
        _say(findings)
    if any(finding.severity == "error" for finding in findings):
        sys.exit(1)


def translate(file: Path, /) -> None:
    """Write the documents in an X12 or JSON file as canonical JSON, one a line; problems go to the error stream."""
    body = _bytes(file)
    if not is_x12(body, ""):
        _translate_json(body, machine=True)
        return
    decoded = x12.decode(body)
    meanings, findings = _meanings(decoded)
    for meaning in meanings:
        sys.stdout.write(msgspec.json.encode(meaning).decode() + "\n")
    findings = [*decoded.all_findings, *findings]
    for finding in findings:
        err.print(f"{MARKS[finding.severity]} {finding}", soft_wrap=True)
    if any(finding.severity == "error" for finding in findings):
        sys.exit(1)


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise Trouble(f"{file} is larger than {FILE_BYTES_MAX // 1024 // 1024} MB; look at a part of it.")
        return file.read_bytes()
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.") from None


def _meanings(decoded: x12.Decoded) -> tuple[list[Any], list[Finding]]:
    documents: list[Any] = []
    findings: list[Finding] = []
    for _, _, received in decoded.accepted:
        name = f"x12/004010/{received.message.kind}"
        if name not in maps.shipped_names():
            says = (
                f"We ship no map for transaction set {received.message.kind}; its segments are shown, not its meaning."
            )
            findings.append(
                Finding(code="map.missing", says=says, fix="Write one in a partner's folder.", severity="note")
            )
            continue
        try:
            lifted = maps.lift(received.message, maps.shipped(name))
        except Unreadable as unreadable:
            findings.extend(unreadable.findings)
        else:
            documents.append(lifted.document)
            findings.extend(lifted.findings)
    return documents, findings


def _translate_json(body: bytes, machine: bool) -> None:
    try:
        for message in json_format.decode(body):
            document = maps.lift_json(message).document
            if machine:
                sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
            else:
                out.print(msgspec.json.format(msgspec.json.encode(document), indent=2).decode(), markup=False)
    except Unreadable as unreadable:
        _say(list(unreadable.findings))
        sys.exit(1)


def _tree(branch: Branch) -> Tree:
    tree = Tree(_label(branch), guide_style="dim")
    _grow(tree, branch)
    return tree


def _grow(tree: Tree, branch: Branch) -> None:
    for child in branch.children:
        grown = tree.add(_label(child))
        for finding in child.findings:
            grown.add(f"{MARKS[finding.severity]} {_plain(finding.says)} {_plain(finding.fix)}")
        _grow(grown, child)


def _label(branch: Branch) -> str:
    said = f"  [dim]{_plain(branch.says)}[/]" if branch.says else ""
    return f"[bold]{_plain(branch.label)}[/] {_plain(branch.value)}{said}"


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


def _say(findings: list[Finding]) -> None:
    wrong = [finding for finding in findings if finding.severity != "note"]
    if not wrong:
        out.print("[green]✓[/] No problems found.")
    for finding in findings:
        out.print(f"{MARKS[finding.severity]} {_plain(str(finding))}", soft_wrap=True)
