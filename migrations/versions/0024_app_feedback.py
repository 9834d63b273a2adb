"""What people say about the platform."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "app_feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column(
            "platform",
            sa.Enum(
                "web",
                "android",
                "ios",
                name="platform",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_app_feedback_rating_of_five")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_app_feedback_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_feedback")),
        sa.UniqueConstraint("uuid", name=op.f("uq_app_feedback_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_app_feedback_created_at_id", "app_feedback", ["created_at", "id"])


def downgrade() -> None:
    op.drop_table("app_feedback")
