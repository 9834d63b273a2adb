"""RQ jobs of the catalogue."""

from app.catalogue import revision_service


def store_documents(listing_ids: list[int]) -> None:
    """Render and store the documents that a read found missing."""
    revision_service.store_fresh_documents(listing_ids)
