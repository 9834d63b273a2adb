"""Reference data as people write it: a slug, or a name in any case."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

# Files repeat the same few thousand names; this many lookups are remembered.
_REMEMBERED = 20_000


class AmbiguousName(ValueError):
    """Several things have this name; `slugs` tells them apart."""

    def __init__(self, slugs: Iterable[str]) -> None:
        self.slugs = sorted(slugs)
        super().__init__(f"Could be {' or '.join(self.slugs)}: write one of these.")


class Vocabulary:
    """Looks names up. `key` makes two spellings of one name equal."""

    def __init__(
        self,
        relations: Mapping[str, Iterable[tuple[str, str]]],
        amenities: Iterable[tuple[str, str, int]],
        key: Callable[[str], str],
    ) -> None:
        """Take (slug, name) of each relation's field, and (slug, name, id) of amenities."""
        self.fields = frozenset(relations)
        self._key = key
        self._slugs: dict[str, dict[str, set[str]]] = {}
        for field, items in relations.items():
            found = self._slugs[field] = defaultdict(set)
            for slug, name in items:
                found[slug].add(slug)
                for text in (slug, name):
                    found[key(text)].add(slug)
        self._amenities = {
            spelling: amenity_id
            for slug, name, amenity_id in amenities
            for spelling in (slug, key(slug), key(name))
        }
        self.amenity_id = lru_cache(_REMEMBERED)(self._find_amenity)

    def slug(self, field: str, text: str) -> str:
        """Return the slug that `text` means, or `text` itself where it means none.

        :raises AmbiguousName: when it is the name of several, and the slug of none.
        """
        slugs = self._slugs[field]
        if text in slugs and text in slugs[text]:
            return text
        found = slugs.get(self._key(text), ())
        if len(found) > 1:
            raise AmbiguousName(found)
        return next(iter(found), text)

    def _find_amenity(self, text: str) -> int | None:
        return self._amenities.get(text) or self._amenities.get(self._key(text))
