"""Keeping a listing's rating what its published reviews make it.

It is added up anew after each change of a review that counts, in the same transaction and under
the listing's lock: of two changes at once the second waits, and counts what the first one did.
"""

from app.catalogue import rating_service as catalogue
from app.core.db import transaction
from app.reviews import repository
from app.reviews.ratings import SUB_RATINGS, summarise


def lock_rating(listing_id: int) -> None:
    """Let nobody else change which reviews of a listing count until the transaction ends."""
    catalogue.lock_rating(listing_id)


def update_rating(listing_id: int) -> None:
    """Write into a listing that is locked what its published reviews say on average."""
    with transaction():
        tallies = repository.tally_published(listing_id)
        rating = summarise(tallies["rating"], {name: tallies[name] for name in SUB_RATINGS})
        catalogue.set_rating(listing_id, rating.count, rating.average, rating.sub_ratings)
