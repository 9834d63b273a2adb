"""Queries about what a listing's row says of its reviews."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select, update

from app.catalogue.models import Listing
from app.core.db import session

_columns = Listing.__table__.c


class Before(NamedTuple):
    """Whose listing it is, whether it is deleted, and what its row says of its reviews."""

    owner_id: int
    deleted_at: datetime | None
    review_count: int
    rating: Decimal | None
    sub_ratings: dict[str, str]


def lock_rating(listing_id: int) -> Before:
    """Return a listing's rating as it is, and hold its row until the commit."""
    row = session.execute(
        select(
            _columns.owner_id,
            _columns.deleted_at,
            _columns.review_count,
            _columns.rating,
            _columns.sub_ratings,
        )
        .where(_columns.id == listing_id)
        .with_for_update(key_share=True)
    ).one()
    return Before(*row)


def set_rating(
    listing_id: int, count: int, average: Decimal | None, sub_ratings: Mapping[str, str]
) -> None:
    """Write the rating of a listing that is locked."""
    session.execute(
        update(Listing)
        .where(_columns.id == listing_id)
        .values(review_count=count, rating=average, sub_ratings=dict(sub_ratings))
    )
