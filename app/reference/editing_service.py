"""What staff changes in reference data: categories, amenities and extras.

Each change begins by locking the version, so that changes come one after the other and each sees
what the one before has left. So no two of them together bend the tree of categories into a circle.
A slug never changes: listings' addresses, saved searches and clients name it.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.core import outbox
from app.core.db import transaction, violates
from app.core.errors import Invalid
from app.core.text import make_slug
from app.reference import repository
from app.reference.category_tree import CategoryItem, flatten, grow_categories, placement_problem
from app.reference.errors import SlugTaken, UnknownEntry
from app.reference.limits import SLUG_CHARS
from app.reference.models import Amenity, Category, Extra
from app.reference.service import CHANGED
from app.reference.vocabulary import AmenityItem, ExtraItem

NO_SLUG = "No slug can be made of this name: please give one."
PARENT_HIDDEN = "The category above it is not active."

Values = Mapping[str, Any]
Categories = dict[str, CategoryItem]

# A field that is stored under another name.
_COLUMNS = {"parent": "parent_id"}


# ── categories ──────────────────────────────────────────────────────────────────────────────


def create_category(actor_id: int, values: Values) -> CategoryItem:
    """Add a category: `name`, and optionally `slug`, `icon` and `parent`, the slug of another one.

    :raises SlugTaken: on `slug`, or on `name` where the slug was made of it.
    :raises Invalid: on `parent`, when there is no such active one or it lies too deep.
    """
    with transaction():
        repository.lock_version()
        parent_id = _find_place(_categories(), None, values.get("parent"))
        slug = _add(actor_id, Category(**_common(values), parent_id=parent_id), values)
        return _categories()[slug]


def update_category(actor_id: int, slug: str, changes: Values) -> CategoryItem:
    """Change `name`, `icon`, `parent` or `is_active` of a category; what is absent stays.

    :raises UnknownEntry: when there is none with this slug.
    :raises Invalid: on `parent`, as `create_category`, and when it is the category itself or lies
        below it; on `is_active`, when one above it is not active.
    """
    with transaction():
        repository.lock_version()
        before = _categories()
        row = repository.find_by_slug(Category, slug) if slug in before else None
        if row is None:
            raise UnknownEntry("category")
        columns = {name: value for name, value in changes.items() if name != "parent"}
        parent = before[slug].parent
        if "parent" in changes and changes["parent"] != parent:
            parent = changes["parent"]
            columns["parent_id"] = _find_place(before, before[slug], parent)
        if columns.get("is_active") and parent is not None and not before[parent].is_active:
            raise Invalid(PARENT_HIDDEN, "is_active")
        _change(actor_id, row, columns, changes)
        return _categories()[slug]


def deactivate_category(actor_id: int, slug: str) -> None:
    """Hide a category and all below it. The listings that carry one of them stay as they are.

    :raises UnknownEntry: when there is none with this slug.
    """
    update_category(actor_id, slug, {"is_active": False})


def _categories() -> Categories:
    tree = grow_categories(repository.list_stored_categories())
    return {each.slug: each for each in flatten(tree)}


def _find_place(
    categories: Categories, moved: CategoryItem | None, parent: str | None
) -> int | None:
    """Return the id of the category to stand below, or None for the top."""
    if parent is None:
        return None
    item = categories.get(parent)
    if item is None or not item.is_active:
        raise Invalid(f'There is no active category "{parent}".', "parent")
    problem = placement_problem(moved, item, categories)
    if problem:
        raise Invalid(problem, "parent")
    return item.id


# ── amenities and extras ────────────────────────────────────────────────────────────────────


def create_amenity(actor_id: int, values: Values) -> AmenityItem:
    """Add an amenity: `name`, and optionally `slug` and `icon`.

    :raises SlugTaken: on `slug`, or on `name` where the slug was made of it.
    """
    with transaction():
        repository.lock_version()
        row = Amenity(**_common(values))
        _add(actor_id, row, values)
    return _amenity_item(row)


def update_amenity(actor_id: int, uuid: UUID, changes: Values) -> AmenityItem:
    """Change `name`, `icon` or `is_active` of an amenity; what is absent stays.

    :raises UnknownEntry: when there is no such amenity.
    """
    with transaction():
        repository.lock_version()
        row = repository.find_by_uuid(Amenity, uuid)
        if row is None:
            raise UnknownEntry("amenity")
        _change(actor_id, row, changes, changes)
    return _amenity_item(row)


def deactivate_amenity(actor_id: int, uuid: UUID) -> None:
    """Take an amenity from the lists. It is shown where it is set, and can be set no more.

    :raises UnknownEntry: when there is no such amenity.
    """
    update_amenity(actor_id, uuid, {"is_active": False})


def create_extra(actor_id: int, values: Values) -> ExtraItem:
    """Add an extra: `name`, `price`, and optionally `slug` and `icon`.

    :raises SlugTaken: on `slug`, or on `name` where the slug was made of it.
    """
    with transaction():
        repository.lock_version()
        row = Extra(**_common(values), price=values["price"])
        _add(actor_id, row, values)
    return _extra_item(row)


def update_extra(actor_id: int, uuid: UUID, changes: Values) -> ExtraItem:
    """Change `name`, `price`, `icon` or `is_active` of an extra; what is absent stays.

    :raises UnknownEntry: when there is no such extra.
    """
    with transaction():
        repository.lock_version()
        row = repository.find_by_uuid(Extra, uuid)
        if row is None:
            raise UnknownEntry("extra")
        _change(actor_id, row, changes, changes)
    return _extra_item(row)


def deactivate_extra(actor_id: int, uuid: UUID) -> None:
    """Take an extra from the lists. It is shown where it is set, and can be set no more.

    :raises UnknownEntry: when there is no such extra.
    """
    update_extra(actor_id, uuid, {"is_active": False})


def _amenity_item(row: Amenity) -> AmenityItem:
    return AmenityItem(row.id, row.uuid, row.slug, row.name, row.icon, row.is_active)


def _extra_item(row: Extra) -> ExtraItem:
    return ExtraItem(row.id, row.uuid, row.slug, row.name, row.icon, row.price, row.is_active)


# ── what all three have in common ───────────────────────────────────────────────────────────


def _common(values: Values) -> dict[str, Any]:
    slug = values.get("slug") or make_slug(values["name"], SLUG_CHARS)
    if not slug:
        raise Invalid(NO_SLUG, "slug")
    return {"slug": slug, "name": values["name"], "icon": values.get("icon") or ""}


def _add(actor_id: int, row: Category | Amenity | Extra, values: Values) -> str:
    """Add an entry and return its slug."""
    slug, table = row.slug, row.__tablename__
    try:
        repository.add_entry(row)
    except IntegrityError as error:
        if not violates(error, f"uq_{table}_slug", f"{table}.slug"):
            raise
        raise _slug_taken(type(row), slug, "slug" if values.get("slug") else "name") from error
    _note(actor_id, row, "created", values)
    return slug


def _slug_taken(model: type[Any], slug: str, field: str) -> SlugTaken:
    sentence = f'The slug "{slug}" is taken.'
    holder = repository.find_by_slug(model, slug)
    if holder is not None and not holder.is_active:
        # Nobody sees it in a list.
        sentence = f'The slug "{slug}" is taken by one that is not active: {holder.uuid}.'
    return SlugTaken(sentence, field)


def _change(
    actor_id: int, row: Category | Amenity | Extra, columns: Values, changes: Values
) -> None:
    """Store the columns that differ, and write down the fields that these come from."""
    # An icon is all that may be cleared.
    stored = {**columns, "icon": columns.get("icon", row.icon) or ""}
    changed = {name for name, value in stored.items() if getattr(row, name) != value}
    if not changed:
        return
    for name in changed:
        setattr(row, name, stored[name])
    deed = "updated"
    if "is_active" in changed:
        deed = "reactivated" if row.is_active else "deactivated"
    told = {name: value for name, value in changes.items() if _COLUMNS.get(name, name) in changed}
    _note(actor_id, row, deed, told)


def _note(actor_id: int, row: Category | Amenity | Extra, deed: str, values: Values) -> None:
    repository.move_version()
    outbox.post(CHANGED, {})
    kind = row.__tablename__
    details = {
        name: format(value, ".2f") if isinstance(value, Decimal) else value
        for name, value in values.items()
    }
    audit.record(actor_id, f"{kind}.{deed}", kind, row.uuid, **details | {"slug": row.slug})
