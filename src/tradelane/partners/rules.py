"""When settings make sense: one partner's, the house's, and all of them together.

Findings only; nothing is read here.
"""

import ipaddress
import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import PurePosixPath
from typing import get_args
from urllib.parse import urlsplit

from msgspec.structs import asdict

from tradelane.model.party import Scheme
from tradelane.model.policy import Policy
from tradelane.model.registry import DOCUMENTS, tag
from tradelane.model.tolerance import unknown
from tradelane.partners.lookup import called
from tradelane.partners.profile import (
    Access,
    Company,
    Profile,
    ReceiveSettings,
    SendSettings,
    Server,
    Settings,
    StrictSettings,
    TableSettings,
    X12Identity,
    X12Settings,
)
from tradelane.partners.reading import Sheet
from tradelane.partners.rules_openid import check_openid
from tradelane.partners.rules_sftp import check_sftp

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_EDIFACT_NAME_MAX, _EDIFACT_QUALIFIER_MAX = 35, 4
NAME_RULE = "Use small letters a-z, digits, '-' and '_', at most 64, beginning with a letter or a digit."
OWNERS = ("procurement", "warehouse", "accounts_payable", "integration", "platform", "customer_service", "transport")
_X12_TEXT = re.compile(r"[A-Z0-9!\"&'()+,./:;?=%@\[\]_{}\\|<#$ -]*")
_HASH = re.compile(r"[0-9a-f]{64}")
_BAD = "partner.bad-value"


def check_profile(profile: Profile, sheet: Sheet) -> None:
    """Note what is wrong in one partner's settings taken by themselves."""
    if profile.owner not in OWNERS:
        sheet.find(
            _BAD, "owner", "Nobody by this name works on cases.", f"Write one of {', '.join(OWNERS)}.", profile.owner
        )
    _check_parties(profile.parties, "parties", sheet)
    _check_identity(profile.x12, "x12", sheet)
    _check_edifact(profile, sheet)
    _check_x12(profile.x12_settings, sheet)
    _check_tables(profile.tables, sheet)
    _check_send(profile.send, profile.x12, sheet)
    check_sftp(profile, sheet)
    _check_answers(profile, sheet)
    _check_strict(profile.strict, sheet)
    _check_receive(profile.receive, sheet)
    if profile.receive.folder and profile.receive.folder == profile.send.folder:
        sheet.find(
            _BAD, "receive.folder", "What we send would come back as received.", "Use two folders, e.g. 'in' and 'out'."
        )
    _check_access(profile.access, "access.key_sha256", sheet)
    _check_policy(profile.policy, sheet)


def check_settings(settings: Settings, sheet: Sheet) -> None:
    """Note what is wrong in ``tradelane.toml``."""
    _check_company(settings.company, sheet)
    _check_server(settings.server, sheet)
    check_openid(settings.openid_connect, sheet)
    for name, access in settings.operators.items():
        if not NAME.fullmatch(name):
            sheet.find(_BAD, f"operators.{name}", "This is no name for an operator.", NAME_RULE, name)
        _check_access(access, f"operators.{name}.key_sha256", sheet)
    for network in settings.egress_allow:
        try:
            ipaddress.ip_network(network)
        except ValueError:
            sheet.find(
                _BAD,
                "egress_allow",
                f"{network!r} is no network.",
                "Write it with its length, e.g. '10.1.0.0/16', host bits zero.",
                network,
            )


def check_together(settings: Settings, profiles: Iterable[tuple[Profile, Sheet]]) -> None:
    """Note where two partners, or a partner and ourselves, could be taken for each other."""
    seen: dict[tuple[str, str], str] = {}
    house = {(kind, value) for kind, value, key in _claims_of_house(settings)}
    for kind, value, key in _claims_of_house(settings):
        seen[kind, value] = f"tradelane.toml: {key}"
    erp = ""
    for profile, sheet in profiles:
        for kind, value, key in _claims(profile):
            # The ERP speaks for the house, so it may go by the house's names.
            if profile.role == "erp" and kind == "party" and (kind, value) in house:
                continue
            other = seen.setdefault((kind, value), f"partners/{profile.name}/profile.toml: {key}")
            if not other.startswith(f"partners/{profile.name}/profile.toml"):
                shown = value if kind != "key" else f"{value[:12]}…"
                sheet.find(
                    f"partner.same-{kind}", key, f"{_CLAIM[kind]} {shown!r} stands in {other} too.", _APART[kind], shown
                )
        if profile.role == "erp":
            if erp:
                sheet.find(
                    "partner.second-erp",
                    "role",
                    f"{erp!r} is the ERP already.",
                    "Keep one partner with role 'erp'.",
                    profile.name,
                )
            erp = erp or profile.name


_CLAIM = {
    "x12": "The X12 id",
    "edifact": "The EDIFACT name",
    "party": "The identifier",
    "key": "The API key",
    "folder": "The folder",
}
_APART = {
    "x12": "Give each its own: by it we know who sends.",
    "edifact": "Give each its own: by it we know who sends.",
    "party": "Keep it with the one it means: by it we know who an order is for.",
    "key": "Make a new key for one of them (tradelane partner new shows how); a key says who knocks.",
    "folder": "Give each its own: what lies in a folder is taken as its partner's.",
}


def _claims(profile: Profile) -> list[tuple[str, str, str]]:
    """Return (kind, value, key) of everything that must be this partner's alone."""
    claims = [("party", name, "title" if name == f"name:{profile.title}" else "parties") for name in called(profile)]
    claims += [("key", kept, "access.key_sha256") for kept in profile.access.key_sha256]
    if profile.x12.id:
        claims.append(("x12", f"{profile.x12.qualifier}/{profile.x12.id}", "x12.id"))
    if profile.edifact.id:
        claims.append(("edifact", f"{profile.edifact.id}:{profile.edifact.qualifier}", "edifact.id"))
    for key, folder in (("send.folder", profile.send.folder), ("receive.folder", profile.receive.folder)):
        if folder:
            claims.append(("folder", str(PurePosixPath(folder)), key))
    return claims


def _claims_of_house(settings: Settings) -> list[tuple[str, str, str]]:
    company = settings.company
    claims = [("party", name, "company") for name in called(company)]
    claims.append(("x12", f"{company.x12.qualifier}/{company.x12.id}", "company.x12.id"))
    claims.append(("edifact", f"{company.edifact.id}:{company.edifact.qualifier}", "company.edifact.id"))
    for name, access in settings.operators.items():
        claims += [("key", kept, f"operators.{name}.key_sha256") for kept in access.key_sha256]
    return claims


def _check_parties(parties: tuple[str, ...], key: str, sheet: Sheet) -> None:
    schemes = get_args(Scheme)
    for party in parties:
        scheme, colon, value = party.partition(":")
        if not colon or scheme not in schemes or not value or value != value.strip():
            sheet.find(
                _BAD,
                key,
                f"{party!r} is not 'scheme:value'.",
                f"Write e.g. 'duns:123456789'; schemes: {', '.join(schemes)}.",
                party,
            )


def _check_identity(identity: X12Identity, key: str, sheet: Sheet) -> None:
    if not re.fullmatch(r"[A-Z0-9]{2}", identity.qualifier):
        sheet.find(
            _BAD,
            f"{key}.qualifier",
            "An ISA qualifier is two characters.",
            "Write e.g. '01' (DUNS), '12' (phone) or 'ZZ'.",
            identity.qualifier,
        )
    for name, value, longest in (("id", identity.id, 15), ("group", identity.group, 15)):
        if len(value) > longest or not _X12_TEXT.fullmatch(value) or value != value.strip():
            fix = f"Write at most {longest} capitals, digits or X12 punctuation, without padding."
            sheet.find(_BAD, f"{key}.{name}", "This cannot stand in an X12 envelope.", fix, value)
    if identity.group and not identity.id:
        sheet.find(
            _BAD, f"{key}.id", "There is a group code (GS) but no interchange id (ISA).", "Write both, or neither."
        )


def _check_x12(x12: X12Settings, sheet: Sheet) -> None:
    marks = {"segment": x12.segment, "element": x12.element, "component": x12.component}
    for name, mark in marks.items():
        if len(mark) != 1 or not mark.isascii() or mark.isalnum() or mark in " .-":
            fix = "Write one character that never stands in a value, e.g. '~', '*' or '>'."
            sheet.find(_BAD, f"x12_settings.{name}", "This cannot be a delimiter.", fix, mark)
    if len(set(marks.values())) != len(marks):
        sheet.find(
            _BAD,
            "x12_settings",
            "Two delimiters are the same character.",
            "Choose three different ones.",
            "".join(marks.values()),
        )
    for key, versions in (("version", (x12.version,)), ("takes", x12.takes)):
        for version in versions:
            if not re.fullmatch(r"\d{6}[A-Z0-9]{0,6}", version):
                sheet.find(
                    _BAD,
                    f"x12_settings.{key}",
                    f"{version!r} is no X12 version.",
                    "Write it as GS08 does: '004010'.",
                    version,
                )


def _check_tables(tables: TableSettings, sheet: Sheet) -> None:
    kinds = [tag(kind) for kind in DOCUMENTS]
    for kind in tables.takes:
        if kind not in kinds:
            sheet.find(_BAD, "tables.takes", "There is no such document.", f"Write one of {', '.join(kinds)}.", kind)
    said = tables.dialect
    for name, sign in (("delimiter", said.delimiter), ("quote", said.quote)) if said else ():
        if len(sign) > 1 or not sign.isascii() or sign.isalnum() or sign in ("\r", "\n"):
            fix = "Write one character that is no letter and no digit, or nothing to have it found out."
            sheet.find(_BAD, f"tables.dialect.{name}", "This cannot part or enclose cells.", fix, sign)
    if said and said.delimiter and said.delimiter == said.quote:
        sheet.find(_BAD, "tables.dialect", "Delimiter and quote are the same.", "Choose two different ones.")


def _check_edifact(profile: Profile, sheet: Sheet) -> None:
    """Note a name that no EDIFACT envelope can carry, and settings that nothing can be written by."""
    name, said = profile.edifact, profile.edifact_settings
    if len(name.id) > _EDIFACT_NAME_MAX or len(name.qualifier) > _EDIFACT_QUALIFIER_MAX:
        fix = f"Write the name as in its UNB: at most {_EDIFACT_NAME_MAX} characters, its kind at most four."
        sheet.find(_BAD, "edifact.id", "The EDIFACT name is longer than an envelope can carry.", fix, name.id)
    if not re.fullmatch(r"UNO[A-Z]", said.syntax) or said.version not in ("1", "2", "3", "4"):
        fix = 'Write for instance syntax = "UNOC" and version = "3".'
        sheet.find(_BAD, "edifact_settings.syntax", "There is no such syntax of EDIFACT.", fix, said.syntax)
    if not re.fullmatch(r"[DS][0-9]{2}[A-Z]", said.directory):
        fix = "Write D96A or D01B."
        sheet.find(_BAD, "edifact_settings.directory", "No directory is called so.", fix, said.directory)
    if profile.send.syntax == "edifact" and not name.id:
        says = "We write EDIFACT to this partner but do not know its name."
        sheet.find("partner.missing-key", "edifact.id", says, "Write the name it has in its UNB.")


def _check_send(send: SendSettings, identity: X12Identity, sheet: Sheet) -> None:
    match send.channel:
        case "http":
            _check_url(send.url, sheet)
        case "folder":
            if not send.folder:
                sheet.find(
                    "partner.missing-key",
                    "send.folder",
                    "The channel is a folder but none is named.",
                    "Name it, relative to the data folder.",
                )
    if send.syntax == "x12" and not identity.id:
        sheet.find(
            "partner.missing-key",
            "x12.id",
            "We write X12 to this partner but do not know its id.",
            "Write the ISA id it uses.",
        )
    _check_folder(send.folder, "send.folder", sheet)
    _check_range("send.timeout_seconds", send.timeout_seconds, 1, 300, sheet)
    _check_range("send.concurrency_max", send.concurrency_max, 1, 1_000, sheet)
    _check_range("send.attempts_max", send.attempts_max, 1, 1_000, sheet)


def _check_strict(strict: StrictSettings, sheet: Sheet) -> None:
    """Note words that mean nothing we put up with, each with the nearest that do."""
    words = (strict.refuse,) if isinstance(strict.refuse, str) else strict.refuse
    for word, near in unknown(words).items():
        says, known = f"Nothing that is tolerated is called {word!r}.", ", ".join(map(repr, near))
        fix = f"Did you mean {known}?" if near else "Write a code from docs/reference/tolerances.md, or 'all'."
        sheet.find(_BAD, "strict.refuse", says, fix, word)


def _check_answers(profile: Profile, sheet: Sheet) -> None:
    """Note an application acknowledgement whose envelope nobody could address."""
    needed = {"824": ("x12.id", profile.x12.id, "ISA"), "APERAK": ("edifact.id", profile.edifact.id, "UNB")}
    key, id, header = needed.get(profile.answers.content, ("", "known", ""))
    if not id:
        says = (
            f"Documents are answered by {profile.answers.content}, but we do not know the partner's name in {header}."
        )
        sheet.find("partner.missing-key", key, says, f"Write the name it has in its {header}.")


def _check_receive(receive: ReceiveSettings, sheet: Sheet) -> None:
    _check_folder(receive.folder, "receive.folder", sheet)
    _check_range("receive.settle_seconds", receive.settle_seconds, 0, 86_400, sheet)


def _check_url(url: str, sheet: Sheet) -> None:
    fix = "Write e.g. 'https://edi.acme.example/inbox'."
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_fits = urlsplit(""), False
    if not url:
        sheet.find("partner.missing-key", "send.url", "The channel is HTTP but there is no address.", fix)
    elif parts.scheme not in ("http", "https") or not parts.hostname or not port_fits:
        sheet.find(_BAD, "send.url", "This is no address for HTTP.", fix, url)
    elif "@" in parts.netloc or parts.fragment:
        sheet.find(
            _BAD,
            "send.url",
            "The address holds a name or password, or a '#'.",
            f"Leave them out. {fix}",
            parts.hostname,
        )


def _check_folder(folder: str, key: str, sheet: Sheet) -> None:
    steps = folder.split("/")
    if folder and (
        folder.startswith("/") or "\\" in folder or "\0" in folder or any(step in ("", ".", "..") for step in steps)
    ):
        sheet.find(
            _BAD, key, "The folder leads out of the data folder.", "Write a path inside it, e.g. 'acme/out'.", folder
        )


def _check_access(access: Access, key: str, sheet: Sheet) -> None:
    for kept in access.key_sha256:
        if not _HASH.fullmatch(kept):
            fix = "Write the hash, 64 digits of 0-9a-f, never the key itself; 'tradelane partner new' prints both."
            sheet.find(_BAD, key, "This is not the SHA-256 of a key.", fix)


def _check_policy(policy: Policy, sheet: Sheet) -> None:
    for name, value in asdict(policy).items():
        if isinstance(value, bool | str):
            continue
        most = 8_784 if name.endswith("_hours") else 3_660 if name.endswith("_days") else 1_000_000
        _check_range(f"policy.{name}", value, 0, most, sheet)


def _check_company(company: Company, sheet: Sheet) -> None:
    _check_identity(company.x12, "company.x12", sheet)
    if not company.x12.id:
        sheet.find(
            "partner.missing-key",
            "company.x12.id",
            "Our own X12 id is missing.",
            "Write the ISA id partners know us by.",
        )
    _check_parties(company.parties, "company.parties", sheet)


def _check_server(server: Server, sheet: Sheet) -> None:
    _check_range("server.port", server.port, 1, 65_535, sheet)
    _check_range("server.body_bytes_max", server.body_bytes_max, 1_024, 1024 * 1024 * 1024, sheet)
    if not server.host:
        sheet.find(
            _BAD,
            "server.host",
            "There is no address to listen on.",
            "Write '127.0.0.1', or '0.0.0.0' for every network.",
        )


def _check_range(key: str, value: float | Decimal, least: int, most: int, sheet: Sheet) -> None:
    if not least <= value <= most:
        sheet.find(
            _BAD, key, f"{value} is not between {least} and {most}.", f"Write a number from {least} to {most}.", value
        )
