"""The tree of categories in the console."""

from uuid import UUID

import pytest

from app.reference import service as reference
from app.reference.service import CategoryItem
from tests.web.browser import Visitor, text_of

pytestmark = pytest.mark.usefixtures("shipped_again")

CATEGORIES = "/staff/categories/"


def _category(slug: str) -> CategoryItem:
    return reference.snapshot().categories_by_slug[slug]


def _page(slug: str) -> str:
    return f"{CATEGORIES}{_category(slug).uuid}/"


def test_the_tree_is_shown_by_its_depth(staff: Visitor) -> None:
    page = staff.open(CATEGORIES)
    assert '<th scope="row" class="depth-0">Villa</th>' in page.text
    assert '<th scope="row" class="depth-1">Beach Villa' in page.text


def test_a_category_is_added_below_another_one_moved_and_renamed(staff: Visitor) -> None:
    staff.open(f"{CATEGORIES}new/")
    answer = staff.send(f"{CATEGORIES}new/", name="New", slug="new", icon="", parent="villa")
    assert (answer.status_code, answer.location) == (303, CATEGORIES)
    assert "“New” is added." in text_of(staff.open(CATEGORIES))
    assert _category("new").parent == "villa"
    page = staff.open(_page("new"))
    assert '<option value="villa" selected>' in page.text
    staff.send(_page("new"), name="Newer", icon="star", parent="")
    changed = _category("new")
    assert (changed.name, changed.icon, changed.parent) == ("Newer", "star", None)


def test_nothing_below_a_category_is_offered_as_a_place_for_it(staff: Visitor) -> None:
    page = staff.open(_page("villa"))
    assert '<option value="beach-villa"' not in page.text
    assert '<option value="villa"' not in page.text
    answer = staff.send(_page("villa"), name="Villa", icon="", parent="beach-villa")
    assert answer.status_code == 400
    assert "A category cannot stand below itself." in text_of(answer)
    assert 'aria-invalid="true"' in answer.text


def test_a_category_is_hidden_with_those_below_it_and_brought_back(staff: Visitor) -> None:
    staff.open(_page("villa"))
    assert staff.send(f"{_page('villa')}deactivate/").status_code == 303
    assert not _category("beach-villa").is_active
    assert "are not active any more" in text_of(staff.open(CATEGORIES))
    refused = staff.send(f"{_page('beach-villa')}reactivate/")
    assert refused.status_code == 400
    assert 'role="alert">The category above it is not active.' in refused.text
    assert staff.send(f"{_page('villa')}reactivate/").status_code == 303
    assert _category("beach-villa").is_active


def test_a_category_keeps_its_place_below_one_that_is_not_active(staff: Visitor) -> None:
    staff.open(_page("villa"))
    staff.send(f"{_page('villa')}deactivate/")
    assert '<option value="villa" selected>' in staff.open(_page("beach-villa")).text
    saved = staff.send(_page("beach-villa"), name="By the sea", icon="", parent="villa")
    assert saved.status_code == 303
    assert _category("beach-villa").name == "By the sea"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "This field may not be blank."),
        ({"slug": "villa"}, 'The slug "villa" is taken.'),
        ({"parent": "nowhere"}, 'There is no active category "nowhere".'),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(
    staff: Visitor, changes: dict[str, str], sentence: str
) -> None:
    staff.open(f"{CATEGORIES}new/")
    given = {"name": "Cave", "slug": "cave", "icon": "", "parent": ""} | changes
    answer = staff.send(f"{CATEGORIES}new/", **given)
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert answer.text.count('aria-invalid="true"') == 1
    assert "cave" not in reference.snapshot().categories_by_slug


def test_markup_in_a_name_is_text(staff: Visitor) -> None:
    staff.open(f"{CATEGORIES}new/")
    staff.send(f"{CATEGORIES}new/", name="<b>Cave</b>", slug="cave", icon="", parent="")
    for path in (CATEGORIES, _page("cave")):
        page = staff.open(path)
        assert "<b>Cave" not in page.text
        assert "&lt;b&gt;Cave&lt;/b&gt;" in page.text


def test_a_category_that_there_is_not_is_said(staff: Visitor) -> None:
    staff.open(CATEGORIES)
    path = f"{CATEGORIES}{UUID(int=1)}/"
    assert staff.open(path).status_code == 404
    assert staff.send(path, name="Cave", icon="", parent="").status_code == 404
