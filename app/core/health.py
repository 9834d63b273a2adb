"""Whether what this service depends on answers, in one sentence each where it does not."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import current_app
from redis import RedisError
from rq import Worker
from sqlalchemy.exc import DBAPIError

from app.core import queue
from app.core.db import reading


@dataclass(frozen=True, slots=True)
class Check:
    """One dependency; `problem` is None while it is well."""

    name: str
    problem: str | None


def register(name: str, problem: Callable[[], str | None]) -> None:
    """Add a dependency that is not the kit's own, by the function that says what is wrong."""
    _problems[name] = problem


def run_checks() -> list[Check]:
    """Check the database, its migrations, Redis, and whatever else is registered."""
    return [Check(name, problem()) for name, problem in _problems.items()]


def database_problem() -> str | None:
    """Tell what keeps the database from being used, if anything does."""
    return _check_database() or _check_migrations()


def worker_problem() -> str | None:
    """Name the kinds of worker that there is none of; None where there is one of each."""
    try:
        idle = [
            name
            for name in queue.WORKERS
            if not Worker.count(connection=queue.connection(), queue=queue.queue(name))
        ]
    except RedisError:
        idle = list(queue.WORKERS)
    if not idle:
        return None
    return f"Nobody works on {' and '.join(idle)}; start `flask --app wsgi worker`."


def head_revision() -> str:
    """Return the newest migration that this code knows."""
    return _head_revision(str(current_app.config["MIGRATIONS"]))


@cache
def _head_revision(folder: str) -> str:
    config = Config()
    config.set_main_option("script_location", folder)
    return ScriptDirectory.from_config(config).get_current_head() or ""


def _check_database() -> str | None:
    for may_lag, what in ((False, "database"), (True, "replica")):
        try:
            with reading(may_lag=may_lag) as reader:
                reader.row("SELECT 1", {})
        except Exception as error:
            if not is_database_error(error):
                raise
            setting = "DATABASE_READ_URL" if may_lag else "DATABASE_URL"
            return f"The {what} does not answer; look at {setting}."
    return None


def _check_migrations() -> str | None:
    try:
        with reading() as reader:
            row = reader.row("SELECT version_num FROM alembic_version", {})
    except Exception as error:
        if not is_database_error(error):
            raise
        row = None
    if row is None or row[0] != head_revision():
        return "The database is not at the newest migration; run `flask --app wsgi db upgrade`."
    return None


def _check_redis() -> str | None:
    try:
        queue.connection().ping()
    except RedisError:
        return "Redis does not answer; look at REDIS_URL, or start the bundled one by scripts/run."
    return None


_problems: dict[str, Callable[[], str | None]] = {
    "database": _check_database,
    "migrations": _check_migrations,
    "redis": _check_redis,
}


def is_database_error(error: Exception) -> bool:
    """Tell a database's failure, wrapped by SQLAlchemy or straight from the driver."""
    driver_error = current_app.extensions["nafasi.read_engine"].dialect.dbapi.Error
    return isinstance(error, DBAPIError | driver_error)
