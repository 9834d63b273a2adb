"""Held nights, bookings and what happened to them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

STATUSES = ("confirmed", "payment_submitted", "checked_in", "completed", "cancelled")
PAYMENT_STATUSES = ("unpaid", "submitted", "confirmed", "rejected", "refund_due", "refunded")
PAIRS = (
    "(status = 'confirmed' AND payment_status IN ('unpaid', 'rejected', 'confirmed'))"
    " OR (status = 'payment_submitted' AND payment_status IN ('submitted'))"
    " OR (status = 'checked_in' AND payment_status IN ('confirmed'))"
    " OR (status = 'completed' AND payment_status IN ('confirmed'))"
    " OR (status = 'cancelled' AND payment_status IN"
    " ('unpaid', 'rejected', 'submitted', 'refund_due', 'refunded'))"
)


def words(name: str, *of: str) -> sa.Enum:
    return sa.Enum(*of, name=name, native_enum=False, create_constraint=True, length=20)


def instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name)


def add_partial_index(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    op.create_table(
        "booking_intent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("guest_id", sa.Integer(), nullable=False),
        sa.Column("check_in", sa.Date(), nullable=False),
        sa.Column("check_out", sa.Date(), nullable=False),
        sa.Column("guests", sa.SmallInteger(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        instant("created_at"),
        instant("expires_at"),
        instant("released_at", nullable=True),
        instant("booked_at", nullable=True),
        sa.CheckConstraint("check_in < check_out", name=op.f("ck_booking_intent_has_nights")),
        sa.CheckConstraint("guests >= 1", name=op.f("ck_booking_intent_has_guests")),
        sa.CheckConstraint(
            "released_at IS NULL OR booked_at IS NULL", name=op.f("ck_booking_intent_ends_once")
        ),
        reference("booking_intent", "listing_id", "listing"),
        reference("booking_intent", "guest_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_intent")),
        sa.UniqueConstraint("uuid", name=op.f("uq_booking_intent_uuid")),
        sqlite_autoincrement=True,
    )
    add_partial_index(
        "ix_booking_intent_open",
        "booking_intent",
        ["guest_id", "expires_at"],
        "released_at IS NULL AND booked_at IS NULL",
    )
    add_partial_index(
        "ix_booking_intent_expires_at", "booking_intent", ["expires_at"], "booked_at IS NULL"
    )

    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("intent_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("guest_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("check_in", sa.Date(), nullable=False),
        sa.Column("check_out", sa.Date(), nullable=False),
        sa.Column("guests", sa.SmallInteger(), nullable=False),
        sa.Column("status", words("booking_status", *STATUSES), nullable=False),
        sa.Column("payment_status", words("payment_status", *PAYMENT_STATUSES), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("special_requests", sa.Text(), nullable=False),
        instant("payment_due_at", nullable=True),
        sa.Column("payment_proof", sa.String(length=100), nullable=True),
        sa.Column("proof_type", words("proof_type", "image/jpeg", "application/pdf")),
        sa.Column("payment_reference", sa.String(length=100), nullable=False),
        sa.Column("payment_method", sa.String(length=100), nullable=False),
        sa.Column("rejection_reason", sa.Text(), nullable=False),
        sa.Column("cancellation_reason", sa.Text(), nullable=False),
        instant("created_at"),
        instant("submitted_at", nullable=True),
        instant("paid_at", nullable=True),
        instant("checked_in_at", nullable=True),
        instant("completed_at", nullable=True),
        instant("cancelled_at", nullable=True),
        instant("refunded_at", nullable=True),
        sa.CheckConstraint(PAIRS, name=op.f("ck_booking_statuses_agree")),
        sa.CheckConstraint(
            "(payment_due_at IS NOT NULL)"
            " = (status = 'confirmed' AND payment_status IN ('unpaid', 'rejected'))",
            name=op.f("ck_booking_due_while_unpaid"),
        ),
        sa.CheckConstraint(
            "(payment_proof IS NULL) = (proof_type IS NULL)",
            name=op.f("ck_booking_proof_has_a_type"),
        ),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_at IS NOT NULL)",
            name=op.f("ck_booking_cancelled_at"),
        ),
        sa.CheckConstraint(
            "(status = 'completed') = (completed_at IS NOT NULL)",
            name=op.f("ck_booking_completed_at"),
        ),
        sa.CheckConstraint("guest_id <> host_id", name=op.f("ck_booking_guest_is_not_host")),
        sa.CheckConstraint("check_in < check_out", name=op.f("ck_booking_has_nights")),
        sa.CheckConstraint("guests >= 1", name=op.f("ck_booking_has_guests")),
        sa.CheckConstraint("total >= 0", name=op.f("ck_booking_total_not_negative")),
        reference("booking", "intent_id", "booking_intent"),
        reference("booking", "listing_id", "listing"),
        reference("booking", "guest_id", "account"),
        reference("booking", "host_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("uuid", name=op.f("uq_booking_uuid")),
        sa.UniqueConstraint("intent_id", name=op.f("uq_booking_intent_id")),
        sqlite_autoincrement=True,
    )
    for column in ("guest_id", "host_id", "listing_id", "status", "payment_status"):
        op.create_index(f"ix_booking_{column}_id", "booking", [column, "id"])
    add_partial_index(
        "ix_booking_payment_due_at", "booking", ["payment_due_at"], "payment_due_at IS NOT NULL"
    )
    add_partial_index("ix_booking_staying", "booking", ["check_out"], "status = 'checked_in'")

    op.create_table(
        "booking_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        instant("at"),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("role", words("role", "guest", "host", "admin", "system"), nullable=False),
        sa.Column("from_status", words("from_status", *STATUSES), nullable=True),
        sa.Column("to_status", words("to_status", *STATUSES), nullable=False),
        sa.Column("payment_status", words("payment_status", *PAYMENT_STATUSES), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(role = 'system') = (account_id IS NULL)",
            name=op.f("ck_booking_event_people_have_accounts"),
        ),
        reference("booking_event", "booking_id", "booking"),
        reference("booking_event", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_event")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_booking_event_booking_id", "booking_event", ["booking_id"])


def downgrade() -> None:
    op.drop_table("booking_event")
    op.drop_table("booking")
    op.drop_table("booking_intent")
