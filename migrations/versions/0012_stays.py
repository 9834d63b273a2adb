"""What stays have beyond other listings, and the calendar of their nights."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

# As columns with their constraints, since SQLite would have to make the table anew for any other
# way, and would lose its partial indexes. What is required has a default for the rows there are.
COLUMNS = {
    "category_id": "INTEGER CONSTRAINT fk_listing_category_id_category REFERENCES category (id)",
    "cleaning_fee": "BIGINT DEFAULT 0 NOT NULL"
    " CONSTRAINT ck_listing_cleaning_fee_not_negative CHECK (cleaning_fee >= 0)",
    "security_deposit": "BIGINT DEFAULT 0 NOT NULL"
    " CONSTRAINT ck_listing_security_deposit_not_negative CHECK (security_deposit >= 0)",
    "check_in_time": "TIME",
    "check_out_time": "TIME",
    "time_zone": "VARCHAR(40) DEFAULT 'Africa/Dar_es_Salaam' NOT NULL",
    "submitted_at": None,
    "rejection_reason": "VARCHAR(5000) DEFAULT '' NOT NULL",
    "review_count": "INTEGER DEFAULT 0 NOT NULL"
    " CONSTRAINT ck_listing_review_count_not_negative CHECK (review_count >= 0)",
    "rating": "BIGINT CONSTRAINT ck_listing_rating_of_five CHECK (rating BETWEEN 100 AND 500)",
    "sub_ratings": "JSON DEFAULT '{}' NOT NULL",
}


def upgrade() -> None:
    for name, definition in COLUMNS.items():
        if definition is None:
            op.add_column("listing", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        else:
            op.execute(f"ALTER TABLE listing ADD COLUMN {name} {definition}")
    op.create_table(
        "listing_extra",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("extra_id", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("price >= 0", name=op.f("ck_listing_extra_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["extra_id"], ["extra.id"], name=op.f("fk_listing_extra_extra_id_extra")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_extra_listing_id_listing")
        ),
        sa.PrimaryKeyConstraint("listing_id", "extra_id", name=op.f("pk_listing_extra")),
    )
    op.create_table(
        "night",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "blackout",
                "hold",
                "booking",
                "external",
                name="night_state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("intent_id", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'hold') = (expires_at IS NOT NULL)", name=op.f("ck_night_holds_expire")
        ),
        sa.CheckConstraint(
            "(state IN ('hold', 'booking')) = (intent_id IS NOT NULL)",
            name=op.f("ck_night_guests_have_intents"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_night_listing_id_listing")
        ),
        sa.PrimaryKeyConstraint("listing_id", "night", name=op.f("pk_night")),
    )
    for name in ("intent_id", "expires_at"):
        where = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            f"ix_night_{name}", "night", [name], sqlite_where=where, postgresql_where=where
        )


def downgrade() -> None:
    op.drop_table("night")
    op.drop_table("listing_extra")
    for name in reversed(COLUMNS):
        op.execute(f"ALTER TABLE listing DROP COLUMN {name}")
