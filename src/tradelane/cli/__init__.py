"""The command line: one file per group of commands, each readable on a terminal and, with ``--json``, by machines."""

import sys

from cyclopts import App, CycloptsError

from tradelane.cli import bench, cases, database, demo, look, partner, run, trace
from tradelane.cli.say import Trouble, fail
from tradelane.model.finding import Unreadable
from tradelane.runtime import logs
from tradelane.store.embedded import EmbeddedRefused
from tradelane.store.migrate import StoreRefused
from tradelane.store.port import StoreUnavailable

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
    except (Trouble, CycloptsError, EmbeddedRefused, StoreRefused) as trouble:
        sys.exit(fail(str(trouble)))
    except Unreadable as unreadable:
        sys.exit(fail("\n".join(str(finding) for finding in unreadable.findings)))
    except StoreUnavailable as why:
        sys.exit(fail(f"The database does not answer: {why}. Check TRADELANE_DATABASE_URL, or leave it out."))
    except KeyboardInterrupt:
        sys.exit(130)
