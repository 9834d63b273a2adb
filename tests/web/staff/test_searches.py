"""What all searchable lists of the console do with a search."""

import pytest

from tests import factories
from tests.web.browser import Visitor, text_of

EMPTY = {
    "/staff/listings/": "There are no listings yet.",
    "/staff/bookings/": "Nothing has been booked yet.",
    "/staff/reviews/": "There are no reviews yet.",
    "/staff/feedback/": "Nobody has said anything yet.",
    "/staff/api-keys/": "There are no keys yet.",
    "/staff/audit/": "Nothing has been done yet.",
}


@pytest.mark.parametrize("path", EMPTY)
def test_an_empty_list_says_so(staff: Visitor, path: str) -> None:
    assert EMPTY[path] in text_of(staff.open(path))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("/staff/users/?role=king", '"king" is not a valid choice.'),
        ("/staff/listings/?host=nobody", "There is no account 'nobody'."),
        ("/staff/bookings/?from=tomorrow", "Must be a date, such as 2026-09-01."),
        ("/staff/bookings/?from=2027-01-26&to=2027-01-26", "Must be after from."),
        ("/staff/bookings/?listing_id=7", "Must be a valid UUID."),
        ("/staff/reviews/?rating=six", "A valid integer is required."),
        ("/staff/feedback/?platform=tv", '"tv" is not a valid choice.'),
        ("/staff/api-keys/?user=nobody", "There is no account 'nobody'."),
        ("/staff/audit/?to=9999-12-31", "There is no day after this one."),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(
    staff: Visitor, query: str, sentence: str
) -> None:
    answer = staff.open(query)
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert answer.text.count('aria-invalid="true"') == 1
    assert "This search could not be read" in text_of(answer)


def test_all_that_is_wrong_with_a_search_is_said_at_once(staff: Visitor) -> None:
    answer = staff.open("/staff/bookings/?guest=nobody&host=no+one&from=tomorrow")
    assert answer.status_code == 400
    for sentence in ("account 'nobody'", "account 'no one'", "Must be a date"):
        assert sentence in text_of(answer)


def test_what_was_asked_for_stands_in_the_fields_as_text(staff: Visitor) -> None:
    page = staff.open('/staff/users/?search="><script>&role=admin')
    assert 'value="&#34;&gt;&lt;script&gt;"' in page.text
    assert '<option value="admin" selected>' in page.text


def test_a_search_keeps_to_its_pages(staff: Visitor) -> None:
    for _ in range(21):
        factories.make_account()
    page = staff.open("/staff/users/?role=user")
    assert "1–20 of 21" in text_of(page)
    assert 'href="/staff/users/?role=user&amp;page=2"' in page.text
    last = staff.open("/staff/users/?role=user&page=2")
    assert "21–21 of 21" in text_of(last)
    assert staff.open("/staff/users/?role=user&page=3").status_code == 404
    assert staff.open("/staff/users/?page=none").status_code == 404


def test_a_name_that_nobody_searches_by_is_refused(staff: Visitor) -> None:
    assert staff.open("/staff/users/?colour=red").status_code == 400
