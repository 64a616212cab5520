"""``python -m tradelane`` is the command line."""

from tradelane.cli import main

main()
