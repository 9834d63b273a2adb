"""Reviews in the console, and what people say of the platform."""

from uuid import UUID

import pytest

from app.accounts import service as accounts
from app.catalogue.models import Listing
from app.core.db import session, transaction
from app.reviews import service as reviews
from app.support import feedback_service as feedback
from app.support.enums import Platform
from tests import factories
from tests.reviews.stays import make_guest, rating_of, review, uuid_of
from tests.web.browser import Visitor, text_of

REVIEWS = "/staff/reviews/"


@pytest.fixture
def stay() -> int:
    return factories.make_stay(factories.make_account("owner").id)


def _page(review_id: UUID) -> str:
    return f"{REVIEWS}{review_id}/"


def test_a_review_is_hidden_with_a_reason_and_published_again(staff: Visitor, stay: int) -> None:
    shown = review(stay, 2, comment="Noisy.", location=4)
    page = staff.open(_page(shown))
    assert "Noisy." in text_of(page)
    assert "Location ★★★★☆" in text_of(page)
    answer = staff.send(f"{_page(shown)}unpublish/", reason=" It names\r\na neighbour. ")
    assert (answer.status_code, answer.location) == (303, _page(shown))
    hidden = text_of(staff.open(_page(shown)))
    assert "The review is hidden, and its author has been told." in hidden
    assert "Why it was hidden It names a neighbour." in hidden
    assert "Unpublished by amina@example.com" in hidden
    assert rating_of(stay)[0] == 0
    assert staff.send(f"{_page(shown)}republish/").status_code == 303
    assert "published again" in text_of(staff.open(_page(shown)))
    assert rating_of(stay)[0] == 1


def test_a_review_is_hidden_without_a_word(staff: Visitor, stay: int) -> None:
    shown = review(stay)
    staff.open(_page(shown))
    assert staff.send(f"{_page(shown)}unpublish/", reason="").status_code == 303
    assert rating_of(stay)[0] == 0


def test_whoever_comes_second_is_told_so(staff: Visitor, stay: int) -> None:
    shown = review(stay)
    staff.open(_page(shown))
    assert staff.send(f"{_page(shown)}republish/").status_code == 409
    staff.send(f"{_page(shown)}unpublish/", reason="Rude.")
    again = staff.send(f"{_page(shown)}unpublish/", reason="Very rude.")
    assert again.status_code == 409
    assert 'class="banner bad" role="alert"' in again.text
    assert "Why it was hidden Rude." in text_of(again)


def test_a_reason_that_is_too_long_is_said_at_its_field(staff: Visitor, stay: int) -> None:
    shown = review(stay)
    staff.open(_page(shown))
    answer = staff.send(f"{_page(shown)}unpublish/", reason="x" * 5001)
    assert answer.status_code == 400
    assert "Ensure this field has no more than 5000 characters." in text_of(answer)
    assert "x" * 5001 in answer.text
    assert rating_of(stay)[0] == 1


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("?search=stunning", True),
        ("?search=awful", False),
        ("?search=PALM", True),
        ("?rating=4", True),
        ("?rating=5", False),
        ("?is_published=true", True),
        ("?is_published=false", False),
    ],
)
def test_reviews_are_found(staff: Visitor, stay: int, query: str, is_found: bool) -> None:
    with transaction():
        session.get_one(Listing, stay).title = "Palm house"
    shown = review(stay, 4, comment="Absolutely stunning.")
    assert (str(shown) in staff.open(f"{REVIEWS}{query}").text) is is_found


def test_reviews_of_one_listing_are_found(staff: Visitor, stay: int) -> None:
    shown = review(stay)
    other = review(factories.make_stay(factories.make_account().id))
    page = staff.open(f"{REVIEWS}?listing_id={uuid_of(stay)}")
    assert str(shown) in page.text
    assert str(other) not in page.text


def test_markup_in_what_people_write_is_text(staff: Visitor, stay: int) -> None:
    shown = review(stay, guest=make_guest("<i>Asha</i>"), comment="<img src=x>")
    owner = accounts.get_account_by_reference("owner")
    reviews.reply(owner.id, shown, "<u>Thanks</u>")
    for path in (REVIEWS, _page(shown)):
        page = staff.open(path)
        assert "&lt;img src=x&gt;" in page.text
        assert "&lt;i&gt;Asha&lt;/i&gt;" in page.text
    assert "&lt;u&gt;Thanks&lt;/u&gt;" in staff.open(_page(shown)).text


def test_a_review_that_there_is_not_is_said(staff: Visitor) -> None:
    assert staff.open(_page(UUID(int=1))).status_code == 404


def test_feedback_is_listed_and_found(staff: Visitor) -> None:
    somebody = factories.make_account()
    feedback.give_feedback(somebody.id, rating=2, comment="<b>Slow</b>", platform=Platform.IOS)
    feedback.give_feedback(somebody.id, rating=5)
    page = staff.open("/staff/feedback/")
    assert "&lt;b&gt;Slow&lt;/b&gt;" in page.text
    assert "1–2 of 2" in text_of(page)
    found = text_of(staff.open("/staff/feedback/?platform=ios&rating=2"))
    assert "1–1 of 1" in found
    assert "iOS" in found
    assert "Nothing fits this search." in text_of(staff.open("/staff/feedback/?rating=3"))
