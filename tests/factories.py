"""Rows for tests, made through the services that make them in production."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from app.accounts import service as accounts
from app.accounts.models import Account
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from app.catalogue import service as catalogue
from app.catalogue.enums import ListingType, PublishStatus

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


def make_noise() -> Tenant:
    """Make another owner with a listing in every publish status."""
    other = make_tenant()
    for status in PublishStatus:
        make_listing(other.id, publish_status=status, title=f"Somebody else's {status}")
    return other
