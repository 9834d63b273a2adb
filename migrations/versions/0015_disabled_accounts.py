"""The few disabled accounts, for every list that leaves out what belongs to them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

DISABLED = sa.text("disabled_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_account_disabled",
        "account",
        ["id"],
        sqlite_where=DISABLED,
        postgresql_where=DISABLED,
    )


def downgrade() -> None:
    op.drop_index("ix_account_disabled", table_name="account")
