"""The demo: orders living their lives between an ERP, suppliers and a warehouse that send real documents."""

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tradelane.app import Running, compose, start
from tradelane.cli.demo_screen import Screen
from tradelane.cli.home import home
from tradelane.cli.options import Json
from tradelane.cli.port import check_port
from tradelane.cli.say import Trouble, as_json, err, out
from tradelane.cli.summary import render, summarise
from tradelane.runtime import logs
from tradelane.testing.clock import ScaledClock, VirtualClock
from tradelane.testing.drive import Drive
from tradelane.testing.facts import gather, read_journal
from tradelane.testing.people import People
from tradelane.testing.rehearsal import Rehearsal
from tradelane.testing.twins.config_folder import write_config
from tradelane.testing.twins.judge import judge
from tradelane.testing.twins.network import Network

HISTORY_DAYS = 90
HISTORY_ORDERS = 150
LIFE_DAYS = 75
LIVE_SPEED = 900
LIVE_ORDERS_PER_DAY = 12
LIVE_DAYS = 60
Home = Annotated[Path | None, Parameter(name="--home", help="Where the demo keeps its data; else .tradelane/demo.")]


def demo(
    *,
    orders: int = 0,
    exit: bool = False,
    seed: int = 7,
    port: int = 8080,
    home_: Home = None,
    json: Json = False,
) -> None:
    """Watch orders live their lives; with --orders N --exit run N of them to their end and say what became of them.

    Parameters
    ----------
    orders
        How many orders to run.
    exit
        Run them to their end on a fast clock, print a summary, and fail when a law is broken.
    seed
        The same seed tells the same story.
    port
        Where the API listens; 8080 unless you say otherwise.
    """
    # Practice orders must never get into the database of an installation: the demo always brings its own.
    os.environ.pop("TRADELANE_DATABASE_URL", None)
    root = home(home_) / "demo" if home_ is None else home(home_)
    root.mkdir(parents=True, exist_ok=True)
    with (root / "demo.log").open("a") as log:
        logs.configure(log)
        if exit or orders:
            asyncio.run(_to_the_end(root / "run", orders or 50, seed, json))
        else:
            check_port("127.0.0.1", port)
            asyncio.run(_live(root / "live", seed, port))


# --- N orders to their end


async def _to_the_end(root: Path, orders: int, seed: int, json: bool) -> None:
    began = time.monotonic()
    shutil.rmtree(root, ignore_errors=True)
    clock = VirtualClock(_monday())
    network = Network(seed, orders=orders, days=5)
    rehearsal = Rehearsal(root, network, clock)
    try:
        out.print("Starting a database, the backbone, an ERP, four suppliers and a warehouse ...")
        running = await rehearsal.open()
        network.begin(clock.now())
        await rehearsal.go()
        end = clock.now() + timedelta(days=LIFE_DAYS)
        with _progress() as bar:
            await rehearsal.run(end, _shown(bar, f"{orders} orders", clock.now(), end))
        broken = judge(network, await gather(running.app.store))
        summary = summarise(await read_journal(running.app.store), broken, time.monotonic() - began)
    finally:
        await rehearsal.close()
    if json:
        as_json(summary)
    else:
        out.print(render(summary))
    if not summary.holds:
        raise Trouble(f"{len(summary.unexplained) + len(summary.broken)} laws are broken (seed {seed}).")


def _monday() -> datetime:
    """Return last Monday at eight: the story does not depend on the weekday it is told on."""
    today = datetime.now(timezone.utc).replace(hour=8, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday())


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[on]}"), TimeElapsedColumn())
    return Progress(*columns, console=err, transient=True)


def _shown(bar: Progress, what: str, start_at: datetime, end: datetime) -> Callable[[datetime], None]:
    task = bar.add_task(what, total=(end - start_at).total_seconds(), on="")

    def show(now: datetime) -> None:
        bar.update(task, completed=(now - start_at).total_seconds(), on=f"{now:%d %b %H:%M}")

    return show


# --- live


async def _live(root: Path, seed: int, port: int) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    now = await _history(root, seed, stop)
    if stop.is_set():
        return
    begins = _opening(max(now, datetime.now(timezone.utc)))
    clock = ScaledClock(begins, LIVE_SPEED)
    network = live_network(seed, begins)
    rehearsal = Rehearsal(root, network, clock, port)
    try:
        running = await rehearsal.open()
        network.begin(clock.now())
        await rehearsal.go()
        await _watch(running, rehearsal, stop)
    finally:
        out.print("Stopping ...")
        await rehearsal.close()
    out.print("[green]✓[/] Stopped. [bold]make demo[/] goes on from here; nothing is lost.")


def history_network(seed: int) -> Network:
    """Return the network of the ninety days before."""
    return Network(seed, orders=HISTORY_ORDERS, days=HISTORY_DAYS, prefix="44")


def live_network(seed: int, begins: datetime) -> Network:
    """Return the network that trades from *begins* on; it counts by the minute, so no start uses another's numbers."""
    minute = int(begins.timestamp()) // 60
    orders = LIVE_ORDERS_PER_DAY * LIVE_DAYS
    return Network(seed, orders=orders, days=LIVE_DAYS, prefix=f"{begins:%y%j%H%M}", first=minute)


def _opening(now: datetime) -> datetime:
    """Return *now* if people buy then, else the next weekday morning: nobody wants to watch a weekend."""
    morning = now.replace(hour=7, minute=45, second=0, microsecond=0)
    if now.weekday() < 5 and now.hour < 16:
        return max(now, morning)
    later = morning + timedelta(days=1)
    while later.weekday() >= 5:
        later += timedelta(days=1)
    return later


async def _history(root: Path, seed: int, stop: asyncio.Event) -> datetime:
    """Make ninety days of history through the real pipeline, unless it is there; return the last instant anything
    happened.
    """
    network = history_network(seed)
    if not (root / "tradelane.toml").exists():
        write_config(network, root, {name: f"http://127.0.0.1:9/{name}" for name in network.members})
    out.print("Starting the database ...")
    running = await start(root)
    try:
        last = await _last(running)
        if last is not None:
            out.print(f"[green]✓[/] Found what was here before, up to {last:%d %b %Y %H:%M}.")
            return last
        now = datetime.now(timezone.utc)
        clock = VirtualClock(now - timedelta(days=HISTORY_DAYS))
        app = compose(running.app.store, running.app.registry, root, clock=clock)
        drive = Drive(app, network, clock, window=timedelta(hours=4), people=People(app, seed))
        await drive.begin()
        with _progress() as bar:
            show = _shown(bar, f"Making {HISTORY_DAYS} days of history", clock.now(), now)
            await drive.run(now, lambda at: _go_on(show, at, stop))
        assert drive.worker is not None
        await app.store.release(drive.worker.name)
        out.print(f"[green]✓[/] {HISTORY_DAYS} days of history: {drive.transmissions} files came in.")
        return now
    except _Stopped:
        return datetime.now(timezone.utc)
    finally:
        await running.close()


class _Stopped(Exception):
    pass


def _go_on(show: Callable[[datetime], None], at: datetime, stop: asyncio.Event) -> None:
    show(at)
    if stop.is_set():
        raise _Stopped


async def _last(running: Running) -> datetime | None:
    places = {part: max(0, end - 1) for part, end in (await running.app.store.ends()).items()}
    rows = await running.app.store.journal(places, 1) if places else []
    return max((row.at for row in rows), default=None)


async def _watch(running: Running, rehearsal: Rehearsal, stop: asyncio.Event) -> None:
    screen = Screen(running.app, rehearsal.clock, rehearsal.url)
    if not sys.stdout.isatty():
        out.print(screen.invitation())
        while not stop.is_set():
            out.print(await screen.line())
            await _wait(stop, 5)
        return
    with Live(await screen.draw(), console=out, refresh_per_second=4, screen=False) as live:
        while not stop.is_set():
            live.update(await screen.draw())
            await _wait(stop, 0.5)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
