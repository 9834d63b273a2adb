"""Measure the tenant feed on data of its own, beside the same server answering a constant.

Trust the CPU time a request, and ratios within one run: both survive a busy machine. A clock's
times are shown for orientation only.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from pathlib import Path
from statistics import median

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
from scripts.bench import feed_data, feed_plans, feed_scenarios
from scripts.bench.feed_data import Owner, WrongRows
from scripts.bench.feed_scenarios import Asked
from scripts.bench.kit import databases, servers
from scripts.bench.kit.databases import Database
from scripts.bench.kit.http_client import Client, get
from scripts.bench.kit.measure import Contender, Scenario, WrongAnswer, ratio
from scripts.bench.kit.servers import Server
from scripts.bench.kit.table import format_table

DEFAULT_ROUNDS = 9
DEFAULT_LIMIT_S = 280
CONSTANT = "constant"
UNLIMITED = "1000000000 per minute"


def main() -> None:
    """Make the data, start the servers, measure, print one table."""
    options = _options()
    logging.basicConfig(level="ERROR")
    deadline = time.monotonic() + options.time_limit
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
    parser.add_argument("--quick", action="store_true", help="few data, few rounds, under a minute")
    parser.add_argument("--keep", action="store_true", help="keep the data for the next run")
    parser.add_argument(
        "--time-limit", type=int, default=DEFAULT_LIMIT_S, metavar="SECONDS", help="for everything"
    )
    options = parser.parse_args()
    if options.quick:
        options.owners, options.listings, options.rounds = 20, 400, 3
    if options.database_url:
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
        clients = {
            server.port: stack.enter_context(Client(server.port)) for server in (keeping, fresh)
        }
        asked = [
            each
            for each in feed_scenarios.questions(owners, clients[keeping.port], clients[fresh.port])
            if options.only in each.name
        ]
        _forget_connections(app)
        scenarios = [_scenario(each, keeping if each.keeps_pages else fresh) for each in asked]
        rounds = _measure(scenarios, asked, clients, database, options.rounds, deadline)
        print(_report(options, database, scenarios, rounds))
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


def _scenario(asked: Asked, server: Server) -> Scenario:
    ours = Contender("Nafasi", server, asked.requests, asked.status)
    return Scenario(asked.name, [ours])


def _measure(
    scenarios: Sequence[Scenario],
    asked: Sequence[Asked],
    clients: dict[int, Client],
    database: Database,
    rounds: int,
    deadline: float,
) -> int:
    """Run the rounds, as many as there is time for; return how many that were."""
    for scenario, each in zip(scenarios, asked, strict=True):
        ours = scenario.contenders[0]
        client = clients[ours.server.port]
        ours.warm_up(client)
        _check_results(ours, each)
        assert ours.sample is not None
        path = "/v1/{}/bench/{}/"
        requests = [
            get(path.format(owner.id, len(ours.sample.body)), owner.key) for owner in each.keys
        ]
        scenario.contenders.append(Contender(CONSTANT, ours.server, requests, 200))
        scenario.contenders[1].warm_up(client)
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


def _check_results(contender: Contender, asked: Asked) -> None:
    assert contender.sample is not None
    if asked.wanted is not None:
        found = len(orjson.loads(contender.sample.body)["results"])
        if found != asked.wanted:
            raise WrongAnswer(f"{asked.name}: {found} results instead of {asked.wanted}")


# ── the table ───────────────────────────────────────────────────────────────────────────────

HEAD = (
    "scenario", "KB", "results", "server ms", "database ms", "sum ms", "x constant", "req/s",
    "p50 ms", "p95 ms",
)  # fmt: skip


def _report(
    options: argparse.Namespace, database: Database, scenarios: Sequence[Scenario], rounds: int
) -> str:
    total = options.owners * options.listings + options.listings * feed_data.BIG_OWNER_FACTOR
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    lines = [
        "",
        f"{kind}: {total:,} listings, {options.owners} owners with {options.listings:,} each and "
        f"one with the rest. CPU a request; medians of {rounds} rounds; one client.",
        "`x constant`: the CPU of the same server answering as many bytes from memory, times.",
        "",
        format_table(HEAD, [_row(scenario) for scenario in scenarios]),
    ]
    by_name = {scenario.name: scenario.contenders[0] for scenario in scenarios}
    pages = [by_name[name] for name in by_name if name.startswith("page ") and " of " in name]
    if len(pages) == 2:
        lines += ["", f"The deep page costs {ratio(pages[1], pages[0]):.2f} x page 1."]
    return "\n".join(lines)


def _row(scenario: Scenario) -> list[str]:
    ours, constant = scenario.contenders[:2]
    assert ours.sample is not None
    p50, p95 = ours.latency_ms()
    return [
        scenario.name,
        f"{len(ours.sample.body) / 1000:.1f}",
        _results(ours.sample.body),
        f"{median(ours.server_ms):.3f}",
        f"{median(ours.database_ms):.3f}",
        f"{median(ours.total_ms()):.3f}",
        f"{ratio(ours, constant):.2f}",
        f"{median(ours.rates):,.0f}",
        f"{p50:.2f}",
        f"{p95:.2f}",
    ]


def _results(body: bytes) -> str:
    try:
        return str(len(orjson.loads(body)["results"]))
    except (orjson.JSONDecodeError, KeyError):
        return ""


if __name__ == "__main__":
    main()
