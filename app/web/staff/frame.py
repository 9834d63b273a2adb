"""What all pages of the console share: who may open them, their frame, and what was done."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, flash, request

from app.accounts.caller import Caller
from app.api.conditional import media_url
from app.api.problems import Problem
from app.web import pages
from app.web.sessions import find_caller_of, staff_only

PREFIX = "/staff"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the console that can be reached from all of them."""

    label: str
    endpoint: str


# By heading; the first ones need none. A page that belongs to an entry leads back to it.
SECTIONS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    ("", (Entry("Start", "staff.show_start"),)),
    (
        "Queues",
        (
            Entry("Hosts", "staff_hosts.list_applicants"),
            Entry("Listings", "staff_listings.list_waiting"),
            Entry("Payments", "staff_bookings.list_payments"),
            Entry("Refunds", "staff_bookings.list_refunds"),
            Entry("Stays to settle", "staff_bookings.list_stays"),
        ),
    ),
    (
        "Everything",
        (
            Entry("Users", "staff_users.list_users"),
            Entry("All listings", "staff_all_listings.list_listings"),
            Entry("All bookings", "staff_all_bookings.list_bookings"),
            Entry("Reviews", "staff_reviews.list_reviews"),
            Entry("Feedback", "staff_feedback.list_feedback"),
        ),
    ),
    (
        "Content",
        (
            Entry("Categories", "staff_categories.list_categories"),
            Entry("Amenities", "staff_amenities.list_entries"),
            Entry("Extras", "staff_extras.list_entries"),
            Entry("Questions", "staff_faq.list_questions"),
            Entry("Reference data", "staff_reference.show_reference"),
        ),
    ),
    (
        "Access",
        (
            Entry("API keys", "staff_keys.list_keys"),
            Entry("Audit log", "staff_audit.list_entries"),
        ),
    ),
)

_LABELS = {entry.endpoint: entry.label for _, entries in SECTIONS for entry in entries}


def staff_blueprint(name: str, prefix: str = "") -> Blueprint:
    """Return a blueprint of pages below `/staff`; each view is made by `staff_page`."""
    return pages.page_blueprint(name, f"{PREFIX}{prefix}")


def staff_page(blp: Blueprint, rule: str, *methods: str) -> Any:
    """Make a view a page that staff alone opens; it gets the caller as its first argument."""

    def decorate(view: pages.View) -> pages.View:
        guarded = staff_only(view)
        blp.add_url_rule(rule, view_func=guarded, methods=list(methods) or ["GET"])
        return guarded

    return decorate


def show(
    template: str, caller: Caller, *, at: str = "", status: int = 200, **values: Any
) -> Response:
    """Return a page of the console, `templates/staff/<template>`.

    `at` is the endpoint of the entry that the page belongs to, by default the page itself.
    """
    return pages.show(
        f"staff/{template}",
        status=status,
        caller=caller,
        sections=SECTIONS,
        at=at or request.endpoint,
        labels=_LABELS,
        media=media_url(),
        **values,
    )


def write_problem(problem: Problem) -> Response:
    """Write a failure below `/staff` as a page, which for staff is one of the console."""
    caller = find_caller_of(problem)
    if caller is None or not caller.is_admin:
        return pages.write_problem(problem, caller)
    frame = {"layout": "staff/_layout.html", "sections": SECTIONS, "at": ""}
    return pages.write_problem(problem, caller, **frame)


def say(sentence: str) -> None:
    """Say at the head of the next page what was done."""
    flash(sentence)


def figure(amount: Decimal | str) -> str:
    """Write an amount of money with its thousands set apart; promised prices are kept as text."""
    return f"{Decimal(amount):,.2f}"


def full_name(person: Any) -> str:
    """Return what an account calls its person: first and last name, or else the username."""
    return f"{person.first_name} {person.last_name}".strip() or str(person.username)
