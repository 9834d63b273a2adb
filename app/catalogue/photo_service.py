"""The photos of a host's stays, by the UUIDs that the marketplace calls both by.

Everything about an image itself is the image service's; here is whose it is.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.catalogue import image_repository, stay_repository
from app.catalogue import image_service as images
from app.catalogue.errors import ImageNotFound
from app.catalogue.image_repository import Row
from app.catalogue.image_service import NewImage
from app.core.db import transaction


def add_photos(
    owner_id: int, listing_uuid: UUID, new: Sequence[NewImage], *, waits: bool
) -> list[Row]:
    """Add photos to a host's stay, all or none; return them as far as they are.

    With `waits` they are `ready`, unless it takes longer than a request may wait.

    :raises ListingNotFound: when the host has no such stay.
    :raises TooManyImages, UnusableImages, Unavailable: as `image_service.add_images`.
    """
    listing_id = stay_repository.get_own_stay_id(owner_id, listing_uuid)
    image_ids = images.add_images(owner_id, listing_id, new)
    if waits:
        return images.wait_for_images(owner_id, listing_id, image_ids)
    return image_repository.find_images(listing_id, image_ids)


def list_photos(owner_id: int, listing_uuid: UUID) -> list[Row]:
    """Return the photos of a host's stay in whatever status, in their order.

    :raises ListingNotFound: when the host has no such stay.
    """
    return image_repository.list_all(stay_repository.get_own_stay_id(owner_id, listing_uuid))


def update_photo(
    owner_id: int, listing_uuid: UUID, photo_uuid: UUID, changes: dict[str, Any]
) -> Row:
    """Set `alt`, `is_main` or `position` of a photo; return it.

    :raises ListingNotFound, ImageNotFound: when the host has no such stay, or it no such photo.
    :raises MainImageNeeded, NotReady: as `image_service.update_image`.
    """
    with transaction():
        stay = stay_repository.lock_own_stay(owner_id, listing_uuid)
        photo = _find(stay["id"], photo_uuid)
        return images.update_image(owner_id, stay["id"], photo["id"], changes)


def delete_photo(owner_id: int, listing_uuid: UUID, photo_uuid: UUID) -> None:
    """Take a photo off a host's stay; of the others the next one becomes main.

    :raises ListingNotFound, ImageNotFound: as `update_photo`.
    :raises LastPhoto: as `image_service.delete_image`.
    """
    with transaction():
        stay = stay_repository.lock_own_stay(owner_id, listing_uuid)
        photo = _find(stay["id"], photo_uuid)
        images.delete_image(owner_id, stay["id"], photo["id"])


def _find(listing_id: int, photo_uuid: UUID) -> Row:
    photo = image_repository.find_by_uuid(listing_id, photo_uuid)
    if photo is None:
        raise ImageNotFound
    return photo
