"""Measure the tenant feed on data of its own, beside the same server answering a constant.

Trust the CPU time a request, and ratios within one run: both survive a busy machine. A clock's
times are shown for orientation only.
"""

import argparse
import logging
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from pathlib import Path

import flask_migrate
import orjson
from flask import Flask
from tqdm import tqdm

from app import create_app
from app.api.tenant.documents import RENDERER
from app.core import valkey
from app.core.db import session
from app.reference import service as reference
from config import ROOT, load
from scripts.bench import feed_data, feed_plans, feed_report, feed_rivals, feed_scenarios
from scripts.bench.feed_data import Owner, WrongRows
from scripts.bench.feed_report import CONSTANT
from scripts.bench.feed_scenarios import Asked
from scripts.bench.kit import databases, servers
from scripts.bench.kit.databases import Database
from scripts.bench.kit.http_client import Client, get
from scripts.bench.kit.measure import Contender, Scenario, WrongAnswer
from scripts.bench.kit.servers import Server

DEFAULT_ROUNDS = 9
DEFAULT_LIMIT_S = 280
RIVALS_LIMIT_S = 240
UNLIMITED = "1000000000 per minute"


def main() -> None:
    """Make the data, start the servers, measure, print one table."""
    options = _options()
    logging.basicConfig(level="ERROR")
    deadline = time.monotonic() + options.time_limit
    # Whoever ends us lets us end what we started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    try:
        with _scratch_folder(options) as folder, _database(options, folder) as database:
            _run(options, folder, database, deadline)
    except (servers.ServerFailed, valkey.ValkeyFailed, WrongAnswer, WrongRows) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Stopped.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench/feed", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument(
        "--database-url",
        help="PostgreSQL server to make a scratch database on; default TEST_DATABASE_URL, else "
        "the server of the development pins",
    )
    parser.add_argument("--owners", type=int, default=200)
    parser.add_argument(
        "--listings", type=int, default=1000, help="an owner; one more owner has 20 times as many"
    )
    parser.add_argument("--rounds", type=int, default=DEFAULT_ROUNDS)
    parser.add_argument("--only", default="", help="scenarios whose name holds this text")
    parser.add_argument("--plans", action="store_true", help="print every query plan")
    parser.add_argument(
        "--rivals",
        action="store_true",
        help="measure Django REST framework and FastAPI beside it, on PostgreSQL",
    )
    parser.add_argument("--quick", action="store_true", help="few data, few rounds, under a minute")
    parser.add_argument("--keep", action="store_true", help="keep the data for the next run")
    parser.add_argument(
        "--time-limit", type=int, metavar="SECONDS", help=f"default {DEFAULT_LIMIT_S}"
    )
    options = parser.parse_args()
    if options.quick:
        options.owners, options.listings, options.rounds = 20, 400, 3
    if options.time_limit is None:
        options.time_limit = DEFAULT_LIMIT_S + (RIVALS_LIMIT_S if options.rivals else 0)
    if options.database_url or options.rivals:
        options.database = "postgresql"
    if options.owners < 1 or options.listings < 100 or options.rounds < 1:
        parser.error("At least 1 owner, 100 listings and 1 round are needed.")
    return options


def _run(options: argparse.Namespace, folder: Path, database: Database, deadline: float) -> None:
    instance = folder / "instance"
    settings = {
        "INSTANCE_PATH": str(instance),
        "DATABASE_URL": database.url,
        "RATELIMIT_ANON": UNLIMITED,
        "RATELIMIT_KEY": UNLIMITED,
        "WEB_WORKERS": "1",
    }
    with ExitStack() as stack:
        app = create_app(load(settings | {"PAGE_CACHE_BYTES": "0"}))
        valkey.ensure_running(instance)
        stack.callback(valkey.stop, instance)
        stack.enter_context(app.app_context())
        stack.callback(_forget_connections, app)
        owners = _owners(options, database)
        keeping, fresh = (
            stack.enter_context(
                servers.gunicorn(
                    "scripts.bench.feed_wsgi:app", settings | more, folder / f"{name}.log"
                )
            )
            for name, more in (("keeping", {}), ("fresh", {"PAGE_CACHE_BYTES": "0"}))
        )
        rivals = {}
        if options.rivals:
            rivals = stack.enter_context(
                feed_rivals.running(database, valkey.url(instance), folder)
            )
        clients = {
            server.port: stack.enter_context(Client(server.port))
            for server in (keeping, fresh, *rivals.values())
        }
        questions = feed_scenarios.questions(owners, clients[keeping.port], clients[fresh.port])
        asked = [each for each in questions if options.only in each.name]
        _forget_connections(app)
        scenarios = [
            _scenario(each, keeping if each.keeps_pages else fresh, rivals, clients)
            for each in tqdm(asked, desc="Warming up", unit="", disable=None)
        ]
        rounds = _measure(scenarios, clients, database, options.rounds, deadline)
        print(feed_report.heading(database, owners, rounds))
        print(feed_report.table(scenarios))
        if rivals:
            print(feed_report.rivals_table(asked, scenarios))
        feed_plans.check(app, database, asked, prints_all=options.plans)


# ── the data ────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _scratch_folder(options: argparse.Namespace) -> Iterator[Path]:
    if options.keep:
        folder = Path(tempfile.gettempdir()) / f"nafasi-bench-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        yield folder
    else:
        with tempfile.TemporaryDirectory(prefix="nafasi-bench-") as name:
            yield Path(name)


@contextmanager
def _database(options: argparse.Namespace, folder: Path) -> Iterator[Database]:
    kept_as = _fingerprint(options) if options.keep else None
    if options.database == "sqlite":
        with databases.scratch_sqlite(folder, kept_as) as database:
            yield database
    else:
        server = databases.server_of(options.database_url, folder / "postgresql")
        with databases.scratch_postgresql(server, kept_as) as database:
            yield database


def _fingerprint(options: argparse.Namespace) -> str:
    """Name the data by all that it depends on, so that kept data is never stale."""
    digest = blake2b(digest_size=6)
    digest.update(f"{options.owners} {options.listings} {RENDERER.format}".encode())
    sources = [*ROOT.glob("migrations/versions/*.py"), *ROOT.glob("app/reference/data/*.json")]
    for path in [Path(feed_data.__file__), *sorted(sources)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _owners(options: argparse.Namespace, database: Database) -> list[Owner]:
    if database.is_new:
        flask_migrate.upgrade()
        reference.load_reference()
    owners = feed_data.add_owners(options.owners, options.listings)
    if database.is_new:
        total = sum(owner.listings for owner in owners)
        with tqdm(total=total, desc="Making listings", unit="", disable=None) as bar:
            feed_data.fill(database, owners, bar.update)
        feed_data.check_sample()
    return owners


def _forget_connections(app: Flask) -> None:
    session.remove()
    app.extensions["nafasi.read_engine"].dispose()
    app.extensions["sqlalchemy"].engine.dispose()


# ── measuring ───────────────────────────────────────────────────────────────────────────────


def _measure(
    scenarios: Sequence[Scenario],
    clients: Mapping[int, Client],
    database: Database,
    rounds: int,
    deadline: float,
) -> int:
    """Run the rounds, as many as there is time for; return how many that were."""
    meter = databases.cpu_meter(database)
    longest = 0.0
    for number in tqdm(range(rounds), desc="Measuring", unit=" rounds", disable=None):
        started = time.monotonic()
        if started + longest > deadline and number:
            return number
        for scenario in scenarios:
            scenario.run(clients, meter, turned=bool(number % 2))
        longest = max(longest, time.monotonic() - started)
    return rounds


def _scenario(
    asked: Asked, server: Server, rivals: Mapping[str, Server], clients: Mapping[int, Client]
) -> Scenario:
    """Return a scenario whose contenders have warmed up and answered what they should."""
    ours = Contender("Nafasi", server, asked.requests, asked.status)
    ours.warm_up(clients[server.port])
    _check_results(ours, asked)
    size = len(ours.body)
    constant = [get(f"/v1/{each.id}/bench/{size}/", each.key) for each in asked.owners]
    scenario = Scenario(asked.name, [ours, Contender(CONSTANT, server, constant, 200)])
    for name, rival in rivals.items():
        client = clients[rival.port]
        contender = feed_rivals.contender(name, rival, client, asked)
        if contender is not None:
            first = clients[server.port].send(asked.requests[0])
            feed_rivals.compare(first.body, client.send(contender.requests[0]).body, asked, name)
            scenario.contenders.append(contender)
    for contender in scenario.contenders[1:]:
        contender.warm_up(clients[contender.server.port])
    return scenario


def _check_results(contender: Contender, asked: Asked) -> None:
    if asked.wanted is not None:
        found = len(orjson.loads(contender.body)["results"])
        if found != asked.wanted:
            raise WrongAnswer(f"{asked.name}: {found} results instead of {asked.wanted}")


if __name__ == "__main__":
    main()
