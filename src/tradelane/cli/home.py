"""The folder an installation lives in: its settings, its partners, its data."""

import os
from pathlib import Path

from tradelane.cli.say import Trouble, out
from tradelane.model.finding import Unreadable
from tradelane.partners import create, folder
from tradelane.partners.profile import Registry

DEFAULT = Path(".tradelane")


def home(given: Path | None) -> Path:
    """Return the installation's folder: as given, by TRADELANE_HOME, or ``.tradelane`` here."""
    return (given or Path(os.environ.get("TRADELANE_HOME", DEFAULT))).resolve()


def prepare(root: Path) -> None:
    """Make a new installation's folder with its operator key, unless it stands."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        created = create.init(root)
    except OSError as error:
        raise Trouble(f"{root} cannot be written: {error.strerror}. Choose another folder with --home.") from None
    if created is not None:
        out.print(f"New installation in [bold]{root}[/].")
        out.print(f"Operator key, shown this once: [bold]{created.key}[/]")


def settings(root: Path) -> Registry:
    """Read the folder; every mistake in it is said at once."""
    try:
        return folder.load(root)
    except Unreadable as unreadable:
        lines = "\n".join(f"  {finding}" for finding in unreadable.findings)
        raise Trouble(f"The settings in {root} cannot be used:\n{lines}") from None
