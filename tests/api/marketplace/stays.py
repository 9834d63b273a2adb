"""Stays of hosts, made and changed over HTTP."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from app.api.tokens import make_access_token
from app.catalogue.models import Listing
from app.core.db import session
from tests.api.marketplace.conftest import Person
from tests.factories import bearer, make_image

URL = "/api/listings/"

# The document's example.
BODY: Mapping[str, Any] = {
    "title": "Luxury Beach Villa",
    "property_type": "villa",
    "category": "beach-villa",
    "stay_type": "short_stay",
    "description": "Stunning 3-bedroom beach villa with private pool.",
    "address": "Msasani Peninsula, Dar es Salaam",
    "city": "Dar es Salaam",
    "country": "Tanzania",
    "price_per_night": "350.00",
    "max_guests": 6,
    "bedrooms": 3,
    "bathrooms": 2,
}


class HostAtWork:
    """A host's requests below `/api/listings/`."""

    def __init__(self, client: FlaskClient, person: Person) -> None:
        self._client = client
        self.person = person

    @property
    def token(self) -> dict[str, str]:
        """The headers of a fresh token: some tests travel in time."""
        return bearer(make_access_token(self.person.id, 0))

    def ask(self, path: str = "", method: str = "GET", **kwargs: Any) -> Any:
        """Send a request; return the response."""
        headers = {**self.token, **kwargs.pop("headers", {})}
        return self._client.open(f"{URL}{path}", method=method, headers=headers, **kwargs)

    def create(self, **changes: Any) -> Any:
        """Create the document's example; return its `data`."""
        response = self.ask(method="POST", json={**BODY, **changes})
        assert response.status_code == 201, response.json
        return response.json["data"]

    def patch(self, stay: Any, part: str, **body: Any) -> Any:
        """Change a part of a stay; return its `data`."""
        response = self.ask(f"{stay['id']}/{part}/", "PATCH", json=body)
        assert response.status_code == 200, response.json
        return response.json["data"]

    def do(self, stay: Any, deed: str) -> Any:
        """Submit, activate or deactivate a stay; return its `data`."""
        response = self.ask(f"{stay['id']}/{deed}/", "POST")
        assert response.status_code == 200, response.json
        return response.json["data"]

    def create_complete(self, **changes: Any) -> Any:
        """Create a stay that can be submitted; return its `data`."""
        stay = self.create(**changes)
        add_photo(stay)
        return stay

    def create_pending(self, **changes: Any) -> Any:
        """Create a stay that waits for its review; return its `data`."""
        return self.do(self.create_complete(**changes), "submit")


def row_of(stay: Any) -> Mapping[str, Any]:
    """Return the columns of a stay, deleted or not."""
    session.rollback()
    columns = select(*Listing.__table__.c).where(Listing.uuid == UUID(stay["id"]))
    return session.execute(columns).one()._mapping


def add_photo(stay: Any, **changes: Any) -> int:
    """Give a stay a photo that is ready, the main one unless told otherwise; return its id."""
    row = row_of(stay)
    return make_image(row["owner_id"], row["id"], **{"is_main": True, **changes})


def refusal(response: Any) -> tuple[int, list[str]]:
    """Return the status of a failure, and the fields that it names."""
    assert response.json["success"] is False
    return response.status_code, sorted(response.json["errors"])
