"""Bookings of everybody, whatever has become of them."""

from typing import Any

from flask import Response

from app.accounts.caller import Caller
from app.bookings import staff_service as staff
from app.bookings.enums import BookingStatus, PaymentStatus
from app.core.fields import Choice, CleanStr, QueryUuid, StrictDate, StrictSchema
from app.web.staff.frame import staff_blueprint, staff_page
from app.web.staff.searches import PersonName, choices, show_list

blp = staff_blueprint("staff_all_bookings", "/bookings")


SEARCH_CHARS = 100


class BookingSearchSchema(StrictSchema):
    """Which bookings to show; `from` and `to` leave those that take a night in between."""

    search = CleanStr(max_length=SEARCH_CHARS)
    status = Choice(BookingStatus)
    payment_status = Choice(PaymentStatus)
    guest = PersonName()
    host = PersonName()
    listing_id = QueryUuid()
    since = StrictDate(data_key="from")
    until = StrictDate(data_key="to")


@staff_page(blp, "/")
def list_bookings(caller: Caller) -> Response:
    return show_list(
        "all_bookings.html",
        caller,
        BookingSearchSchema(),
        _find,
        empty="Nothing has been booked yet.",
        people={"guest", "host"},
        statuses=choices(BookingStatus),
        payment_statuses=choices(PaymentStatus),
        search_chars=SEARCH_CHARS,
    )


def _find(*, guest: Any = None, host: Any = None, **asked: Any) -> tuple[list[Any], int]:
    return staff.list_bookings(
        **asked,
        guest_id=guest.uuid if guest else None,
        host_id=host.uuid if host else None,
    )
