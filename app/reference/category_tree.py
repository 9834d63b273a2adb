"""Categories as a tree: who stands below whom, and what of it is shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from app.reference.limits import MAX_CATEGORY_DEPTH

BELOW_ITSELF = "A category cannot stand below itself."
TOO_DEEP = f"Categories are at most {MAX_CATEGORY_DEPTH} deep."


@dataclass(frozen=True, slots=True)
class CategoryItem:
    """A category with those below it, by name.

    It is active only when all above it are; one that is not is shown where it is set, and
    refused in new writes.
    """

    id: int
    uuid: UUID
    slug: str
    name: str
    icon: str
    parent: str | None
    is_active: bool
    subcategories: tuple["CategoryItem", ...]

    @property
    def height(self) -> int:
        """How many levels there are from here down, its own included."""
        return 1 + max((each.height for each in self.subcategories), default=0)

    def ids(self) -> tuple[int, ...]:
        """Return its own id and those of all categories below it."""
        return (self.id, *(each for below in self.subcategories for each in below.ids()))


def grow_categories(rows: Iterable[Sequence[Any]]) -> tuple[CategoryItem, ...]:
    """Return the categories at the top, each with those below it.

    Rows are (id, UUID, parent's id, slug, name, icon, whether it is active by itself).
    """
    below: dict[int | None, list[Sequence[Any]]] = {}
    for row in rows:
        below.setdefault(row[2], []).append(row)

    def grow(
        parent_id: int | None, parent: str | None, is_active: bool
    ) -> tuple[CategoryItem, ...]:
        items = []
        for id_, uuid, _parent_id, slug, name, icon, own in below.get(parent_id, ()):
            is_shown = is_active and bool(own)
            children = grow(id_, slug, is_shown)
            # SQLite gives UUIDs as text.
            known_as = uuid if isinstance(uuid, UUID) else UUID(uuid)
            items.append(CategoryItem(id_, known_as, slug, name, icon, parent, is_shown, children))
        return tuple(sorted(items, key=lambda each: (each.name.casefold(), each.slug)))

    return grow(None, None, True)


def flatten(items: Iterable[CategoryItem]) -> Iterable[CategoryItem]:
    """Yield categories and all that are below them."""
    for item in items:
        yield item
        yield from flatten(item.subcategories)


def only_active(items: Iterable[CategoryItem]) -> tuple[CategoryItem, ...]:
    """Return the same tree without what is not active."""
    return tuple(
        replace(item, subcategories=only_active(item.subcategories))
        for item in items
        if item.is_active
    )


def placement_problem(
    moved: CategoryItem | None, parent: CategoryItem, by_slug: Mapping[str, CategoryItem]
) -> str | None:
    """Say why a category cannot stand below another one; None where it can.

    Without one to move it is about a new category.
    """
    if moved is not None and parent.id in moved.ids():
        return BELOW_ITSELF
    height = 1 if moved is None else moved.height
    return TOO_DEEP if _depth(parent, by_slug) + height > MAX_CATEGORY_DEPTH else None


def _depth(item: CategoryItem, by_slug: Mapping[str, CategoryItem]) -> int:
    return 1 if item.parent is None else 1 + _depth(by_slug[item.parent], by_slug)
