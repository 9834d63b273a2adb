"""What reviews have made of a listing: a figure of theirs that its rows and documents show."""

from collections.abc import Mapping
from decimal import Decimal

from app.catalogue import rating_repository as repository
from app.catalogue.revision_service import mark_changed
from app.core.db import transaction


def lock_rating(listing_id: int) -> None:
    """Let nobody else change a listing's rating until the transaction ends.

    Whoever adds up reviews does that first, or else misses what is added meanwhile.
    """
    with transaction():
        repository.lock_rating(listing_id)


def set_rating(
    listing_id: int, count: int, average: Decimal | None, sub_ratings: Mapping[str, Decimal]
) -> None:
    """Write how many reviews a listing has and what they say on average, out of 5, to two places.

    `average` is None without reviews; `sub_ratings` has those that anybody gave. The listing's
    documents are rendered anew. `updated_at` stays: it tells when the owner's own words last
    changed, and what goes by it shows no rating. A tombstone gets no new version, since no face
    shows it.
    """
    shown = {name: format(value, ".2f") for name, value in sorted(sub_ratings.items())}
    with transaction():
        before = repository.lock_rating(listing_id)
        if (before.review_count, before.rating, before.sub_ratings) == (count, average, shown):
            return
        repository.set_rating(listing_id, count, average, shown)
        if before.deleted_at is None:
            mark_changed(before.owner_id, listing_id)
