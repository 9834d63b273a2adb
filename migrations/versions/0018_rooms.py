"""What rooms are listed by: a key that sorts titles, and an index for each of their orders."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

INDEXES = {
    "ix_listing_rooms": ["id", "publish_status"],
    "ix_listing_rooms_status": [sa.text("publish_status DESC"), "id"],
    "ix_listing_rooms_name": ["title_key", "id", "publish_status"],
}
IS_ROOM = sa.text("listing_type = 'stay' AND deleted_at IS NULL AND publish_status <> 'trash'")
IS_LEFT_TO_POST = sa.text(
    "SELECT EXISTS (SELECT 1 FROM listing) AND NOT EXISTS"
    " (SELECT 1 FROM outbox WHERE topic = 'catalogue.reindex' AND attempts = 0)"
)
OUTBOX = sa.table(
    "outbox",
    sa.column("topic", sa.String()),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("due_at", sa.DateTime(timezone=True)),
    sa.column("attempts", sa.Integer()),
)


def upgrade() -> None:
    # Added without making the table anew, which would lose indexes on SQLite.
    op.add_column(
        "listing", sa.Column("title_key", sa.LargeBinary(), nullable=False, server_default="")
    )
    for name, columns in INDEXES.items():
        op.create_index(
            name,
            "listing",
            ["owner_id", *columns, "review_status", "listing_type", "deleted_at"],
            sqlite_where=IS_ROOM,
            postgresql_where=IS_ROOM,
        )
    # Keys are made where titles are folded: by the workers, see 0017. Once is enough.
    now = datetime.now(UTC)
    if op.get_bind().scalar(IS_LEFT_TO_POST):
        row = {"topic": "catalogue.reindex", "created_at": now, "due_at": now, "attempts": 0}
        op.bulk_insert(OUTBOX, [row])


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, table_name="listing")
    op.execute("ALTER TABLE listing DROP COLUMN title_key")
