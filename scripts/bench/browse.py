"""Measure the lists of stays on data of its own, beside the bare SQL that any answer needs.

Trust the CPU time a request, and ratios within one run: both survive a busy machine. Everything
is asked of two databases, one with a tenth of the stays: what a page costs must not grow.
"""

import argparse
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import flask_migrate
from flask import Flask
from sqlalchemy import func, select
from tqdm import tqdm

from app import create_app
from app.accounts import service as accounts
from app.api.tokens import make_access_token
from app.catalogue.models import ActiveStay, Night
from app.core import clock, db, valkey
from app.core.db import reading, session
from app.reference import service as reference
from config import ROOT, load
from scripts.bench import browse_data, browse_fill, browse_report
from scripts.bench.browse_bare import BareStatements
from scripts.bench.browse_data import Stays
from scripts.bench.browse_fill import WrongRows
from scripts.bench.browse_report import Measured
from scripts.bench.browse_scenarios import Asked, Scene, questions
from scripts.bench.kit import bulk, databases, servers
from scripts.bench.kit.databases import Database
from scripts.bench.kit.http_client import Client
from scripts.bench.kit.measure import Contender, WrongAnswer
from scripts.bench.kit.servers import Server
from scripts.bench.kit.statements import Connection, SqlContender, Statement, recording

DEFAULT_SIZE, QUICK_SIZE = 200_000, 10_000
DEFAULT_ROUNDS, QUICK_ROUNDS = 7, 3
MIN_SIZE = 5_000
NEW_BATCH = 3
UNLIMITED = "1000000000 per minute"


@dataclass(frozen=True, slots=True)
class Site:
    """A database of some size, the application over it in this process, and a server of it."""

    database: Database
    app: Flask
    stays: Stays
    server: Server
    client: Client
    meter: Callable[[], int]


def main() -> None:
    """Make the data, start the servers, measure, print one table."""
    options = _options()
    logging.basicConfig(level="ERROR")
    # Whoever ends us lets us end what we started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    try:
        with _scratch_folder(options) as folder:
            _run(options, folder)
    except (servers.ServerFailed, valkey.ValkeyFailed, WrongAnswer, WrongRows) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Stopped.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench/browse", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument(
        "--database-url",
        help="PostgreSQL server to make scratch databases on; default TEST_DATABASE_URL, else "
        "the server of the development pins",
    )
    parser.add_argument("--size", type=int, default=DEFAULT_SIZE, help="active stays")
    parser.add_argument("--rounds", type=int, default=DEFAULT_ROUNDS)
    parser.add_argument("--only", default="", help="scenarios whose name holds this text")
    parser.add_argument("--quick", action="store_true", help="few data, few rounds")
    parser.add_argument("--keep", action="store_true", help="keep the data for today's next run")
    options = parser.parse_args()
    if options.quick:
        options.size, options.rounds = QUICK_SIZE, QUICK_ROUNDS
    if options.database_url:
        options.database = "postgresql"
    if options.size < MIN_SIZE or options.rounds < 1:
        parser.error(f"At least {MIN_SIZE:,} stays and 1 round are needed.")
    return options


def _run(options: argparse.Namespace, folder: Path) -> None:
    with ExitStack() as stack:
        stack.callback(valkey.stop, folder / "instance")
        whole, tenth = (
            stack.enter_context(_site(options, folder, size))
            for size in (options.size, options.size // 10)
        )
        bare = Connection(whole.database)
        stack.callback(bare.close)
        measured = _warm(options, whole, tenth, bare)
        for number in tqdm(range(options.rounds), desc="Measuring", unit=" rounds", disable=None):
            for each in measured:
                _measure(each, whole, tenth, turned=bool(number % 2))
        print(browse_report.heading(whole.database, *_sizes(whole), options.rounds))
        print(browse_report.table(measured))


def _sizes(site: Site) -> tuple[int, int]:
    """Return how many active stays and taken nights there are."""
    with site.app.app_context():
        stays, nights = (
            session.scalar(select(func.count()).select_from(model)) or 0
            for model in (ActiveStay, Night)
        )
        session.remove()
    return stays, nights


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
def _site(options: argparse.Namespace, folder: Path, size: int) -> Iterator[Site]:
    with ExitStack() as stack:
        database = stack.enter_context(_database(options, folder, size))
        settings = {
            "INSTANCE_PATH": str(folder / "instance"),
            "DATABASE_URL": database.url,
            "RATELIMIT_ANON": UNLIMITED,
            "RATELIMIT_USER": UNLIMITED,
            "WEB_WORKERS": "1",
            # Answering a page takes one thread, and measuring a calm one.
            "WEB_THREADS": "2",
        }
        app = create_app(load(settings))
        valkey.ensure_running(folder / "instance")
        stack.callback(db.close, app)
        with app.app_context():
            stays = _stays(database, size)
        db.close(app)
        wsgi, log = "scripts.bench.browse_wsgi:app", folder / f"web-{size}.log"
        server = stack.enter_context(servers.gunicorn(wsgi, settings, log))
        client = stack.enter_context(Client(server.port))
        yield Site(database, app, stays, server, client, databases.cpu_meter(database))


@contextmanager
def _database(options: argparse.Namespace, folder: Path, size: int) -> Iterator[Database]:
    kept_as = _fingerprint(size) if options.keep else None
    if options.database == "sqlite":
        with databases.scratch_sqlite(folder, kept_as) as database:
            yield database
    else:
        server = databases.server_of(options.database_url, folder / "postgresql")
        with databases.scratch_postgresql(server, kept_as) as database:
            yield database


def _fingerprint(size: int) -> str:
    """Name the data by all that it depends on, the day too, so that kept data is never stale."""
    digest = blake2b(digest_size=6)
    digest.update(f"browse {size} {clock.now().date()}".encode())
    sources = [*ROOT.glob("migrations/versions/*.py"), *ROOT.glob("app/reference/data/*.json")]
    for module in (browse_data, browse_fill, bulk):
        sources.append(Path(str(module.__file__)))
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _stays(database: Database, size: int) -> Stays:
    if database.is_new:
        flask_migrate.upgrade()
        reference.load_reference()
    stays = browse_fill.describe(size, browse_fill.add_hosts(size))
    if database.is_new:
        with tqdm(total=stays.total, desc="Making stays", unit="", disable=None) as bar:
            browse_fill.fill(database, stays, bar.update)
        browse_fill.check_sample(stays)
    return stays


# ── measuring ───────────────────────────────────────────────────────────────────────────────


def _warm(
    options: argparse.Namespace, whole: Site, tenth: Site, bare: Connection
) -> list[Measured]:
    """Return what is measured: warmed up, and answering what it should."""
    with whole.app.app_context(), reading() as reader:
        hosts = [_host(f"host{number}") for number in (0, 1)]
        scene = Scene(reader, reference.snapshot(), whole.stays, hosts)
        asked = [each for each in questions(scene) if options.only in each.name]
        session.remove()
        return [
            _warm_up(each, whole, tenth, bare)
            for each in tqdm(asked, desc="Warming up", unit="", disable=None)
        ]


def _host(username: str) -> tuple[int, str]:
    account = accounts.get_account_by_reference(username)
    return account.id, make_access_token(account.id, account.token_version)


def _warm_up(asked: Asked, whole: Site, tenth: Site, bare: Connection) -> Measured:
    requests = asked.requests()
    _compare(asked, whole.client, bare)
    ours = Contender("Nafasi", whole.server, requests, 200)
    frame = Contender("frame", whole.server, asked.framed(), 200)
    smaller = Contender("a tenth", tenth.server, requests, 200)
    frame.warm_up(whole.client)
    if asked.is_new:
        # Each may take long, and none has anything to learn from the ones before.
        ours.batch = smaller.batch = NEW_BATCH
    else:
        ours.warm_up(whole.client)
        smaller.warm_up(tenth.client)
    own = _own_statements(asked, whole.app)
    sql = SqlContender(bare, own) if own else None
    needed = SqlContender(bare, asked.bare)
    for each in (needed, sql):
        if each is not None:
            each.warm_up()
    return Measured(asked, ours, frame, smaller, sql, needed)


def _compare(asked: Asked, client: Client, bare: Connection) -> None:
    """Check that the bare SQL finds what the application answers.

    :raises WrongAnswer: when it does not.
    """
    for path, question in zip(asked.requests(), asked.bare, strict=False):
        found = asked.ids(client.send(path).body)
        wanted = asked.bare_ids(question(bare))[: len(found)]
        if found != wanted:
            raise WrongAnswer(f"{asked.name}: {found} instead of {wanted}")


def _own_statements(asked: Asked, app: Flask) -> list[BareStatements]:
    """Return what the application itself runs, where a count is known from before but for `is_new`.

    What goes through the ORM is not seen.
    """
    found = []
    for path in asked.paths[-len(asked.bare) :]:
        headers = {"Authorization": f"Bearer {asked.token}"} if asked.token else {}
        if not asked.is_new:
            app.test_client().get(path, headers=headers)
        with recording() as statements:
            app.test_client().get(path, headers=headers)
        found.append(BareStatements(tuple(each for each in statements if _reads(each))))
    return [each for each in found if each.statements]


def _reads(statement: Statement) -> bool:
    """Tell whether a statement reads listings: others are the frame's."""
    return any(name in statement.text for name in ("active_stay", "listing", "stay_search"))


def _measure(each: Measured, whole: Site, tenth: Site, *, turned: bool) -> None:
    """Run one round; every second one goes backwards."""
    if not each.asked.is_new:
        # So that no batch has a share of a count that another one has not.
        for site in (whole, tenth):
            for request in each.asked.requests():
                site.client.send(request)
    turns: list[Callable[[], None]] = [
        lambda: each.ours.run(whole.client, whole.meter),
        lambda: each.frame.run(whole.client, whole.meter),
        lambda: each.tenth.run(tenth.client, tenth.meter),
        lambda: each.bare.run(whole.meter),
    ]
    if each.sql:
        own = each.sql
        turns.append(lambda: own.run(whole.meter))
    for turn in reversed(turns) if turned else turns:
        turn()


if __name__ == "__main__":
    main()
