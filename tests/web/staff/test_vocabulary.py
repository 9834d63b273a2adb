"""Amenities and extras in the console, and the reference data that nobody edits."""

from uuid import UUID

import pytest

from app.reference import service as reference
from tests.web.browser import Visitor, text_of

pytestmark = pytest.mark.usefixtures("shipped_again")

AMENITIES, EXTRAS = "/staff/amenities/", "/staff/extras/"


def _amenity(slug: str) -> reference.AmenityItem:
    return reference.snapshot().amenities_by_slug[slug]


def _extra(slug: str) -> reference.ExtraItem:
    [found] = [each for each in reference.snapshot().extras if each.slug == slug]
    return found


def test_an_amenity_is_added_changed_and_taken_from_the_list(staff: Visitor) -> None:
    staff.open(f"{AMENITIES}new/")
    answer = staff.send(f"{AMENITIES}new/", name=" Cave ", slug="", icon="")
    assert (answer.status_code, answer.location) == (303, AMENITIES)
    page = staff.open(AMENITIES)
    assert "“Cave” is added." in text_of(page)
    path = f"{AMENITIES}{_amenity('cave').uuid}/"
    assert f'href="{path}"' in page.text
    staff.open(path)
    staff.send(path, name="Sea cave", icon="bi-water")
    changed = _amenity("cave")
    assert (changed.name, changed.icon, changed.is_active) == ("Sea cave", "bi-water", True)
    staff.send(f"{path}deactivate/")
    assert not _amenity("cave").is_active
    assert "Reactivate" in text_of(staff.open(path))
    staff.send(f"{path}reactivate/")
    assert _amenity("cave").is_active


def test_an_icon_is_cleared(staff: Visitor) -> None:
    path = f"{AMENITIES}{_amenity('parking').uuid}/"
    staff.open(path)
    assert staff.send(path, name="Parking", icon="").status_code == 303
    assert _amenity("parking").icon == ""


def test_an_extra_has_a_price(staff: Visitor) -> None:
    staff.open(f"{EXTRAS}new/")
    added = staff.send(f"{EXTRAS}new/", name="Drum", slug="big-drum", icon="", price="12.50")
    assert added.status_code == 303
    path = f"{EXTRAS}{_extra('big-drum').uuid}/"
    assert 'name="price" type="text" value="12.50"' in staff.open(path).text
    assert staff.send(path, name="Drum", icon="", price="15").status_code == 303
    assert f"{_extra('big-drum').price:.2f}" == "15.00"
    assert "15.00" in text_of(staff.open(EXTRAS))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "This field may not be blank."),
        ({"name": "x" * 101}, "Ensure this field has no more than 100 characters."),
        ({"slug": "Not a slug"}, "Use lower-case letters"),
        ({"slug": "breakfast"}, 'The slug "breakfast" is taken.'),
        ({"price": "much"}, "A valid number is required."),
        ({"price": "1.999"}, "Ensure that there are no more than 2 decimal places."),
        ({"price": "-1"}, "Ensure this value is between"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(
    staff: Visitor, changes: dict[str, str], sentence: str
) -> None:
    staff.open(f"{EXTRAS}new/")
    given = {"name": "<b>Drum</b>", "slug": "drum", "icon": "", "price": "1"} | changes
    before = reference.snapshot().extras
    answer = staff.send(f"{EXTRAS}new/", **given)
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert answer.text.count('aria-invalid="true"') == 1
    assert "<b>Drum" not in answer.text
    assert reference.snapshot().extras == before


def test_a_field_that_the_form_has_not_is_refused(staff: Visitor) -> None:
    path = f"{AMENITIES}{_amenity('parking').uuid}/"
    staff.open(path)
    assert staff.send(path, name="Parking", is_active="false").status_code == 400
    assert _amenity("parking").is_active


@pytest.mark.parametrize("path", [AMENITIES, EXTRAS])
def test_an_entry_that_there_is_not_is_said(staff: Visitor, path: str) -> None:
    staff.open(path)
    assert staff.open(f"{path}{UUID(int=1)}/").status_code == 404
    assert staff.send(f"{path}{UUID(int=1)}/deactivate/").status_code == 404


def test_reference_data_is_shown(staff: Visitor) -> None:
    words = text_of(staff.open("/staff/reference/"))
    for each in ("Regions and districts of Uganda", "Kampala", "Bungalow bungalow", "UGX", "Acres"):
        assert each in words
