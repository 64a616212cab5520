"""The command line: one file per group of commands, each readable on a terminal and, with ``--json``, by machines."""

import sys

from cyclopts import App, CycloptsError, Group, Parameter

from tradelane.cli.say import Trouble, fail
from tradelane.model.finding import Unreadable
from tradelane.store.port import StoreRefused, StoreUnavailable

app = App(
    name="tradelane",
    help="Keep a distributor's ERP, suppliers and warehouses in step, and show what is late, short or at risk.",
    version_flags=["--version"],
    default_parameter=Parameter(negative="", show_default=False),
)
FILES, RUN, LOOK, WORK_ON = (
    Group.create_ordered(name) for name in ("Files, without a server", "Run it", "Look", "Set up and measure")
)
# Each is imported when it is asked for: looking at a file must not wait for the server to be loaded.
for where, group, says in (
    ("demo:demo", RUN, "See it: orders living their lives between an ERP, suppliers and a warehouse."),
    ("run:up", RUN, "Start everything: a database (unless yours is named), the address, the work."),
    ("run:serve", RUN, "Start only what takes in and shows, for several machines."),
    ("run:work", RUN, "Start only the work, as often as you like."),
    ("look:inspect", FILES, "What is in a file, what is wrong with it, what it means."),
    ("look:validate", FILES, "Everything that is wrong with a file, for people and for scripts."),
    ("translate:translate", FILES, "The documents in a file, written in another syntax."),
    ("explain:explain", FILES, "Where a value comes from: its bytes, the rule and the map that read them."),
    ("compare:diff", FILES, "What two files mean differently, in words."),
    ("sample:sample", FILES, "A valid file made from a map."),
    ("maps:app", FILES, "List maps, read one, start one, test one, write its guide."),
    ("trace:trace", LOOK, "The whole story of an order, a document or a transmission, by its number."),
    ("replay:replay", LOOK, "Read what came again with today's maps and settings; shown first, done with --do."),
    ("cases:app", LOOK, "What needs a person, most urgent first."),
    ("partner:app", WORK_ON, "Make, check and list partners."),
    ("user:app", WORK_ON, "People who work here: add one, list them, shut one out."),
    ("audit:audit", LOOK, "Who did what, when and why."),
    ("database:app", WORK_ON, "Make the database, bring it up to date, ask how it is."),
    ("bench:bench", WORK_ON, "Measure it on this machine."),
):
    module, _, function = where.partition(":")
    name = {"database": "db"}.get(module, module) if function == "app" else function
    app.command(f"tradelane.cli.{where}", name=name, group=group, help=says)


def main() -> None:
    """Run one command; trouble is said in a sentence, never as a stack trace."""
    try:
        app(exit_on_error=True, print_error=True)
    except (Trouble, CycloptsError, StoreRefused) as trouble:
        sys.exit(fail(str(trouble)))
    except Unreadable as unreadable:
        sys.exit(fail("\n".join(str(finding) for finding in unreadable.findings)))
    except StoreUnavailable as why:
        sys.exit(fail(f"The database does not answer: {why}. Check TRADELANE_DATABASE_URL, or leave it out."))
    except KeyboardInterrupt:
        sys.exit(130)
