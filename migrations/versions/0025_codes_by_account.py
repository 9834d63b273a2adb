"""Accounts that claim one phone number have a live code each."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

LIVE = sa.text("used_at IS NULL")


def upgrade() -> None:
    _index("purpose", "identifier_digest", "account_id")


def downgrade() -> None:
    # Two may be alive now where one was. A code lives for ten minutes: whoever waits asks again.
    op.execute("DELETE FROM one_time_code")
    _index("purpose", "identifier_digest")


def _index(*columns: str) -> None:
    op.drop_index("uq_one_time_code_live", table_name="one_time_code")
    op.create_index(
        "uq_one_time_code_live",
        "one_time_code",
        list(columns),
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
