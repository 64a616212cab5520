"""When settings of an SFTP server make sense. Findings only; nothing is dialled or read here."""

import re

from tradelane.partners.profile import Profile
from tradelane.partners.reading import Sheet

_BAD, _MISSING = "partner.bad-value", "partner.missing-key"
_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}")
_KEY = re.compile(r"(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521)) [A-Za-z0-9+/]{20,}={0,3}")
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")


def check_sftp(profile: Profile, sheet: Sheet) -> None:
    """Note what is wrong with a partner's SFTP settings, and what they lack."""
    sftp, drops = profile.sftp, profile.send.channel == "sftp"
    if not drops and not sftp.host and not sftp.pick_up:
        return
    needed = {
        "host": (sftp.host, "Name the machine, e.g. 'sftp.acme.example'."),
        "user": (sftp.user, "Name the user by whom we come."),
        "host_key": (sftp.host_key, "Ask the partner for its server's public key: 'ssh-ed25519 AAAA...'."),
        "key": (sftp.key or sftp.password, "Put our private key, or the password, into secrets/ and name the file."),
        "drop": (sftp.drop or not drops, "Name the folder on its server in which we lay documents down."),
    }
    for key, (said, fix) in needed.items():
        if not said:
            sheet.find(_MISSING, f"sftp.{key}", "We cannot use the partner's SFTP server without it.", fix)
    if sftp.host and not _HOST.fullmatch(sftp.host):
        sheet.find(_BAD, "sftp.host", "This is no name of a machine.", "Write the name alone, no address.", sftp.host)
    if sftp.host_key and not _KEY.fullmatch(sftp.host_key.strip()):
        fix = "Write its kind and the key itself, as in a file ending in .pub: 'ssh-ed25519 AAAA...'."
        sheet.find(_BAD, "sftp.host_key", "This is no public key of a server.", fix, sftp.host_key)
    for key, name in (("key", sftp.key), ("password", sftp.password)):
        if name and not _FILE.fullmatch(name):
            fix = "Write the file's name alone, never the secret itself."
            sheet.find(_BAD, f"sftp.{key}", "This is no name of a file in secrets/.", fix)
    _check_folders(profile, sheet)
    _check_numbers(profile, sheet)


def _check_folders(profile: Profile, sheet: Sheet) -> None:
    sftp = profile.sftp
    for key, folder in (("drop", sftp.drop), ("pick_up", sftp.pick_up)):
        if "\0" in folder or "\\" in folder or ".." in folder.split("/"):
            fix = "Write its path as the server shows it, e.g. '/outbound' or 'outbound'."
            sheet.find(_BAD, f"sftp.{key}", "This is no path of a folder on the server.", fix, folder)
    if sftp.pick_up and sftp.pick_up.strip("/") == sftp.drop.strip("/"):
        says = "What we lay down would come back as received."
        sheet.find(_BAD, "sftp.pick_up", says, "Use two folders, e.g. 'outbound' and 'inbound'.")


def _check_numbers(profile: Profile, sheet: Sheet) -> None:
    sftp = profile.sftp
    ranges = {
        "port": (sftp.port, 1, 65_535),
        "settle_seconds": (sftp.settle_seconds, 0, 86_400),
        "poll_seconds": (sftp.poll_seconds, 1, 86_400),
        "timeout_seconds": (sftp.timeout_seconds, 1, 300),
    }
    for key, (value, least, most) in ranges.items():
        if not least <= value <= most:
            fix = f"Write a number from {least} to {most}."
            sheet.find(_BAD, f"sftp.{key}", "This number does not fit.", fix, str(value))
