"""The migrations: up, down and up again on both databases, and what they make is the models."""

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import CheckConstraint, inspect, select, text
from sqlalchemy.schema import CreateIndex

from app import create_app
from app.accounts.models import Account, searched_text
from app.catalogue.enums import RoomSort
from app.catalogue.revision_service import REINDEX
from app.catalogue.room_service import list_rooms
from app.catalogue.rooms import RoomFilter, RoomOrder
from app.core import outbox
from app.core.db import Base, close, db, session
from app.core.outbox import OutboxItem
from app.reference import service as reference
from config import ROOT, Settings
from tests import servers
from tests.conftest import make_settings
from tests.factories import make_account, make_stay

INDEXES = text("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
AUTOINCREMENT = text(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
)
LEFT_ALONE = ("listing_search", "stay_search")  # as in migrations/env.py: no model describes it


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_app(request: pytest.FixtureRequest, instance: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without any table."""
    if request.param == "sqlite":
        yield from _app(make_settings(instance, f"sqlite:///{tmp_path / 'empty.db'}"))
    else:
        with servers.postgresql_database() as url:
            yield from _app(make_settings(instance, url))


def _app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    with app.app_context():
        yield app
    close(app)


def _tables() -> set[str]:
    # FTS5 keeps its index in tables of its own.
    return {name for name in inspect(db.engine).get_table_names() if "search_" not in name}


def test_up_down_and_up_again(empty_app: Flask) -> None:
    flask_migrate.upgrade()
    made = _tables()
    flask_migrate.downgrade(revision="base")
    assert _tables() == {"alembic_version"}
    flask_migrate.upgrade()
    assert _tables() == made


def test_up_again_keeps_the_rows(empty_app: Flask) -> None:
    flask_migrate.upgrade()
    reference.load_reference()
    with db.engine.connect() as connection:
        before = connection.execute(text("SELECT count(*) FROM district")).scalar_one()
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM district")).scalar_one() == before


def test_accounts_from_before_are_found_by_staff(empty_app: Flask) -> None:
    [added] = (ROOT / "migrations" / "versions").glob("*_staff_lists.py")
    flask_migrate.upgrade(revision=f"{int(added.name.partition('_')[0]) - 1:04}")
    older = {
        "email": "Jose@example.com",
        "username": "José.Ø",
        "first_name": "Ｊosé  MARÍA",
        "last_name": "",
    }
    others = {
        "uuid": "6666666677774888" * 2,
        "username_key": "jose",
        "email_key": "jose@example.com",
        "bio": "",
        "token_version": 0,
        "role": "user",
        "is_superuser": False,
        "tier": "free",
        "mode": "booking",
        "verification_stage": "not_started",
        "created_at": "2026-05-01 12:00:00",
    }
    row = older | others
    statement = f"INSERT INTO account ({', '.join(row)}) VALUES (:{', :'.join(row)})"
    with db.engine.begin() as connection:
        connection.execute(text(statement), row)
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        [found] = connection.scalars(text("SELECT searched FROM account"))
    assert found == searched_text(Account(**older)) == " jose@example.com jose.o jose maria"


def test_an_upgrade_leaves_it_to_the_workers_to_index_what_is_there(empty_app: Flask) -> None:
    flask_migrate.upgrade()
    reference.load_reference()
    owner = make_account()
    stays = [make_stay(owner.id, title=title) for title in ("Zebra", "apple")]
    [added] = (ROOT / "migrations" / "versions").glob("*_stay_search.py")
    flask_migrate.downgrade(revision=f"{int(added.name.partition('_')[0]) - 1:04}")
    flask_migrate.upgrade()
    waiting = select(OutboxItem.id).where(
        OutboxItem.topic == REINDEX, OutboxItem.finished_at.is_(None)
    )
    [posted] = session.scalars(waiting)
    session.rollback()

    outbox.deliver(posted)

    order = RoomOrder(by=RoomSort.NAME, is_descending=False)
    wanted = RoomFilter(search="beach")
    found = list_rooms(owner.id, wanted, order, page=1, per_page=5).rooms
    assert [room.id for room in found] == stays[::-1]


def test_models_match_migrations(empty_app: Flask) -> None:
    flask_migrate.upgrade()
    is_sqlite = db.engine.dialect.name == "sqlite"

    def include_name(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name is None or not name.startswith(LEFT_ALONE)

    def include_object(_item: object, _name: object, kind: str, *_more: object) -> bool:
        # SQLite does not tell which way an index runs: its indexes are compared as SQL, below.
        return not (is_sqlite and kind == "index")

    options = {
        "include_name": include_name,
        "include_object": include_object,
        "compare_type": True,
    }
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, Base.metadata)
        stored = set(connection.scalars(INDEXES)) if is_sqlite else set()
    assert differences == [], "make a migration: `flask --app wsgi db revision`"
    if is_sqlite:
        assert stored == {
            str(CreateIndex(index).compile(db.engine)).strip()
            for table in Base.metadata.tables.values()
            for index in table.indexes
        }


def test_ids_are_never_used_again(empty_app: Flask) -> None:
    # SQLite forgets that whenever a migration makes a table anew.
    flask_migrate.upgrade()
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as connection:
        kept = set(connection.scalars(AUTOINCREMENT))
    wanted = {
        table.name
        for table in Base.metadata.tables.values()
        if table.dialect_kwargs.get("sqlite_autoincrement")
    }
    assert kept == wanted


def test_checks_match_migrations(empty_app: Flask) -> None:
    # Alembic does not compare these.
    flask_migrate.upgrade()
    stored = {
        (table, check["name"])
        for table in _tables() - {"alembic_version", *LEFT_ALONE}
        for check in inspect(db.engine).get_check_constraints(table)
    }
    assert stored == {
        (table.name, constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
