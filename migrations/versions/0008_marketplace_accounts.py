"""What the marketplace knows of an account, codes of all purposes, refresh tokens given back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

PURPOSES_BEFORE = ("api_key",)
PURPOSES = ("api_key", "email_verification", "phone_verification", "password_reset")
VERIFIED = sa.text("phone_verified_at IS NOT NULL")
LIVE = sa.text("used_at IS NULL")


def upgrade() -> None:
    # The default is for the accounts that there are already.
    required = [
        sa.Column("first_name", sa.String(length=100), nullable=False, server_default=""),
        sa.Column("last_name", sa.String(length=100), nullable=False, server_default=""),
        sa.Column("bio", sa.String(length=2000), nullable=False, server_default=""),
        sa.Column("token_version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column(
            "mode", _words("mode", "booking", "hosting"), nullable=False, server_default="booking"
        ),
        sa.Column(
            "verification_stage",
            _words("verification_stage", "not_started", "pending_review", "approved", "rejected"),
            nullable=False,
            server_default="not_started",
        ),
    ]
    with _account() as account:
        account.add_column(sa.Column("phone_number", sa.String(length=16), nullable=True))
        account.add_column(sa.Column("phone_claimed_at", sa.DateTime(timezone=True), nullable=True))
        account.add_column(
            sa.Column("phone_verified_at", sa.DateTime(timezone=True), nullable=True)
        )
        account.add_column(sa.Column("google_sub", sa.String(length=255), nullable=True))
        for column in required:
            account.add_column(column)
        account.create_unique_constraint(op.f("uq_account_google_sub"), ["google_sub"])
    with _account() as account:
        for column in required:
            account.alter_column(
                column.name, existing_type=column.type, existing_nullable=False, server_default=None
            )
    op.create_index("ix_account_phone_number", "account", ["phone_number"])
    op.create_index(
        "uq_account_verified_phone",
        "account",
        ["phone_number"],
        unique=True,
        sqlite_where=VERIFIED,
        postgresql_where=VERIFIED,
    )

    # A code lives for ten minutes: whoever waits for one now asks again.
    op.drop_table("one_time_code")
    _create_one_time_code(
        PURPOSES,
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_one_time_code_account_id_account")
        ),
    )

    op.create_table(
        "revoked_token",
        sa.Column("jti", sa.String(length=36), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_revoked_token")),
    )
    op.create_index(op.f("ix_revoked_token_expires_at"), "revoked_token", ["expires_at"])


def downgrade() -> None:
    op.drop_table("revoked_token")
    op.drop_table("one_time_code")
    _create_one_time_code(PURPOSES_BEFORE)
    op.drop_index("uq_account_verified_phone", table_name="account")
    op.drop_index("ix_account_phone_number", table_name="account")
    with _account() as account:
        account.drop_constraint(op.f("uq_account_google_sub"), type_="unique")
        account.drop_constraint(op.f("ck_account_mode"), type_="check")
        account.drop_constraint(op.f("ck_account_verification_stage"), type_="check")
        for name in (
            "verification_stage",
            "mode",
            "token_version",
            "bio",
            "last_name",
            "first_name",
            "google_sub",
            "phone_verified_at",
            "phone_claimed_at",
            "phone_number",
        ):
            account.drop_column(name)


def _account() -> op.batch_alter_table:
    return op.batch_alter_table("account", table_kwargs={"sqlite_autoincrement": True})


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)


def _create_one_time_code(purposes: tuple[str, ...], *more: sa.schema.SchemaItem) -> None:
    op.create_table(
        "one_time_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", _words("code_purpose", *purposes), nullable=False),
        sa.Column("identifier_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        *more,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    op.create_index("ix_one_time_code_created_at", "one_time_code", ["created_at"])
    op.create_index(op.f("ix_one_time_code_request_id"), "one_time_code", ["request_id"])
    op.create_index(
        "uq_one_time_code_live",
        "one_time_code",
        ["purpose", "identifier_digest"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
