"""Start it: everything in one process, or doors and work apart, as many as you like."""

import asyncio
import signal
from collections.abc import Awaitable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tradelane.api.app import build
from tradelane.api.serve import server
from tradelane.app import Running, start
from tradelane.cli.home import home, prepare, settings
from tradelane.cli.say import out

Home = Annotated[Path | None, Parameter(name="--home", help="The installation's folder.")]
FOLDER_SECONDS = 0.5


def up(*, home_: Home = None, port: int = 0, parallel: int = 1) -> None:
    """Start everything in this one process: database (unless yours is named), doors, work.

    Parameters
    ----------
    port
        Where to listen, instead of what the settings say.
    parallel
        How many processing loops run side by side.

    """
    asyncio.run(_up(home(home_), port, parallel, doors=True, work=True))


def serve(*, home_: Home = None, port: int = 0) -> None:
    """Start the doors only: they take in and show; somebody else does the work."""
    asyncio.run(_up(home(home_), port, 0, doors=True, work=False))


def work(*, home_: Home = None, parallel: int = 1) -> None:
    """Start the work only, on this machine; as many of these as you like, on as many machines."""
    asyncio.run(_up(home(home_), 0, parallel, doors=False, work=True))


async def _up(root: Path, port: int, lanes: int, *, doors: bool, work: bool) -> None:
    prepare(root)
    settings(root)
    running = await start(root)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    try:
        await run(running, stop, port=port, lanes=lanes, doors=doors, work=work)
    finally:
        await running.close()


async def run(running: Running, stop: asyncio.Event, *, port: int, lanes: int, doors: bool, work: bool) -> None:
    """Run doors and work until *stop*, then let what is under way end."""
    app, jobs, door = running.app, [], None
    address = app.registry.settings.server
    if work:
        worker = app.make_worker(lanes=lanes)
        jobs.append(asyncio.ensure_future(worker.run()))
        jobs.append(asyncio.ensure_future(app.make_pickup().run(stop, FOLDER_SECONDS)))
    if doors:
        door = server(build(app), address.host, port or address.port)
        jobs.append(asyncio.ensure_future(_served(door.serve())))
        out.print(f"[green]✓[/] Listening on [bold]http://{address.host}:{port or address.port}[/]")
    out.print("Ctrl-C stops it cleanly.")
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait([stopping, *jobs], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    if work and app.worker is not None:
        app.worker.stop()
    if door is not None:
        door.stop()
    await asyncio.gather(stopping, *jobs)


async def _served(serving: Awaitable[None]) -> None:
    await serving
