"""What staff changes in reference data, also at the same time."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEntry
from app.core.db import session, transaction
from app.core.errors import DomainError, Invalid
from app.core.outbox import OutboxItem
from app.reference import editing_service as editing
from app.reference import repository
from app.reference import service as reference
from app.reference.category_tree import BELOW_ITSELF, TOO_DEEP
from app.reference.errors import SlugTaken, UnknownEntry
from app.reference.models import Amenity, Category, Extra
from tests.factories import make_listing, make_tenant
from tests.rounds import rounds
from tests.threads import at_once

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("shipped_again")]

ACTOR = 7


@pytest.fixture
def trace(app: Flask) -> Callable[[], tuple[int, list[str], list[str]]]:
    """Tell what was left behind since: versions, topics posted, actions written down."""
    before = reference.current_version()

    def look() -> tuple[int, list[str], list[str]]:
        session.rollback()
        topics = list(session.scalars(select(OutboxItem.topic)))
        actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
        session.rollback()
        return reference.current_version() - before, topics, actions

    return look


Trace = Callable[[], tuple[int, list[str], list[str]]]


def _refusal(task: Callable[[], object]) -> tuple[str | None, str]:
    with pytest.raises(Invalid) as caught:
        task()
    return caught.value.field, caught.value.message


def _entry() -> AuditEntry:
    session.rollback()
    return session.execute(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).scalar_one()


# ── every kind of entry ─────────────────────────────────────────────────────────────────────

CREATE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "category": lambda values: editing.create_category(ACTOR, values),
    "amenity": lambda values: editing.create_amenity(ACTOR, values),
    "extra": lambda values: editing.create_extra(ACTOR, {"price": Decimal("25.00")} | values),
}


def _key(kind: str, item: Any) -> Any:
    return item.slug if kind == "category" else item.uuid


def _update(kind: str, item: Any, **changes: Any) -> Any:
    return getattr(editing, f"update_{kind}")(ACTOR, _key(kind, item), changes)


def _deactivate(kind: str, item: Any) -> None:
    getattr(editing, f"deactivate_{kind}")(ACTOR, _key(kind, item))


def _shown(kind: str, uuid: UUID) -> Any:
    state = reference.snapshot()
    items = {
        "category": state.categories_by_id.values(),
        "amenity": state.amenities,
        "extra": state.extras,
    }[kind]
    return next(each for each in items if each.uuid == uuid)


@pytest.mark.parametrize("kind", CREATE)
def test_what_is_added_is_seen_by_all_at_once(app: Flask, trace: Trace, kind: str) -> None:
    reference.snapshot()
    item = CREATE[kind]({"name": "Château d’Été", "icon": "bi-sun"})
    assert (item.slug, item.name, item.icon, item.is_active) == (
        "chateau-dete",
        "Château d’Été",
        "bi-sun",
        True,
    )
    assert _shown(kind, item.uuid) == item
    assert trace() == (1, [reference.CHANGED], [f"{kind}.created"])
    entry = _entry()
    assert (entry.actor_id, entry.object_type, entry.object_id) == (ACTOR, kind, str(item.uuid))
    assert entry.details["slug"] == "chateau-dete"


@pytest.mark.parametrize("kind", CREATE)
def test_a_slug_may_be_given(app: Flask, kind: str) -> None:
    item = CREATE[kind]({"name": "Вилла", "slug": "dacha", "icon": None})
    assert (item.slug, item.name, item.icon) == ("dacha", "Вилла", "")


@pytest.mark.parametrize("kind", CREATE)
def test_a_name_without_a_slug_in_it_is_refused(app: Flask, trace: Trace, kind: str) -> None:
    assert _refusal(lambda: CREATE[kind]({"name": "Вилла", "slug": None})) == (
        "slug",
        editing.NO_SLUG,
    )
    assert trace() == (0, [], [])


@pytest.mark.parametrize("kind", CREATE)
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "TREE house!"}, "name"),
        ({"name": "Tree", "slug": "tree-house"}, "slug"),
        ({"name": "Tree house", "slug": "tree-house"}, "slug"),
        ({"name": "Tree house", "slug": None}, "name"),
    ],
)
def test_a_taken_slug_is_refused_where_it_comes_from(
    app: Flask, trace: Trace, kind: str, values: dict[str, Any], field: str
) -> None:
    CREATE[kind]({"name": "Tree house"})
    with pytest.raises(SlugTaken):
        CREATE[kind](values)
    assert _refusal(lambda: CREATE[kind](values)) == (field, 'The slug "tree-house" is taken.')
    assert trace() == (1, [reference.CHANGED], [f"{kind}.created"])


@pytest.mark.parametrize("kind", CREATE)
def test_a_slug_that_nobody_sees_is_taken_too(app: Flask, kind: str) -> None:
    item = CREATE[kind]({"name": "Tree house"})
    _deactivate(kind, item)
    _field, message = _refusal(lambda: CREATE[kind]({"name": "Tree house"}))
    assert message == f'The slug "tree-house" is taken by one that is not active: {item.uuid}.'


def test_kinds_do_not_take_each_others_slugs(app: Flask) -> None:
    assert {CREATE[kind]({"name": "Sauna"}).slug for kind in CREATE} == {"sauna"}


@pytest.mark.parametrize("kind", CREATE)
def test_what_is_changed_is_seen_by_all_at_once(app: Flask, trace: Trace, kind: str) -> None:
    item = CREATE[kind]({"name": "Tree house", "icon": "bi-tree"})
    changed = _update(kind, item, name="Nest")
    assert (changed.name, changed.slug, changed.icon) == ("Nest", "tree-house", "bi-tree")
    assert _shown(kind, item.uuid) == changed
    assert _update(kind, item, icon=None).icon == ""
    assert trace() == (3, [reference.CHANGED] * 3, [f"{kind}.created"] + [f"{kind}.updated"] * 2)
    assert _entry().details == {"slug": "tree-house", "icon": None}


@pytest.mark.parametrize("kind", CREATE)
def test_a_change_that_changes_nothing_leaves_nothing(app: Flask, trace: Trace, kind: str) -> None:
    item = CREATE[kind]({"name": "Tree house"})
    assert _update(kind, item) == item
    assert _update(kind, item, name="Tree house", icon=None, is_active=True) == item
    assert trace()[0] == 1


@pytest.mark.parametrize("kind", CREATE)
def test_what_is_deactivated_stays_and_comes_back(app: Flask, trace: Trace, kind: str) -> None:
    item = CREATE[kind]({"name": "Tree house"})
    _deactivate(kind, item)
    assert not _shown(kind, item.uuid).is_active
    _deactivate(kind, item)
    assert _update(kind, item, is_active=True) == item
    assert _shown(kind, item.uuid) == item
    assert trace() == (
        3,
        [reference.CHANGED] * 3,
        [f"{kind}.created", f"{kind}.deactivated", f"{kind}.reactivated"],
    )


@pytest.mark.parametrize("kind", CREATE)
def test_what_is_not_there_is_unknown(app: Flask, trace: Trace, kind: str) -> None:
    key: Any = "no-such-slug" if kind == "category" else uuid4()
    with pytest.raises(UnknownEntry, match=f"There is no such {kind}"):
        getattr(editing, f"update_{kind}")(ACTOR, key, {"name": "x"})
    with pytest.raises(UnknownEntry):
        getattr(editing, f"deactivate_{kind}")(ACTOR, key)
    assert trace() == (0, [], [])


@pytest.mark.parametrize("kind", CREATE)
def test_what_breaks_off_leaves_nothing(
    app: Flask, trace: Trace, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    item = CREATE[kind]({"name": "Tree house"})

    def break_off(*_args: Any, **_kwargs: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.audit.service.record", break_off)
    for task in (
        lambda: CREATE[kind]({"name": "Nest"}),
        lambda: _update(kind, item, name="Nest"),
        lambda: _deactivate(kind, item),
    ):
        with pytest.raises(ZeroDivisionError):
            task()
    assert trace()[0] == 1
    assert _shown(kind, item.uuid) == item


@pytest.mark.parametrize("kind", CREATE)
def test_of_two_who_add_one_slug_at_once_one_is_refused(app: Flask, kind: str) -> None:
    def add(name: str) -> str | None:
        with app.app_context():
            try:
                CREATE[kind]({"name": name})
            except SlugTaken as taken:
                return taken.field
        return None

    for number in rounds():
        names = [f"Tree house {number}", f"TREE HOUSE {number}", f"tree-house-{number}"]
        answers = at_once([partial(add, name) for name in names])
        assert sorted(map(str, answers)) == ["None", "name", "name"]


# ── categories ──────────────────────────────────────────────────────────────────────────────


def _create(name: str, parent: str | None = None) -> str:
    return editing.create_category(ACTOR, {"name": name, "parent": parent}).slug


def _move(slug: str, parent: str | None) -> Any:
    return editing.update_category(ACTOR, slug, {"parent": parent})


def _active(slug: str) -> bool:
    return reference.snapshot().categories_by_slug[slug].is_active


def test_a_category_stands_below_another_one(app: Flask) -> None:
    item = editing.create_category(ACTOR, {"name": "Reef Villa", "parent": "beach-villa"})
    assert item.parent == "beach-villa"
    state = reference.snapshot()
    assert item.id in state.categories_by_slug["villa"].ids()
    assert _entry().details == {"slug": "reef-villa", "name": "Reef Villa", "parent": "beach-villa"}


def test_a_category_moves_with_all_below_it(app: Flask) -> None:
    _create("Reef Villa", "beach-villa")
    moved = _move("beach-villa", "apartment")
    assert moved.parent == "apartment"
    assert [each.slug for each in moved.subcategories] == ["reef-villa"]
    assert _entry().details == {"slug": "beach-villa", "parent": "apartment"}
    assert _move("beach-villa", None).parent is None


@pytest.mark.parametrize("parent", ["villa", "beach-villa", "reef-villa"])
def test_a_category_never_stands_below_itself(app: Flask, trace: Trace, parent: str) -> None:
    _create("Reef Villa", "beach-villa")
    assert _refusal(lambda: _move("villa", parent)) == ("parent", BELOW_ITSELF)
    assert trace()[0] == 1


def test_categories_are_five_deep_at_most(app: Flask) -> None:
    parent: str | None = None
    for number in range(1, 6):
        parent = _create(f"Level {number}", parent)
    assert _refusal(lambda: _create("Level 6", parent)) == ("parent", TOO_DEEP)
    assert _refusal(lambda: _move("villa", "level-4")) == ("parent", TOO_DEEP)
    assert _move("villa", "level-3").parent == "level-3"


@pytest.mark.parametrize("parent", ["no-such-slug", "apartment", "penthouse"])
def test_a_parent_must_be_there_and_active(app: Flask, parent: str) -> None:
    editing.deactivate_category(ACTOR, "apartment")
    expected = ("parent", f'There is no active category "{parent}".')
    assert _refusal(lambda: _create("Loft", parent)) == expected
    assert _refusal(lambda: _move("villa", parent)) == expected


def test_a_hidden_category_hides_those_below_until_it_comes_back(app: Flask) -> None:
    editing.deactivate_category(ACTOR, "penthouse")
    editing.deactivate_category(ACTOR, "apartment")
    assert [_active(slug) for slug in ("apartment", "penthouse", "studio-apartment")] == [False] * 3
    # Its parent stays the same: that is no move.
    renamed = editing.update_category(
        ACTOR, "studio-apartment", {"name": "Studio", "parent": "apartment"}
    )
    assert (renamed.name, renamed.is_active) == ("Studio", False)
    editing.update_category(ACTOR, "apartment", {"is_active": True})
    assert [_active(slug) for slug in ("apartment", "penthouse", "studio-apartment")] == [
        True,
        False,
        True,
    ]


def test_a_category_comes_back_only_below_an_active_one(app: Flask) -> None:
    editing.deactivate_category(ACTOR, "penthouse")
    editing.deactivate_category(ACTOR, "apartment")
    for slug in ("penthouse", "studio-apartment"):
        assert _refusal(
            lambda slug=slug: editing.update_category(ACTOR, slug, {"is_active": True})
        ) == (
            "is_active",
            editing.PARENT_HIDDEN,
        )
    moved = editing.update_category(ACTOR, "penthouse", {"is_active": True, "parent": "villa"})
    assert (moved.is_active, moved.parent) == (True, "villa")


def test_a_category_cannot_be_stored_as_its_own_parent(app: Flask) -> None:
    def store() -> None:
        with transaction():
            row = repository.find_by_slug(Category, "villa")
            assert row is not None
            row.parent_id = row.id
            session.flush()

    with pytest.raises(IntegrityError):
        store()


def test_two_moves_at_once_make_no_circle(app: Flask) -> None:
    def move(slug: str, parent: str) -> str | None:
        with app.app_context():
            try:
                _move(slug, parent)
            except DomainError as error:
                return error.message
        return None

    for _ in rounds():
        answers = at_once([partial(move, "villa", "house"), partial(move, "house", "villa")])
        assert sorted(map(str, answers)) == [BELOW_ITSELF, "None"]
        categories = reference.snapshot().categories_by_slug
        # What stands in a circle is below nothing, and so in no tree.
        assert {"villa", "house"} <= categories.keys()
        for slug in ("villa", "house"):
            _move(slug, None)


def test_a_chain_built_at_once_is_not_too_deep(app: Flask) -> None:
    for number in range(1, 4):
        _create(f"Left {number}", f"left-{number - 1}" if number > 1 else None)
        _create(f"Right {number}", f"right-{number - 1}" if number > 1 else None)
    _create("Middle")

    def move(slug: str, parent: str) -> str | None:
        with app.app_context():
            try:
                _move(slug, parent)
            except DomainError as error:
                return error.message
        return None

    tasks = [partial(move, "middle", "left-3"), partial(move, "right-1", "middle")]
    assert sorted(map(str, at_once(tasks))) == [TOO_DEEP, "None"]


# ── amenities and extras ────────────────────────────────────────────────────────────────────


def test_an_extra_s_price_changes(app: Flask) -> None:
    item = CREATE["extra"]({"name": "Picnic"})
    assert item.price == Decimal("25.00")
    assert _entry().details == {"slug": "picnic", "name": "Picnic", "price": "25.00"}
    assert editing.update_extra(ACTOR, item.uuid, {"price": Decimal("9.5")}).price == Decimal("9.5")
    assert _entry().details == {"slug": "picnic", "price": "9.50"}
    assert _shown("extra", item.uuid).price == Decimal("9.50")


def test_a_deleted_amenity_stays_where_it_is_set_and_is_set_no_more(app: Flask) -> None:
    owner = make_tenant()
    make_listing(owner.id, amenities=["parking"])
    parking = reference.snapshot().amenities_by_slug["parking"]
    editing.deactivate_amenity(ACTOR, parking.uuid)
    assert _refusal_of_listing(owner.id) == ["Object with slug=parking does not exist."]


def _refusal_of_listing(owner_id: int) -> list[str]:
    with pytest.raises(Invalid) as caught:
        make_listing(owner_id, amenities=["parking"])
    return caught.value.errors["amenities"]  # type: ignore[attr-defined,no-any-return]


def test_nothing_is_ever_removed(app: Flask) -> None:
    def count() -> list[int]:
        session.rollback()
        return [
            session.execute(select(func.count()).select_from(model)).scalar_one()
            for model in (Category, Amenity, Extra)
        ]

    before = count()
    state = reference.snapshot()
    editing.deactivate_category(ACTOR, "villa")
    editing.deactivate_amenity(ACTOR, state.amenities[0].uuid)
    editing.deactivate_extra(ACTOR, state.extras[0].uuid)
    assert count() == before
