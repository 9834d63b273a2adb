"""Categories as a tree."""

from uuid import UUID, uuid4

import pytest

from app.reference.category_tree import (
    BELOW_ITSELF,
    TOO_DEEP,
    CategoryItem,
    flatten,
    grow_categories,
    only_active,
    placement_problem,
)

ROWS: dict[str, tuple[int, int | None, bool]] = {
    # slug: (id, parent's id, active by itself)
    "villa": (1, None, True),
    "beach-villa": (2, 1, True),
    "reef-villa": (3, 2, True),
    "garden-villa": (4, 1, False),
    "rose-villa": (5, 4, True),
    "apartment": (6, None, True),
}


def _tree(rows: dict[str, tuple[int, int | None, bool]]) -> dict[str, CategoryItem]:
    grown = grow_categories(
        (id_, uuid4(), parent_id, slug, slug.title(), "house", is_active)
        for slug, (id_, parent_id, is_active) in rows.items()
    )
    return {each.slug: each for each in flatten(grown)}


def _chain(length: int) -> dict[str, tuple[int, int | None, bool]]:
    return {f"c{number}": (number, number - 1 or None, True) for number in range(1, length + 1)}


def test_categories_stand_below_their_parents_in_order_of_name() -> None:
    tree = _tree(ROWS)
    assert list(tree) == [
        "apartment",
        "villa",
        "beach-villa",
        "reef-villa",
        "garden-villa",
        "rose-villa",
    ]
    assert [each.slug for each in tree["villa"].subcategories] == ["beach-villa", "garden-villa"]
    assert (tree["villa"].parent, tree["reef-villa"].parent) == (None, "beach-villa")
    assert tree["villa"].ids() == (1, 2, 3, 4, 5)
    assert (tree["villa"].height, tree["reef-villa"].height) == (3, 1)


def test_two_of_one_name_are_in_order_of_their_slugs() -> None:
    rows = [(n, uuid4(), None, slug, "Villa", "house", True) for n, slug in enumerate("cab")]
    assert [each.slug for each in grow_categories(rows)] == ["a", "b", "c"]


@pytest.mark.parametrize("is_active", [0, False])
def test_ids_and_flags_may_come_as_sqlite_keeps_them(is_active: object) -> None:
    uuid = uuid4()
    [item] = grow_categories([(1, uuid.hex, None, "villa", "Villa", "house", is_active)])
    assert (item.uuid, item.is_active) == (uuid, False)
    assert isinstance(item.uuid, UUID)


def test_what_is_below_a_hidden_category_is_hidden() -> None:
    tree = _tree(ROWS)
    assert [slug for slug, each in tree.items() if not each.is_active] == [
        "garden-villa",
        "rose-villa",
    ]


def test_what_is_hidden_can_be_left_out() -> None:
    top = [each for each in _tree(ROWS).values() if each.parent is None]
    shown = list(flatten(only_active(top)))
    assert [each.slug for each in shown] == ["apartment", "villa", "beach-villa", "reef-villa"]
    assert [each.slug for each in shown[1].subcategories] == ["beach-villa"]


@pytest.mark.parametrize("parent", ["villa", "beach-villa", "reef-villa"])
def test_a_category_cannot_stand_below_itself(parent: str) -> None:
    tree = _tree(ROWS)
    assert placement_problem(tree["villa"], tree[parent], tree) == BELOW_ITSELF


def test_a_category_moves_with_all_below_it() -> None:
    tree = _tree(ROWS)
    assert placement_problem(tree["beach-villa"], tree["apartment"], tree) is None
    assert placement_problem(tree["apartment"], tree["reef-villa"], tree) is None


def test_five_levels_are_the_most() -> None:
    tree = _tree(_chain(5) | {"apart": (10, None, True), "below": (11, 10, True)})
    assert placement_problem(None, tree["c4"], tree) is None
    assert placement_problem(None, tree["c5"], tree) == TOO_DEEP
    assert placement_problem(tree["apart"], tree["c3"], tree) is None
    assert placement_problem(tree["apart"], tree["c4"], tree) == TOO_DEEP
    assert placement_problem(tree["below"], tree["c4"], tree) is None
