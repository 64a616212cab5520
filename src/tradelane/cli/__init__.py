"""The command line: one file per group of commands, each readable on a terminal and, with ``--json``, by machines."""

import sys

from cyclopts import App, CycloptsError

from tradelane.cli import bench, cases, database, demo, look, partner, run, trace
from tradelane.cli.say import Trouble, fail
from tradelane.runtime import logs

app = App(
    name="tradelane",
    help="Keep a distributor's ERP, suppliers and warehouses in step, and show what is late, short or at risk.",
    version_flags=["--version"],
)
app.command(run.up)
app.command(run.serve)
app.command(run.work)
app.command(demo.demo)
app.command(look.inspect)
app.command(look.translate)
app.command(trace.trace)
app.command(cases.app)
app.command(partner.app)
app.command(database.app)
app.command(bench.bench)


def main() -> None:
    """Run one command; trouble is said in a sentence, never as a stack trace."""
    logs.configure()
    try:
        app(exit_on_error=True, print_error=True)
    except Trouble as trouble:
        sys.exit(fail(str(trouble)))
    except CycloptsError as error:
        sys.exit(fail(str(error)))
    except KeyboardInterrupt:
        sys.exit(130)
