"""The staff's dashboard, and what is left for text messages."""

from marshmallow import Schema, fields

from app.accounts.enums import VerificationStage
from app.bookings.enums import BookingStatus
from app.catalogue.enums import ListingType
from app.core.fields import ShownDecimal, ShownInstant


def _count() -> fields.Integer:
    return fields.Integer(required=True)


def _by_word(*words: str) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"example": {str(word): 0 for word in words}},
    )


def _money_by_currency() -> fields.Dict:
    return fields.Dict(
        keys=fields.String(),
        values=ShownDecimal(places=2),
        required=True,
        metadata={"example": {"USD": "1450.00"}},
    )


class AccountCountsSchema(Schema):
    """Accounts: all, those with a verified e-mail address, and those that are disabled."""

    total = _count()
    verified = _count()
    disabled = _count()


class ListingCountsSchema(Schema):
    """Listings, those in the trash left out. Only stays have a status here."""

    total = _count()
    by_status = _by_word("draft", "pending_review", "rejected", "active", "inactive")
    by_type = _by_word(*ListingType)


class BookingCountsSchema(Schema):
    """All bookings."""

    total = _count()
    by_status = _by_word(*BookingStatus)


class QueuesSchema(Schema):
    """How much waits for staff.

    `stays_to_settle` are paid, their dates have passed, and nobody was checked in.
    """

    hosts_pending_review = _count()
    listings_pending_review = _count()
    payments_submitted = _count()
    refunds_due = _count()
    stays_to_settle = _count()


class DaySchema(Schema):
    """What happened on one day in UTC; revenue counts on the day that it was confirmed."""

    date = fields.Date(required=True)
    registrations = _count()
    listings = _count()
    bookings = _count()
    revenue = _money_by_currency()


class StatsSchema(Schema):
    """The dashboard's figures as of `generated_at`.

    Hosts are by verification stage, confirmed revenue is by currency, and the last 30 days end
    with today.
    """

    generated_at = ShownInstant(required=True)
    accounts = fields.Nested(AccountCountsSchema, required=True)
    hosts = _by_word(*VerificationStage)
    listings = fields.Nested(ListingCountsSchema, required=True)
    bookings = fields.Nested(BookingCountsSchema, required=True)
    revenue = _money_by_currency()
    queues = fields.Nested(QueuesSchema, required=True)
    last_30_days = fields.List(fields.Nested(DaySchema), required=True)


class SmsBalanceSchema(Schema):
    """What is left at the SMS gateway; `currency` is an ISO 4217 code, `XXX` where none is."""

    balance = ShownDecimal(places=2, attribute="amount", required=True)
    currency = fields.String(required=True, metadata={"example": "TZS"})
