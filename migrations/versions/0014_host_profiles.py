"""What people show of themselves to become hosts."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "host_profile",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column(
            "gender",
            sa.Enum(
                "male",
                "female",
                "other",
                name="gender",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("nida_number", sa.LargeBinary(), nullable=True),
        sa.Column("photo_path", sa.String(length=100), nullable=True),
        sa.Column("photo_key", sa.LargeBinary(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejection_reason", sa.String(length=5000), nullable=True),
        sa.CheckConstraint(
            "(nida_number IS NULL) = (photo_path IS NULL) "
            "AND (photo_path IS NULL) = (photo_key IS NULL)",
            name=op.f("ck_host_profile_identity"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_host_profile_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_host_profile")),
    )


def downgrade() -> None:
    op.drop_table("host_profile")
