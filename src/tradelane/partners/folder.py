"""Read the configuration: ``tradelane.toml``, ``items.csv``, and a folder per partner.

It is all right, or all that is wrong is said.
"""

from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from tradelane.model.finding import Finding, Unreadable
from tradelane.model.item import NOTHING_KNOWN, Items
from tradelane.partners import items as item_file
from tradelane.partners.profile import Profile, Registry, Settings
from tradelane.partners.reading import FILE_BYTES_MAX, Sheet, convert, parsed, read_bytes
from tradelane.partners.rules import NAME, NAME_RULE, check_profile, check_settings, check_together
from tradelane.partners.templates import PREFIX, TEMPLATES, merged, settings_of

SETTINGS_FILE = "tradelane.toml"
PROFILE_FILE = "profile.toml"
VERSION_DIGITS = 16
PARTNERS_MAX = 100_000


class _Reader:
    """One reading of one folder: collects findings, and everything read, for the version."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.findings: list[Finding] = []
        self.read: list[tuple[str, bytes]] = []
        self.overlays: dict[str, dict[str, str]] = {}

    def file(self, path: Path, sheet: Sheet, bytes_max: int = FILE_BYTES_MAX) -> bytes:
        """Return a file's bytes and remember them."""
        body = read_bytes(path, sheet, bytes_max)
        self.read.append((path.relative_to(self.root).as_posix(), body))
        return body

    def version(self) -> str:
        """Return the fingerprint of everything read."""
        digest = sha256()
        for name, body in sorted(self.read):
            digest.update(f"{len(name)}:{name}:{len(body)}:".encode("utf-8", "surrogateescape") + body)
        return digest.hexdigest()[:VERSION_DIGITS]


def load(root: Path) -> Registry:
    """Return what the folder says. Raises `Unreadable` with every finding, each naming file and key and what to do."""
    reader = _Reader(root)
    settings, items = _settings(reader), _items(reader)
    sheets: list[Sheet] = []
    profiles: list[tuple[Profile, Sheet]] = []
    for folder in _partner_folders(reader):
        sheet = Sheet(f"partners/{folder.name}/{PROFILE_FILE}")
        sheets.append(sheet)
        profile = _profile(folder, reader, sheet)
        if profile is not None:
            profiles.append((profile, sheet))
    check_together(settings, profiles)
    findings = [*reader.findings, *(finding for sheet in sheets for finding in sheet.findings)]
    if findings:
        raise Unreadable(*findings)
    partners = {profile.name: profile for profile, _ in profiles}
    return Registry(
        root=root,
        settings=settings,
        partners=partners,
        version=reader.version(),
        overlays=reader.overlays,
        items=items,
    )


def _settings(reader: _Reader) -> Settings:
    sheet = Sheet(SETTINGS_FILE)
    path = reader.root / SETTINGS_FILE
    settings = Settings()
    if not path.is_file():
        fix = f"Is this the right folder? An empty {SETTINGS_FILE} is enough to begin with."
        sheet.find("settings.missing", "", f"There is no {SETTINGS_FILE} in {reader.root}.", fix)
    else:
        settings = convert(Settings, parsed(reader.file(path, sheet), sheet), sheet) or settings
        check_settings(settings, sheet)
    reader.findings += sheet.findings
    return settings


def _items(reader: _Reader) -> Items:
    path, sheet = reader.root / item_file.FILE, Sheet(item_file.FILE)
    if not path.exists():
        return NOTHING_KNOWN
    body = reader.file(path, sheet, item_file.BYTES_MAX)
    items = NOTHING_KNOWN if sheet.findings else item_file.read_items(body, sheet)
    reader.findings += sheet.findings
    return items


def _partner_folders(reader: _Reader) -> list[Path]:
    sheet = Sheet("partners")
    found: list[Path] = []
    try:
        entries = sorted((reader.root / "partners").iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        sheet.find(
            "partner.unreadable-file",
            "",
            f"The folder cannot be read ({error.strerror}).",
            "Check that it is ours to read.",
        )
        entries = []
    for entry in entries:
        if entry.name.startswith(".") or not entry.is_dir():
            continue
        if NAME.fullmatch(entry.name):
            found.append(entry)
        else:
            sheet.find(
                "partner.bad-name",
                entry.name,
                "This is no name for a partner.",
                f"Rename the folder. {NAME_RULE}",
                entry.name,
            )
    if len(found) > PARTNERS_MAX:
        sheet.find("partner.too-many", "", f"There are more than {PARTNERS_MAX} partners.", "Split the installation.")
    reader.findings += sheet.findings
    return found


def _profile(folder: Path, reader: _Reader, sheet: Sheet) -> Profile | None:
    path = folder / PROFILE_FILE
    if not path.is_file():
        sheet.find(
            "partner.no-profile",
            "",
            "The partner's folder holds no profile.toml.",
            "Write one (tradelane partner new), or take the folder away.",
        )
        return None
    table = parsed(reader.file(path, sheet), sheet)
    if not table and sheet.findings:
        return None
    table = _on_template(table, reader, sheet)
    _place(table, folder, sheet)
    profile = convert(Profile, table, sheet)
    if profile is None:
        # Its role will not do, which is said; the rest is looked at all the same, so that everything is said at once.
        rest = convert(Profile, table | {"role": "supplier"}, Sheet(sheet.name))
        check_profile(rest, sheet)
        return None
    check_profile(profile, sheet)
    reader.overlays[profile.name] = _overlays(profile, folder, reader, sheet)
    return profile


def _on_template(table: dict[str, Any], reader: _Reader, sheet: Sheet) -> dict[str, Any]:
    extends = table.get("extends", "")
    if not isinstance(extends, str) or not extends:
        return table
    name = extends.removeprefix(PREFIX)
    if name not in TEMPLATES or not extends.startswith(PREFIX):
        known = ", ".join(f'"{PREFIX}{known}"' for known in TEMPLATES)
        sheet.find(
            "partner.unknown-template",
            "extends",
            f"There is no template {extends!r}.",
            f"Write one of {known}.",
            extends,
        )
        return table
    below, body = settings_of(name)
    reader.read.append((f"{extends} for {sheet.name}", body))
    return merged(below, table)


def _place(table: dict[str, Any], folder: Path, sheet: Sheet) -> None:
    """Name the profile after its folder: a partner is called what its folder is called."""
    if table.get("name", folder.name) != folder.name:
        fix = f"Take the key out, or rename the folder; now it is {folder.name!r}."
        sheet.find("partner.bad-name", "name", "The name is not the folder's.", fix, table["name"])
    if "folder" in table:
        sheet.find(
            "partner.unknown-key",
            "folder",
            "The key 'folder' is not known here.",
            "Did you mean 'send.folder' or 'receive.folder'?",
        )
    table["name"], table["folder"] = folder.name, str(folder)


def _overlays(profile: Profile, folder: Path, reader: _Reader, sheet: Sheet) -> dict[str, str]:
    texts: dict[str, str] = {}
    for key, relative in profile.maps.items():
        steps = PurePosixPath(relative).parts
        if not steps or relative.startswith("/") or ".." in steps or not relative.endswith(".toml"):
            sheet.find(
                "partner.bad-value",
                f"maps.{key}",
                "This is no map file of the partner's folder.",
                'Write e.g. "maps/855.toml".',
                relative,
            )
            continue
        if not (folder / relative).is_file():
            fix = f"Write partners/{profile.name}/{relative}, or take the line out to use the shipped map."
            sheet.find("partner.missing-map", f"maps.{key}", f"There is no file {relative}.", fix, relative)
            continue
        own = Sheet(f"partners/{profile.name}/{relative}")
        body = reader.file(folder / relative, own)
        parsed(body, own)
        sheet.findings += own.findings
        texts[key] = body.decode("utf-8", "replace")
    return texts
