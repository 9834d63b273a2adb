"""What the marketplace face takes and gives of intents and bookings."""

from enum import StrEnum

from marshmallow import Schema, fields

from app.api.marketplace.paging import PageQuerySchema
from app.bookings.enums import BookingStatus, IntentStatus, PaymentStatus, Role
from app.bookings.limits import (
    MAX_EXTRA_KINDS,
    MAX_EXTRA_QUANTITY,
    PAYMENT_TEXT_CHARS,
    REASON_CHARS,
    REQUESTS_CHARS,
)
from app.catalogue.limits import MAX_NIGHTS as MAX_GUESTS
from app.core.fields import (
    Choice,
    CleanStr,
    Items,
    QueryBool,
    QueryUuid,
    ReferredId,
    ShownInstant,
    StrictDate,
    StrictInt,
    StrictSchema,
    UploadedFile,
)
from app.media.limits import MAX_DOCUMENT_BYTES

SEARCH_CHARS = 100
_OWN_ROLES = (Role.GUEST, Role.HOST)


def _words(enumeration: type[StrEnum]) -> fields.String:
    return fields.String(required=True, metadata={"enum": [str(word) for word in enumeration]})


def _amount() -> fields.String:
    return fields.String(required=True, metadata={"pattern": r"^\d+\.\d{2}$"})


# ── intents ─────────────────────────────────────────────────────────────────────────────────


class WantedExtraSchema(StrictSchema):
    """An extra of the listing, and how many of it."""

    uuid = ReferredId(data_key="id", required=True)
    quantity = StrictInt(minimum=1, maximum=MAX_EXTRA_QUANTITY, load_default=1)


class WantedStaySchema(StrictSchema):
    """The nights that a guest wants to hold: from the check-in date to the one of leaving."""

    listing = ReferredId(data_key="listing_id", required=True)
    check_in = StrictDate(
        data_key="check_in_date", required=True, metadata={"example": "2026-09-01"}
    )
    check_out = StrictDate(
        data_key="check_out_date", required=True, metadata={"example": "2026-09-05"}
    )
    guests = StrictInt(minimum=1, maximum=MAX_GUESTS, required=True, metadata={"example": 2})
    extras = Items(
        fields.Nested(WantedExtraSchema),
        maximum=MAX_EXTRA_KINDS,
        load_default=list,
        metadata={"example": []},
    )


class SnapshotExtraSchema(Schema):
    """An extra, at the price that it had; the price is for the whole stay."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    price = _amount()
    quantity = fields.Integer(required=True)
    subtotal = _amount()


class PriceSnapshotSchema(Schema):
    """What a stay costs, as it was promised. The security deposit is no part of the total."""

    nights = fields.Integer(required=True)
    price_per_night = _amount()
    subtotal = _amount()
    cleaning_fee = _amount()
    total = _amount()
    extras = fields.Nested(SnapshotExtraSchema, many=True, required=True)
    security_deposit = _amount()
    currency = fields.String(required=True)


class StaySchema(Schema):
    """Where, when and with how many somebody stays, and what that costs."""

    id = fields.UUID(attribute="uuid", required=True)
    listing_id = fields.UUID(attribute="listing_uuid", required=True)
    check_in_date = fields.Date(attribute="check_in", required=True)
    check_out_date = fields.Date(attribute="check_out", required=True)
    guests = fields.Integer(required=True)
    price_snapshot = fields.Nested(PriceSnapshotSchema, attribute="snapshot", required=True)
    created_at = ShownInstant(required=True)


class IntentSchema(StaySchema):
    """Nights that are held until `expires_at`."""

    status = _words(IntentStatus)
    expires_at = ShownInstant(required=True)


# ── bookings ────────────────────────────────────────────────────────────────────────────────


class ConfirmedIntentSchema(StrictSchema):
    """The intent that becomes a booking."""

    intent = ReferredId(data_key="intent_id", required=True)
    special_requests = CleanStr(
        max_length=REQUESTS_CHARS,
        allow_none=True,
        load_default="",
        metadata={"example": "Late check-in at 6pm please."},
    )


class PartySchema(Schema):
    """Somebody who has a part in a booking."""

    id = fields.UUID(attribute="uuid", required=True)
    first_name = fields.String(required=True)


class BookingSchema(StaySchema):
    """A booking, as lists show it. `role` is the part that the caller has in it.

    While the guest has to pay, `payment_due_at` says until when.
    """

    listing_title = fields.String(required=True)
    role = _words(Role)
    guest = fields.Nested(PartySchema, required=True)
    host = fields.Nested(PartySchema, required=True)
    status = _words(BookingStatus)
    payment_status = _words(PaymentStatus)
    payment_due_at = ShownInstant(required=True, allow_none=True)
    special_requests = fields.String(required=True)


class TimelineEntrySchema(Schema):
    """What happened to a booking, and who did it, by their part; `from` is null at its beginning.

    `payment_status` is what it was afterwards.
    """

    at = ShownInstant(required=True)
    by = fields.String(
        attribute="role", required=True, metadata={"enum": [str(role) for role in Role]}
    )
    from_status = fields.String(
        data_key="from",
        required=True,
        allow_none=True,
        metadata={"enum": [*map(str, BookingStatus), None]},
    )
    to_status = fields.String(
        data_key="to", required=True, metadata={"enum": [str(each) for each in BookingStatus]}
    )
    payment_status = _words(PaymentStatus)
    note = fields.String(required=True)


class BookingDetailSchema(BookingSchema):
    """A booking with all that happened to it.

    Hosts do not see how it was paid: `payment_reference`, `payment_method`, `has_payment_proof` and
    `rejection_reason` are null for them, and the timeline does not tell why a payment was rejected.
    Others read the proof at `payment-proof/`.
    """

    payment_reference = fields.String(required=True, allow_none=True)
    payment_method = fields.String(required=True, allow_none=True)
    has_payment_proof = fields.Boolean(required=True, allow_none=True)
    rejection_reason = fields.String(required=True, allow_none=True)
    cancellation_reason = fields.String(required=True)
    submitted_at = ShownInstant(required=True, allow_none=True)
    paid_at = ShownInstant(required=True, allow_none=True)
    checked_in_at = ShownInstant(required=True, allow_none=True)
    completed_at = ShownInstant(required=True, allow_none=True)
    cancelled_at = ShownInstant(required=True, allow_none=True)
    refunded_at = ShownInstant(required=True, allow_none=True)
    timeline = fields.Nested(TimelineEntrySchema, many=True, required=True)


class BookingQuerySchema(PageQuerySchema):
    """Which of the caller's bookings to list; without a role those as guest and as host."""

    role = Choice(
        Role, only=_OWN_ROLES, metadata={"description": "The caller's part; both by default."}
    )
    status = Choice(BookingStatus, metadata={"description": "Where the booking is in its life."})
    listing_id = QueryUuid(metadata={"description": "Bookings of this listing."})


class PaymentSchema(StrictSchema):
    """The proof of a payment: a JPEG, PNG, WebP or PDF file of up to 10 MB."""

    payment_proof = UploadedFile(max_bytes=MAX_DOCUMENT_BYTES, required=True)
    reference = CleanStr(max_length=PAYMENT_TEXT_CHARS, load_default="")
    method = CleanStr(
        max_length=PAYMENT_TEXT_CHARS, load_default="", metadata={"example": "M-Pesa"}
    )


class CancellationSchema(StrictSchema):
    """Why a booking is cancelled, if anybody wants to say."""

    reason = CleanStr(max_length=REASON_CHARS, allow_none=True, load_default="")


# ── for staff ───────────────────────────────────────────────────────────────────────────────


class AllBookingsQuerySchema(PageQuerySchema):
    """Which bookings to list. `from` and `to` leave those that take a night in between."""

    search = CleanStr(
        max_length=SEARCH_CHARS,
        metadata={
            "description": "A booking's id, or a part of its payment reference or of its listing's "
            "title."
        },
    )
    status = Choice(BookingStatus, metadata={"description": "Where the booking is in its life."})
    payment_status = Choice(PaymentStatus, metadata={"description": "What is known of the money."})
    listing_id = QueryUuid(metadata={"description": "Bookings of this listing."})
    guest_id = QueryUuid(metadata={"description": "Bookings by this account."})
    host_id = QueryUuid(metadata={"description": "Bookings of this account's listings."})
    since = StrictDate(
        data_key="from", metadata={"description": "Leaves those that take a night from then on."}
    )
    until = StrictDate(
        data_key="to",
        metadata={
            "description": "Leaves those that take a night before then.",
            "example": "2026-10-01",
        },
    )
    is_over = QueryBool(
        load_default=False,
        metadata={"description": "Leaves those whose check-out date has passed."},
    )


class PaymentRejectionSchema(StrictSchema):
    """Why a payment could not be confirmed. The guest reads it."""

    rejection_reason = CleanStr(
        required=True,
        max_length=REASON_CHARS,
        blank=False,
        metadata={"example": "The transfer has not arrived."},
    )
