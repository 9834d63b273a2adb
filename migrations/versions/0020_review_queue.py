"""What finds the stays that wait for their review, those that wait longest first."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

NAME = "ix_listing_review_queue"
WHERE = sa.text("review_status IN ('pending', 'resubmitted') AND deleted_at IS NULL")


def upgrade() -> None:
    op.create_index(
        NAME, "listing", ["submitted_at", "id"], sqlite_where=WHERE, postgresql_where=WHERE
    )


def downgrade() -> None:
    op.drop_index(NAME, "listing")
