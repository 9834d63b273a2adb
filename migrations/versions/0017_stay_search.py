"""The search index of stays, for rooms and for browsing, and the job that fills it."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"

# Whoever does this work indexes every listing anew. A worker of the release before does not know
# it, and leaves it to those of this one.
TOPIC = "catalogue.reindex"
OUTBOX = sa.table(
    "outbox",
    sa.column("topic", sa.String()),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("due_at", sa.DateTime(timezone=True)),
    sa.column("attempts", sa.Integer()),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE stay_search USING fts5("
            "terms, tokenize = 'ascii', detail = 'none', columnsize = 0)"
        )
    else:
        op.create_table(
            "stay_search",
            sa.Column("listing_id", sa.Integer(), nullable=False),
            sa.Column("terms", postgresql.TSVECTOR(), nullable=False),
            sa.ForeignKeyConstraint(
                ["listing_id"], ["listing.id"], name=op.f("fk_stay_search_listing_id_listing")
            ),
            sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_stay_search")),
        )
        op.create_index("ix_stay_search_terms", "stay_search", ["terms"], postgresql_using="gin")
    _post_reindexing()


def downgrade() -> None:
    op.execute(sa.delete(OUTBOX).where(OUTBOX.c.topic == TOPIC))
    op.drop_table("stay_search")


def _post_reindexing() -> None:
    """Leave the work to the workers, where there is any listing; its payload is empty."""
    now = datetime.now(UTC)
    if op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT 1 FROM listing)")):
        row = {"topic": TOPIC, "created_at": now, "due_at": now, "attempts": 0}
        op.bulk_insert(OUTBOX, [row])
