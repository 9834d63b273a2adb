"""The demo's bookings: guests, hosts, staff and time take the steps of their plans."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from app.accounts import service as accounts
from app.accounts.enums import Role
from app.bookings import booking_service as bookings
from app.bookings import intent_service as intents
from app.bookings import payment_service as payments
from app.bookings import staff_service as staff
from app.bookings.intent_service import WantedExtra, WantedStay
from app.core import clock
from app.demo.booking_plans import Plan
from app.demo.days import EAST_AFRICA_TIME
from app.demo.papers import Payment, draw_receipt, write_receipt
from app.demo.people_service import STAFF, caller_of
from app.demo.shipped import Row
from app.demo.stage import Person, Stage
from app.reference import service as reference
from app.reviews import service as reviews
from app.reviews import staff_service as review_staff
from app.reviews.ratings import HIGHEST, LOWEST, SUB_RATINGS

_SEED = 20_260_102
# By which means people pay, by the currency.
_METHODS = {
    "TZS": ("M-Pesa", "Tigo Pesa", "CRDB Bank"),
    "KES": ("M-Pesa", "Airtel Money", "Equity Bank"),
    "UGX": ("MTN MoMo", "Airtel Money", "Centenary Bank"),
    "USD": ("Bank transfer", "Visa"),
}
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_REFERENCE_CHARS = 10
# The share of sub-ratings that people give.
_GIVEN = 0.8

Shown = Mapping[str, Any]


def plan_bookings(stage: Stage, plans: Sequence[Plan], opinions: Sequence[Row]) -> None:
    """Have everybody take the steps of these bookings; reviews say what `opinions` do.

    The last opinion is the one that staff hides.
    """
    lots = Random(_SEED)  # nosec B311
    *shown, hidden = opinions
    for plan in plans:
        own_lots = Random(lots.random())  # nosec B311
        life = _Life(stage, plan, own_lots, lots.choice(shown), hidden)
        for step in plan.steps:
            stage.at(step.when, partial(life.take, step.deed, step.text))


def plan_intents(stage: Stage, rows: Sequence[Row]) -> None:
    """Have guests hold nights that they have not booked, and give some of them back."""
    for row in rows:
        stage.at(row["when"], partial(_hold, stage, row))
        if "released" in row:
            stage.at(row["released"], partial(_release, stage, row))


class _Life:
    """One booking, from one step to the next."""

    def __init__(
        self, stage: Stage, plan: Plan, lots: Random, opinion: Row, hidden_opinion: Row
    ) -> None:
        self._stage = stage
        self._plan = plan
        self._lots = lots
        self._opinion = opinion
        self._hidden_opinion = hidden_opinion
        # As its guest has seen it last.
        self._booking: Shown = {}
        self._review_id: UUID | None = None

    def take(self, deed: str, text: str) -> None:
        """Do the next thing; `text` is the reason for it."""
        match deed:
            case "book":
                self._book()
            case "pay":
                self._pay(draw_receipt)
            case "pay_by_pdf":
                self._pay(write_receipt)
            case "confirm_payment":
                staff.confirm_payment(self._staff.id, self._uuid)
            case "reject_payment":
                staff.reject_payment(self._staff.id, self._uuid, text)
            case "cancel_as_guest":
                bookings.cancel_booking(caller_of(self._guest), self._uuid, text)
            case "cancel_as_host":
                bookings.cancel_booking(caller_of(self._host), self._uuid, text)
            case "cancel_as_staff":
                bookings.cancel_booking(caller_of(self._staff, Role.ADMIN), self._uuid, text)
            case "lapse":
                bookings.cancel_overdue(self._booking["id"], self._booking["listing_id"])
            case "refund":
                staff.refund(self._staff.id, self._uuid)
            case "check_in":
                bookings.check_in(caller_of(self._host), self._uuid)
            case "check_out":
                bookings.check_out(caller_of(self._host), self._uuid)
            case "review":
                self._review(self._opinion)
            case "reply":
                self._reply()
            case "hidden_review":
                self._review(self._hidden_opinion)
            case "hide_review":
                self._hide_review()
            case _:
                raise ValueError(f"Nobody does {deed!r} to a booking.")

    @property
    def _guest(self) -> Person:
        return self._stage.people[self._plan.guest]

    @property
    def _host(self) -> Person:
        return self._stage.owner_of(self._plan.listing)

    @property
    def _staff(self) -> Person:
        return self._stage.people[STAFF]

    @property
    def _uuid(self) -> UUID:
        uuid: UUID = self._booking["uuid"]
        return uuid

    def _book(self) -> None:
        plan, days = self._plan, self._stage.days
        by_slug = {each.slug: each for each in reference.snapshot().extras_by_id.values()}
        wanted = WantedStay(
            self._stage.offers[plan.listing].uuid,
            days.day(plan.check_in),
            days.day(plan.check_in + plan.nights),
            plan.guests,
            [WantedExtra(by_slug[slug].uuid, 1) for slug in plan.extras],
        )
        intent = intents.create_intent(self._guest.id, wanted)
        self._booking, _ = bookings.create_booking(self._guest.id, intent["uuid"], plan.requests)

    def _pay(self, write: Callable[[Payment], bytes]) -> None:
        """Send a proof of the payment, of the kind that `write` makes."""
        guest = accounts.get_account(self._guest.id)
        code = "".join(self._lots.choices(_LETTERS, k=_REFERENCE_CHARS))
        payment = Payment(
            method=self._lots.choice(_METHODS[self._booking["currency"]]),
            reference=code,
            payer=f"{guest.first_name} {guest.last_name}",
            amount=self._booking["total"],
            currency=self._booking["currency"],
            at=clock.now().astimezone(EAST_AFRICA_TIME),
        )
        payments.submit_payment(
            caller_of(self._guest),
            self._uuid,
            write(payment),
            reference=code,
            method=payment.method,
        )

    def _review(self, opinion: Row) -> None:
        rating = opinion["rating"]
        around = {
            name: min(HIGHEST, max(LOWEST, rating + self._lots.choice((-1, 0, 0, 1))))
            for name in SUB_RATINGS
            if self._lots.random() < _GIVEN
        }
        review = reviews.submit_review(
            self._guest.id,
            self._stage.offers[self._plan.listing].uuid,
            booking_id=self._uuid,
            rating=rating,
            comment=opinion["comment"],
            **around,
        )
        self._review_id = review["uuid"]

    def _reply(self) -> None:
        """Reply to the review, where a host has something to say to that opinion."""
        if self._review_id is not None and "reply" in self._opinion:
            reviews.reply(self._host.id, self._review_id, self._opinion["reply"])

    def _hide_review(self) -> None:
        if self._review_id is not None:
            reason = self._hidden_opinion["reason"]
            review_staff.unpublish_review(self._staff.id, self._review_id, reason)


def _hold(stage: Stage, row: Row) -> None:
    first = stage.days.day(row["check_in"])
    wanted = WantedStay(
        stage.offers[row["listing"]].uuid, first, first + timedelta(days=row["nights"]), 1
    )
    intent = intents.create_intent(stage.people[row["guest"]].id, wanted)
    stage.holds[row["listing"]] = intent["uuid"]


def _release(stage: Stage, row: Row) -> None:
    intents.release_intent(stage.people[row["guest"]].id, stage.holds[row["listing"]])
