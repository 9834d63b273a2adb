"""Rows for tests, made through the services that make them in production."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from email.message import EmailMessage
from itertools import count
from typing import Any

from app.accounts import service as accounts
from app.accounts.models import Account
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from app.catalogue import repository as listings
from app.catalogue import service as catalogue
from app.catalogue.enums import (
    ImageStatus,
    ListingType,
    PublishStatus,
    ReviewStatus,
    StayType,
)
from app.catalogue.models import ListingExtra, ListingImage
from app.catalogue.revision_service import mark_changed
from app.core import clock
from app.core.db import session, transaction
from app.reference import service as reference

_numbers = count(1)


@dataclass(frozen=True)
class Tenant:
    """An owner, and the headers that each of its keys is sent with."""

    account: Account
    read: dict[str, str]
    write: dict[str, str]

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def properties(self) -> str:
        """The address of the tenant's feed."""
        return f"/v1/{self.id}/properties/"


def make_account(name: str | None = None) -> Account:
    name = name or f"somebody{next(_numbers)}"
    return accounts.create_account(email=f"{name}@example.com", username=name)


def make_key(account: Account, scope: Scope = Scope.READ, **kwargs: Any) -> str:
    return apikeys.issue_key(account, scope=scope, name="A key", **kwargs).key


def make_tenant(name: str | None = None) -> Tenant:
    account = make_account(name)
    read, write = make_key(account), make_key(account, Scope.READ_WRITE)
    return Tenant(account, bearer(read), bearer(write))


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def listing_values(**changes: Any) -> dict[str, Any]:
    """Return what a service takes to create a listing that the feed shows."""
    return {
        "title": "3 bedroom Bungalow in Kololo",
        "description": "Spacious family home.",
        "price": Decimal("850000000.00"),
        "currency": "UGX",
        "property_type": "bungalow",
        "listing_type": ListingType.SALE,
        "location": "Kololo",
        "district": "kampala",
        "bedrooms": 3,
        "bathrooms": 2,
        "amenities": ["parking", "swimming-pool"],
        "publish_status": PublishStatus.PUBLISHED,
        **changes,
    }


def listing_body(**changes: Any) -> dict[str, Any]:
    """Return the document's example of a request that creates a listing."""
    return {
        "title": "3 bedroom Bungalow in Kololo",
        "description": "Spacious family home.",
        "price": "850000000",
        "currency": "UGX",
        "property_type": "bungalow",
        "listing_type": "sale",
        "location": "Kololo",
        "district": "kampala",
        "bedrooms": 3,
        "bathrooms": 2,
        "amenities": ["parking", "swimming-pool"],
        "publish_status": "published",
        "availability": "available",
        **changes,
    }


def make_listing(owner_id: int, **changes: Any) -> Mapping[str, Any]:
    """Create a listing; return its columns."""
    return catalogue.create_listing(owner_id, listing_values(**changes)).row


def make_listings(owner_id: int, number: int, **changes: Any) -> list[int]:
    """Create listings in one transaction, which is much faster; return their ids in order."""
    with transaction():
        return [make_listing(owner_id, **changes)["id"] for _ in range(number)]


def make_stay(owner_id: int, **changes: Any) -> int:
    """Create an accepted, published stay without a district; return its id."""
    state, now = reference.snapshot(), clock.now()
    row = {
        **catalogue.COLUMN_DEFAULTS,
        "owner_id": owner_id,
        "listing_type": ListingType.STAY,
        "review_status": ReviewStatus.ACCEPTED,
        "publish_status": PublishStatus.PUBLISHED,
        "stay_type": StayType.SHORT,
        "title": "Beach house",
        "description": "Ten steps from the sea.",
        "price": Decimal("120.00"),
        "currency_id": state.currencies_by_code["USD"].id,
        "property_type_id": state.property_types_by_slug["villa"].id,
        "address": "1 Beach Road",
        "city": "Diani",
        "country": "Kenya",
        "max_guests": 4,
        "created_at": now,
        "updated_at": now,
        **changes,
    }
    with transaction():
        [listing_id] = listings.insert_listings([row])
        mark_changed(owner_id, listing_id)
    return listing_id


def make_offer(listing_id: int, extra_id: int, price: Decimal | None) -> None:
    """Have a stay offer an extra, at a price of its own or at the usual one."""
    with transaction():
        session.add(ListingExtra(listing_id=listing_id, extra_id=extra_id, price=price))


def make_image(owner_id: int, listing_id: int, **changes: Any) -> int:
    """Give a listing an image that is ready; return its id."""
    row = {
        "listing_id": listing_id,
        "status": ImageStatus.READY,
        "position": 0,
        "is_main": False,
        "alt": "Front view",
        "path": "ug/property_images/photo.webp",
        "width": 1920,
        "height": 1080,
        "variants": [{"width": 640, "path": "ug/property_images/photo-640.webp"}],
        "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
        "created_at": clock.now(),
        **changes,
    }
    with transaction():
        image = ListingImage(**row)
        session.add(image)
        session.flush()
        mark_changed(owner_id, listing_id)
    return image.id


def make_noise() -> Tenant:
    """Make another owner with a listing in every publish status."""
    with transaction():
        other = make_tenant()
        for status in PublishStatus:
            make_listing(other.id, publish_status=status, title=f"Somebody else's {status}")
    return other


def code_in(mail: EmailMessage) -> str:
    """Return the six digits of a mail's text."""
    return code_in_text(mail.get_content())


def code_in_text(text: str) -> str:
    """Return the six digits of a message."""
    [code] = re.findall(r"\b\d{6}\b", text)
    return str(code)
