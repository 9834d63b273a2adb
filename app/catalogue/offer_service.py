"""What guests can add to a stay, and what that costs there."""

from app.catalogue import repository
from app.catalogue.documents import OfferedExtra
from app.reference import service as reference


def list_offered_extras(listing_id: int) -> list[OfferedExtra]:
    """Return the extras that a listing offers now, by name; retired ones are left out."""
    offered = repository.list_extras([listing_id], reference.snapshot())[listing_id]
    return [each for each in offered if each.extra.is_active]
