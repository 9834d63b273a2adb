"""What guests say about their stays."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

RATINGS = ("rating", "cleanliness", "communication", "location", "value", "accuracy")


def upgrade() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.SmallInteger(), nullable=name != "rating") for name in RATINGS),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("host_reply", sa.Text(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("unpublished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unpublished_reason", sa.Text(), nullable=False),
        *(
            sa.CheckConstraint(f"{name} BETWEEN 1 AND 5", name=op.f(f"ck_review_{name}_of_five"))
            for name in RATINGS
        ),
        sa.CheckConstraint(
            "(host_reply IS NULL) = (replied_at IS NULL)",
            name=op.f("ck_review_reply_has_its_time"),
        ),
        sa.CheckConstraint(
            "is_published = (unpublished_at IS NULL)", name=op.f("ck_review_hidden_has_its_time")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_review_author_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_review_booking_id_booking")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_review_listing_id_listing")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_review_booking_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_review_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_review_listing_id_is_published",
        "review",
        ["listing_id", "is_published", "created_at", "id"],
    )
    op.create_index("ix_review_created_at_id", "review", ["created_at", "id"])


def downgrade() -> None:
    op.drop_table("review")
