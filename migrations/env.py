"""How Alembic reaches the application's database and models."""

from alembic import context
from sqlalchemy import Connection

from app.core.db import Base, db

# Kept by SQL of their own, different on each database: no model describes them.
UNMODELLED = ("listing_search", "stay_search")


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the search index and FTS5's shadow tables out of comparisons."""
    return kind != "table" or name is None or not name.startswith(UNMODELLED)


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=include_name,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


with db.engine.connect() as connection:
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # A batch operation drops and remakes a table, and with foreign keys enforced that
        # deletes what refers to its rows. The pragma works only outside a transaction.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.commit()
    migrate(connection)
    connection.commit()
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        connection.commit()
