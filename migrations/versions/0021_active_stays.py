"""What browsing reads: a dense row for each active stay, and the job that writes them."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

# Whoever does this work indexes every listing anew. A worker of the release before does not know
# it, and leaves it to those of this one.
TOPIC = "catalogue.reindex"
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

FILTERED = (
    "owner_id",
    "price",
    "category_id",
    "stay_type",
    "max_guests",
    "bedrooms",
    "min_nights",
    "max_nights",
    "city_key",
    "amenity_bits",
)
# Each is walked in its order, and holds all that lists are filtered by.
ORDERS = {
    "newest": ("created_at", "listing_id"),
    "price": ("price", "listing_id"),
    "rating": ("rating", "review_count", "listing_id"),
    "place": ("strip", "longitude", "x", "y", "z", "listing_id"),
}


def upgrade() -> None:
    op.create_table(
        "active_stay",
        sa.Column("listing_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("rating", sa.BigInteger(), nullable=False),
        sa.Column("review_count", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("stay_type", sa.String(length=20), nullable=True),
        sa.Column("max_guests", sa.SmallInteger(), nullable=False),
        sa.Column("bedrooms", sa.SmallInteger(), nullable=False),
        sa.Column("min_nights", sa.SmallInteger(), nullable=False),
        sa.Column("max_nights", sa.SmallInteger(), nullable=False),
        sa.Column("city_key", sa.BigInteger(), nullable=False),
        sa.Column("amenity_bits", sa.BigInteger(), nullable=False),
        sa.Column("strip", sa.SmallInteger(), nullable=True),
        sa.Column("longitude", sa.BigInteger(), nullable=True),
        sa.Column("x", sa.Double(), nullable=True),
        sa.Column("y", sa.Double(), nullable=True),
        sa.Column("z", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_active_stay_listing_id_listing")
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_active_stay")),
    )
    for name, order in ORDERS.items():
        columns = [*order, *(each for each in FILTERED if each not in order)]
        op.create_index(f"ix_active_stay_{name}", "active_stay", columns)
    for name in ("category_id", "city_key"):
        op.create_index(f"ix_active_stay_{name}", "active_stay", [name])
    op.create_index(
        "ix_listing_amenity_amenity_id_listing_id",
        "listing_amenity",
        ["amenity_id", "listing_id"],
    )
    _post_reindexing()


def downgrade() -> None:
    op.execute(sa.delete(OUTBOX).where(OUTBOX.c.topic == TOPIC))
    op.drop_index("ix_listing_amenity_amenity_id_listing_id", table_name="listing_amenity")
    op.drop_table("active_stay")


def _post_reindexing() -> None:
    """Leave the work to the workers, unless it is left already; its payload is empty."""
    now = datetime.now(UTC)
    if op.get_bind().scalar(IS_LEFT_TO_POST):
        row = {"topic": TOPIC, "created_at": now, "due_at": now, "attempts": 0}
        op.bulk_insert(OUTBOX, [row])
