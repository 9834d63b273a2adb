"""Measure how nights are held when many want them, on SQLite and on PostgreSQL.

Crowds of clients ask for one hot stay, where one of them can win and all others are refused, and
for many stays, where everybody wins. Every round is checked: a night has one winner, and losers
hold nothing. Trust ratios within one run; a clock's times are shown for orientation only.
"""

import argparse
import logging
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from statistics import median

import psycopg
from flask import Flask
from tqdm import tqdm

from app import create_app
from app.core import valkey
from app.core.db import close
from config import load
from scripts.bench import booking_data, booking_sql
from scripts.bench.booking_crowd import Rush, rushes
from scripts.bench.booking_data import NIGHTS, Scene
from scripts.bench.booking_sql import BareHold, bare_hold
from scripts.bench.kit import databases, servers
from scripts.bench.kit.databases import Database
from scripts.bench.kit.http_client import Client
from scripts.bench.kit.measure import WrongAnswer
from scripts.bench.kit.servers import Server
from scripts.bench.kit.table import format_table

PROFILES = ("sqlite", "postgresql")
CLIENTS = 50
REFUSALS_TARGET = 1_000
UNLIMITED = "1000000000 per minute"
# A guest holds five stays at most, and a crowd needs somebody at each connection.
STAYS_A_GUEST = 5

_HEAD = ["database", "scenario", "won", "refused", "server ms", "database ms", "x constant"]
_HEAD += ["x bare", "intents/s", "p50 ms", "p95 ms", "target"]


def main() -> None:
    """Measure on each profile, print one table."""
    options = _options()
    logging.basicConfig(level="ERROR")
    # Whoever ends us lets us end what we started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    rows = []
    try:
        for profile in PROFILES:
            if profile in options.database:
                rows += _measure_profile(profile, options)
    except (servers.ServerFailed, valkey.ValkeyFailed, WrongAnswer) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    print(_heading(options))
    print(format_table(_HEAD, rows))
    print(
        "\nEvery round had one winner for each night; everybody else was told so with a 409, and"
        " held nothing.\nA `!` marks what misses its target."
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench/booking", description=__doc__)
    parser.add_argument("--database", choices=PROFILES, action="append", help="default both")
    parser.add_argument(
        "--database-url",
        help="PostgreSQL server to make a scratch database on; default TEST_DATABASE_URL, else "
        "the server of the development pins",
    )
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--listings", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument(
        "--requests", type=int, default=20, help="of each client for the hot listing, a round"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes of the server")
    parser.add_argument("--quick", action="store_true", help="few rounds, under a minute")
    options = parser.parse_args()
    options.database = options.database or PROFILES
    if options.quick:
        options.rounds = 3
    if min(options.clients, options.listings, options.rounds, options.requests) < 1:
        parser.error("At least 1 client, listing, round and request are needed.")
    return options


# ── one profile ─────────────────────────────────────────────────────────────────────────────


def _measure_profile(profile: str, options: argparse.Namespace) -> list[list[str]]:
    """Return the rows of the table for one database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nafasi-bench-")))
        database = stack.enter_context(_database(profile, options, folder))
        instance = folder / "instance"
        settings = {
            "INSTANCE_PATH": str(instance),
            "DATABASE_URL": database.url,
            "RATELIMIT_ANON": UNLIMITED,
            "RATELIMIT_USER": UNLIMITED,
            "WEB_WORKERS": str(options.workers),
        }
        app = create_app(load(settings))
        valkey.ensure_running(instance)
        stack.callback(valkey.stop, instance)
        stack.callback(close, app)
        with app.app_context():
            guests = max(options.clients * options.requests, -(-options.listings // STAYS_A_GUEST))
            scene = booking_data.make_scene(options.listings, guests)
        server = stack.enter_context(
            servers.gunicorn("scripts.bench.booking_wsgi:app", settings, folder / "server.log")
        )
        clients = [stack.enter_context(Client(server.port)) for _ in range(options.clients)]
        crowds = rushes(scene, options.clients, options.requests)
        bare = stack.enter_context(bare_hold(database))
        meter = databases.cpu_meter(database)
        for number in tqdm(range(-1, options.rounds), desc=profile, unit=" rounds", disable=None):
            if number == 0:  # the one before it was to warm up
                for rush in crowds:
                    rush.forget()
            _run_round(app, crowds, bare, scene, clients, server, meter, turned=bool(number % 2))
        _check_deadlocks(database)
        return _rows(profile, crowds, bare)


def _run_round(
    app: Flask,
    crowds: Sequence[Rush],
    bare: BareHold,
    scene: Scene,
    clients: Sequence[Client],
    server: Server,
    meter: Callable[[], int],
    *,
    turned: bool,
) -> None:
    """Run each rush once, every second time backwards; all nights are free before each."""
    with app.app_context():
        for rush in reversed(crowds) if turned else crowds:
            rush.run(clients, server, meter)
            booking_data.release_all()
        bare.run(scene, meter)
        booking_data.check_holds(len(scene.stays), len(scene.stays))
        booking_data.release_all()


def _database(
    profile: str, options: argparse.Namespace, folder: Path
) -> AbstractContextManager[Database]:
    if profile == "sqlite":
        return databases.scratch_sqlite(folder, None)
    server = databases.server_of(options.database_url, folder / "postgresql")
    return databases.scratch_postgresql(server, None)


def _check_deadlocks(database: Database) -> None:
    """Check that nobody had to be killed to end a deadlock.

    :raises WrongAnswer: when the server counts one.
    """
    if database.is_sqlite:
        return
    with psycopg.connect(database.driver_url(), autocommit=True) as connection:
        found = connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    if found != (0,):
        raise WrongAnswer(f"The server counts deadlocks: {found}")


# ── the table ───────────────────────────────────────────────────────────────────────────────


def _heading(options: argparse.Namespace) -> str:
    return (
        f"\n{options.clients} clients at once, {NIGHTS} nights an intent, {options.workers}"
        f" server processes; medians of {options.rounds} rounds.\n"
        "`x constant`: CPU of server and database, in that of the same server refusing with a"
        " constant.\n`x bare`: in that of the bare SQL, which one connection runs alone.\n"
    )


def _rows(profile: str, crowds: Sequence[Rush], bare: BareHold) -> list[list[str]]:
    constant, hot, spread = crowds
    compared = {hot.name: median(bare.refusal_ms), spread.name: median(bare.hold_ms)}
    rows = []
    for rush in crowds:
        rate, (p50, p95) = median(rush.rates), rush.latency_ms()
        target = ""
        if rush is hot:
            target = f"{REFUSALS_TARGET:,}{'' if rate >= REFUSALS_TARGET else ' !'}"
        rows.append(
            [
                profile,
                rush.name,
                str(rush.won),
                str(rush.lost),
                f"{median(rush.server_ms):.3f}",
                f"{median(rush.database_ms):.3f}",
                f"{rush.total_ms() / constant.total_ms():.2f}",
                f"{rush.total_ms() / compared[rush.name]:.1f}" if rush.name in compared else "",
                f"{rate:,.0f}",
                f"{p50:.1f}",
                f"{p95:.1f}",
                target,
            ]
        )
    for name, rate, cpu_ms in booking_sql.medians(bare):
        rows.append([profile, name, "", "", "", f"{cpu_ms:.3f}", "", "1.0", f"{rate:,.0f}"])
        rows[-1] += ["", "", ""]
    return rows


if __name__ == "__main__":
    main()
