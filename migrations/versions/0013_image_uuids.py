"""What the marketplace API calls a photo by."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}
# One statement, since there may be a million of them.
RANDOM = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}


def upgrade() -> None:
    with op.batch_alter_table("listing_image", **KEPT) as batch:
        batch.add_column(sa.Column("uuid", sa.Uuid(), nullable=True))
    op.execute(f"UPDATE listing_image SET uuid = {RANDOM[op.get_bind().dialect.name]}")
    with op.batch_alter_table("listing_image", **KEPT) as batch:
        batch.alter_column("uuid", existing_type=sa.Uuid(), nullable=False)
        batch.create_unique_constraint(op.f("uq_listing_image_uuid"), ["uuid"])


def downgrade() -> None:
    with op.batch_alter_table("listing_image", **KEPT) as batch:
        batch.drop_constraint(op.f("uq_listing_image_uuid"), type_="unique")
        batch.drop_column("uuid")
