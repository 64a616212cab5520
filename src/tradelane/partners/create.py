"""Begin: the house's ``tradelane.toml``, and a new partner's folder made from a template, with samples and a key."""

import secrets
from collections.abc import Callable
from pathlib import Path
from string import Formatter

import tomlkit
from msgspec import Struct

from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.partners import templates
from tradelane.partners.folder import PROFILE_FILE, SETTINGS_FILE
from tradelane.partners.keys import hashed, new_key
from tradelane.partners.rules import NAME, NAME_RULE
from tradelane.partners.templates import TEMPLATES

Random = Callable[[int], bytes]
ISA_ID_LENGTH = 15
SAMPLE_PARTNER = "PARTNER"
SAMPLE_COMPANY = "TRADELANE"
_SETTINGS = """\
# The house: who we are, where we listen, who works here. Partners stand in partners/<name>/profile.toml.

[company]
name = {company}
# The identifiers by which documents name us, as "scheme:value".
parties = []

# How partners' X12 envelopes call us: ISA07 and ISA08.
[company.x12]
qualifier = "ZZ"
id = "TRADELANE"

[server]
host = "127.0.0.1"
port = 8080

# People who may see and work on everything. SHA-256 of their API keys.
[operators.{operator}]
key_sha256 = ["{hash}"]
"""


class Created(Struct, frozen=True, kw_only=True):
    """What was written where, and the API key that goes with it: shown once, kept nowhere."""

    path: Path
    key: str


def init(
    root: Path,
    company: str = "Tradelane Distribution",
    egress_allow: tuple[str, ...] = (),
    operator: str = "operator",
    random: Random = secrets.token_bytes,
) -> Created | None:
    """Write a ``tradelane.toml`` with one operator; None when there is one already, which stays as it is."""
    path = root / SETTINGS_FILE
    if path.exists():
        return None
    root.mkdir(parents=True, exist_ok=True)
    key = new_key(random)
    text = _SETTINGS.format(company=_quoted(company), operator=operator, hash=hashed(key))
    if egress_allow:
        networks = ", ".join(_quoted(network) for network in egress_allow)
        note = "# Networks that documents may be posted to although they are private.\n"
        text = f"{note}egress_allow = [{networks}]\n\n{text}"
    path.write_text(text, "utf-8")
    return Created(path=path, key=key)


def new(
    root: Path,
    name: str,
    template: str,
    *,
    title: str = "",
    channel: str = "",
    url: str = "",
    folder: str = "",
    inbox: str = "",
    random: Random = secrets.token_bytes,
) -> Created:
    """Write ``partners/<name>`` from a template, return it with its key. `Unreadable`: name or template will not do."""
    path = root / "partners" / name
    _refuse(path, name, template)
    key = new_key(random)
    said = _said(name, template, title, hashed(key))
    said["channel"] = _quoted(channel or ("http" if url else "folder" if folder else "mailbox"))
    said["where"] = _where(name, url, folder)
    text = _filled(_text(template, "start.toml"), said)
    if inbox:
        text += f"\n[receive]\nfolder = {_quoted(inbox)}\n"
    (path / "maps").mkdir(parents=True)
    (path / PROFILE_FILE).write_text(text, "utf-8")
    (path / "README.md").write_text(_filled(_text(template, "README.md"), said), "utf-8")
    _copy_samples(template, path / "samples", said["id"], _company_id(root))
    return Created(path=path, key=key)


def envelope_id(name: str) -> str:
    """Return an X12 id made of a folder's name: capitals and digits, at most 15."""
    return "".join(c for c in name.upper() if c.isalnum())[:ISA_ID_LENGTH]


def _refuse(path: Path, name: str, template: str) -> None:
    findings: list[Finding] = []
    where = Place(path=f"partners/{name}")
    if not NAME.fullmatch(name):
        findings.append(
            Finding(code="partner.bad-name", says=f"{name!r} is no name for a partner.", fix=NAME_RULE, where=where)
        )
    elif path.exists():
        fix = "Choose another name, or edit that folder's profile.toml."
        findings.append(
            Finding(code="partner.exists", says=f"There is a partner {name!r} already.", fix=fix, where=where)
        )
    if template not in TEMPLATES:
        fix = f"Choose one of {', '.join(TEMPLATES)}."
        findings.append(
            Finding(code="partner.unknown-template", says=f"There is no template {template!r}.", fix=fix, where=where)
        )
    if findings:
        raise Unreadable(*findings)


def _said(name: str, template: str, title: str, key_hash: str) -> dict[str, str]:
    printable = "".join(c if c.isprintable() else " " for c in title)
    shown = " ".join(printable.split()) or name.replace("-", " ").replace("_", " ").title()
    return {
        "name": name,
        "template": template,
        "title": shown,
        "title_text": _quoted(shown),
        "id": envelope_id(name),
        "hash": key_hash,
    }


def _where(name: str, url: str, folder: str) -> str:
    lines = [f"url = {_quoted(url)}" if url else '# url = "https://edi.example.com/inbox"']
    lines.append(f"folder = {_quoted(folder)}" if folder else f'# folder = "{name}/out"')
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return tomlkit.string(text).as_string()


def _text(template_name: str, file: str) -> str:
    return (templates.template(template_name) / file).read_text("utf-8")


def _filled(text: str, said: dict[str, str]) -> str:
    return Formatter().vformat(text, (), said)


def _company_id(root: Path) -> str:
    try:
        settings = tomlkit.parse((root / SETTINGS_FILE).read_text("utf-8")).unwrap()
        return str(settings["company"]["x12"]["id"])
    except (OSError, KeyError, TypeError, ValueError):
        return SAMPLE_COMPANY


def _copy_samples(template_name: str, to: Path, partner: str, company: str) -> None:
    """Copy the template's samples, with this partner's and our own envelope ids in place of the samples'."""
    to.mkdir()
    for sample in (templates.template(template_name) / "samples").iterdir():
        text = sample.read_bytes().decode("utf-8")
        if sample.name.endswith(".edi"):
            for old, new_id in ((SAMPLE_PARTNER, partner), (SAMPLE_COMPANY, company)):
                text = text.replace(f"*{old:<{ISA_ID_LENGTH}}*", f"*{new_id:<{ISA_ID_LENGTH}}*").replace(
                    f"*{old}*", f"*{new_id}*"
                )
            text = text.replace(f"+{SAMPLE_PARTNER}:ZZZ", f"+{partner}:ZZZ")
        (to / sample.name).write_bytes(text.encode("utf-8"))
