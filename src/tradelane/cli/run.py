"""Start it: everything in one process, or doors and work apart, as many as you like."""

import asyncio
import signal
from collections.abc import Awaitable
from pathlib import Path

import uvloop

from tradelane.api.app import build
from tradelane.api.serve import answering, server
from tradelane.app import Running, settle_memory, start
from tradelane.cli.home import home, prepare, settings
from tradelane.cli.options import Home, Parallel, Port
from tradelane.cli.port import check_port
from tradelane.cli.reachable import check_database
from tradelane.cli.say import out
from tradelane.runtime import logs

FOLDER_SECONDS = 0.5
LISTENING_SECONDS = 10


def up(*, home_: Home = None, port: Port = 0, parallel: Parallel = 1) -> None:
    """Start everything in this one process: database (unless yours is named), doors, work."""
    uvloop.run(_up(home(home_), port, parallel, doors=True, work=True))


def serve(*, home_: Home = None, port: Port = 0) -> None:
    """Start the doors only: they take in and show; `tradelane work` does the work."""
    uvloop.run(_up(home(home_), port, 0, doors=True, work=False))


def work(*, home_: Home = None, parallel: Parallel = 1) -> None:
    """Start the work only, on this machine; as many of these as you like, on as many machines."""
    uvloop.run(_up(home(home_), 0, parallel, doors=False, work=True))


async def _up(root: Path, port: int, lanes: int, *, doors: bool, work: bool) -> None:
    logs.configure()
    prepare(root)
    address = settings(root).settings.server
    if doors:
        check_port(address.host, port or address.port)
    await check_database()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    running = await start(root, works=work)
    settle_memory()
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
        pickups = [app.make_pickup(), *app.make_sftp_pickups()]
        jobs += [asyncio.ensure_future(pickup.run(stop, FOLDER_SECONDS)) for pickup in pickups]
    if doors:
        door = server(build(app), address.host, port or address.port)
        jobs.append(asyncio.ensure_future(_served(door.serve())))
        if await answering(address.host, port or address.port, LISTENING_SECONDS):
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
