"""When the settings of the company's own sign-in make sense. Findings only; nothing is asked or read here."""

import re
from urllib.parse import SplitResult, urlsplit

from tradelane.model.loopback import is_loopback
from tradelane.partners.profile import OpenIdConnect
from tradelane.partners.reading import Sheet

_BAD, _MISSING = "partner.bad-value", "partner.missing-key"
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_VISIBLE = re.compile(r"[\x21-\x7e]{1,300}")
_SCOPES = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*")
_CLAIM = re.compile(r"[\x21-\x7e]{1,200}")
TITLE_LENGTH_MAX = 40


def check_openid(said: OpenIdConnect, sheet: Sheet) -> None:
    """Note what is wrong with the settings of the company's sign-in, and what they lack."""
    if said == OpenIdConnect():
        return
    needed = {
        "issuer": (said.issuer, "Write the issuer, e.g. 'https://login.example.com/realms/main'."),
        "client_id": (said.client_id, "Register Tradelane there, and write the client id it gave."),
        "address": (said.address, "Write how browsers reach Tradelane, e.g. 'https://tradelane.example.com'."),
    }
    for key, (value, fix) in needed.items():
        if not value:
            sheet.find(_MISSING, f"openid_connect.{key}", "People cannot be signed in by the company without it.", fix)
    _check_address(said.issuer, "issuer", sheet, "Copy it from what the provider says of itself, as it stands there.")
    _check_address(said.address, "address", sheet, "Write scheme and name alone, 'https://tradelane.example.com'.")
    at = parts_of(said.address)
    if at.netloc and at.path.strip("/"):
        fix = "Tradelane stands at the top of its own name: leave the path out."
        sheet.find(_BAD, "openid_connect.address", "The address has a path.", fix, said.address)
    _check_words(said, sheet)


def _check_words(said: OpenIdConnect, sheet: Sheet) -> None:
    if said.client_id and not _VISIBLE.fullmatch(said.client_id):
        fix = "Copy it from the provider, without white space."
        sheet.find(_BAD, "openid_connect.client_id", "This is no client id.", fix, said.client_id)
    if said.client_secret and not _FILE.fullmatch(said.client_secret):
        fix = "Put the secret into a file in secrets/ and write the file's name, never the secret itself."
        sheet.find(_BAD, "openid_connect.client_secret", "This is no name of a file in secrets/.", fix)
    if not _SCOPES.fullmatch(said.scopes) or "openid" not in said.scopes.split(" "):
        fix = "Write them with single blanks between, 'openid' among them: 'openid profile email'."
        sheet.find(_BAD, "openid_connect.scopes", "These are no scopes to sign in with.", fix, said.scopes)
    for key, claim in (("name_claim", said.name_claim), ("roles_claim", said.roles_claim)):
        if not _CLAIM.fullmatch(claim):
            fix = "Write the claim's name, e.g. 'email', 'preferred_username', 'groups'."
            sheet.find(_BAD, f"openid_connect.{key}", "This is no name of a claim.", fix, claim)
    if len(said.title) > TITLE_LENGTH_MAX or not said.title.isprintable():
        fix = f"Write what people call it, at most {TITLE_LENGTH_MAX} characters: 'Contoso'."
        sheet.find(_BAD, "openid_connect.title", "This does not fit on a button.", fix, said.title)
    if "" in said.roles:
        fix = "Write the value of the claim, then the role: buyers = 'procurement'."
        sheet.find(_BAD, "openid_connect.roles", "A role is for nothing said in the claim.", fix)
    if not 1 <= said.timeout_seconds <= 60:
        fix = "Write a number from 1 to 60."
        sheet.find(_BAD, "openid_connect.timeout_seconds", "This number does not fit.", fix, said.timeout_seconds)


def _check_address(url: str, key: str, sheet: Sheet, fix: str) -> None:
    if not url:
        return
    parts, dotted = parts_of(url), f"openid_connect.{key}"
    if parts.scheme not in ("http", "https") or not parts.hostname or not _VISIBLE.fullmatch(url):
        sheet.find(_BAD, dotted, "This is no address for HTTP.", fix, url)
    elif "@" in parts.netloc or "?" in url or "#" in url:
        sheet.find(_BAD, dotted, "The address holds a name or password, a '?' or a '#'.", fix, parts.hostname)
    elif parts.scheme == "http" and not is_loopback(parts.hostname):
        fix = "Write https; plain http is for this machine alone."
        sheet.find(_BAD, dotted, "Others could read along and sign in as somebody else.", fix, url)


def parts_of(url: str) -> SplitResult:
    """Return the parts of an address; none of what is no address."""
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else urlsplit("")
    except ValueError:
        return urlsplit("")
