"""What the feed should answer, worked out in plain Python from the listings themselves."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Document = Mapping[str, Any]

_EQUAL = {
    "listing_type": lambda document: document["listing_type"],
    "property_type": lambda document: document["property_type"]["slug"],
    "region": lambda document: (document["region"] or {}).get("slug"),
    "district": lambda document: (document["district"] or {}).get("slug"),
    "availability": lambda document: document["availability"],
    "external_id": lambda document: document["external_id"],
}


def expected_feed(documents: Sequence[Document], query: Mapping[str, str]) -> list[int]:
    """Return the ids that all pages of the feed hold together, in order."""
    found = [document for document in documents if _is_wanted(document, query)]
    found.sort(key=lambda document: (document["created_at"], document["id"]), reverse=True)
    return [document["id"] for document in found]


def words(text: str) -> list[str]:
    """Return the words of a text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return "".join(char if char.isalnum() else " " for char in plain).split()


def matches(document: Document, search: str) -> bool:
    """Tell whether every word of a search begins a word of one of the five fields."""
    fields = [document["title"], document["description"], document["location"]]
    fields += [(document[place] or {"name": ""})["name"] for place in ("district", "region")]
    there = words("\n".join(fields))
    wanted = words(search)
    return bool(wanted) and all(any(each.startswith(word) for each in there) for word in wanted)


def _is_wanted(document: Document, query: Mapping[str, str]) -> bool:
    if document["publish_status"] != query.get("publish_status", "published"):
        return False
    for name, read in _EQUAL.items():
        if name in query and read(document) != query[name]:
            return False
    if "min_price" in query and Decimal(document["price"]) < Decimal(query["min_price"]):
        return False
    if "max_price" in query and Decimal(document["price"]) > Decimal(query["max_price"]):
        return False
    if "min_bedrooms" in query and (
        document["bedrooms"] is None or document["bedrooms"] < int(query["min_bedrooms"])
    ):
        return False
    if "updated_after" in query:
        since = datetime.fromisoformat(query["updated_after"]).astimezone(UTC)
        if datetime.fromisoformat(document["updated_at"]) < since.replace(microsecond=0):
            return False
    return "search" not in query or matches(document, query["search"])
