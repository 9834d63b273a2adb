"""The audit log: who did what to which object, and when."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Response, url_for

from app.accounts.caller import Caller
from app.audit.limits import ACTION_CHARS, OBJECT_ID_CHARS, OBJECT_TYPE_CHARS
from app.core.counts import Slice
from app.core.errors import Invalid
from app.core.fields import CleanStr, StrictDate, StrictSchema
from app.reporting import audit_service as audit
from app.reporting.audit_service import Entry
from app.web.staff.frame import staff_blueprint, staff_page
from app.web.staff.searches import PersonName, show_list

blp = staff_blueprint("staff_audit", "/audit")

# Where the objects of entries are shown: the page, and what it calls their id.
_PAGES = {
    "account": ("staff_users.show_user", "user_id"),
    "listing": ("staff_listings.show_listing", "listing_id"),
    "booking": ("staff_bookings.show_booking", "booking_id"),
    "review": ("staff_reviews.show_review", "review_id"),
    "category": ("staff_categories.show_category", "category_id"),
    "amenity": ("staff_amenities.show_entry", "entry_id"),
    "extra": ("staff_extras.show_entry", "entry_id"),
    "faq_item": ("staff_faq.show_question", "question_id"),
}
_NO_SUCH_DAY = "There is no day after this one."


class AuditSearchSchema(StrictSchema):
    """Which entries to show, both days included."""

    actor = PersonName()
    action = CleanStr(max_length=ACTION_CHARS)
    object_type = CleanStr(max_length=OBJECT_TYPE_CHARS)
    object_id = CleanStr(max_length=OBJECT_ID_CHARS)
    first_day = StrictDate(data_key="from")
    last_day = StrictDate(data_key="to")


@staff_page(blp, "/")
def list_entries(caller: Caller) -> Response:
    return show_list(
        "audit.html",
        caller,
        AuditSearchSchema(),
        _find,
        empty="Nothing has been done yet.",
        people={"actor"},
        address_of=_address_of,
    )


def _find(
    *,
    actor: Any = None,
    first_day: date | None = None,
    last_day: date | None = None,
    **asked: Any,
) -> Slice:
    return audit.list_entries(
        **asked,
        actor=actor.uuid if actor else None,
        since=_beginning(first_day) if first_day else None,
        before=_beginning(_day_after(last_day)) if last_day else None,
    )


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day_after(day: date) -> date:
    if day == date.max:
        raise Invalid(_NO_SUCH_DAY, "to")
    return day + timedelta(days=1)


def _address_of(entry: Entry) -> str:
    """Return where the object of an entry is shown; nothing where no page is about it."""
    if entry.object_type not in _PAGES:
        return ""
    endpoint, name = _PAGES[entry.object_type]
    values: dict[str, Any] = {name: entry.object_id}
    return url_for(endpoint, **values)
