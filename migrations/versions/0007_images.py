"""What an image keeps while it is made, and the run that brands all of them anew."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

INSTANT = sa.DateTime(timezone=True)
# SQLite makes the table anew, and would forget that ids are never used again.
KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}


def upgrade() -> None:
    with op.batch_alter_table("listing_image", **KEPT) as batch:
        batch.add_column(
            sa.Column("wants_main", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("original", sa.String(200), nullable=False, server_default=""))
        batch.add_column(sa.Column("failure", sa.String(300), nullable=False, server_default=""))
        batch.add_column(sa.Column("processed_at", INSTANT, nullable=True))
        batch.create_check_constraint(
            op.f("ck_listing_image_main_is_ready"), "status = 'ready' OR NOT is_main"
        )
        batch.create_index(op.f("ix_listing_image_processed_at"), ["processed_at"])
    with op.batch_alter_table("listing_image", **KEPT) as batch:
        for name in ("wants_main", "original", "failure"):
            batch.alter_column(name, server_default=None)
    op.create_table(
        "rebranding",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebranding")),
    )


def downgrade() -> None:
    op.drop_table("rebranding")
    with op.batch_alter_table("listing_image", **KEPT) as batch:
        batch.drop_index(op.f("ix_listing_image_processed_at"))
        batch.drop_constraint(op.f("ck_listing_image_main_is_ready"), type_="check")
        for name in ("processed_at", "failure", "original", "wants_main"):
            batch.drop_column(name)
