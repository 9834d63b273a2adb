"""What a list of rooms should be, worked out in plain Python from the stays themselves."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from app.catalogue.enums import PublishStatus, ReviewStatus

Stay = Mapping[str, Any]

# As the table of the product has it.
WORDS = {
    (ReviewStatus.DRAFT, PublishStatus.DRAFT): ("Unlisted", "Draft"),
    (ReviewStatus.PENDING, PublishStatus.DRAFT): ("Unlisted", "Pending"),
    (ReviewStatus.RESUBMITTED, PublishStatus.DRAFT): ("Unlisted", "Resubmit"),
    (ReviewStatus.REJECTED, PublishStatus.DRAFT): ("Unlisted", "Reject"),
    (ReviewStatus.ACCEPTED, PublishStatus.PUBLISHED): ("Listed", "Accept"),
    (ReviewStatus.ACCEPTED, PublishStatus.DRAFT): ("Unlisted", "Accept"),
}


def expected_rooms(stays: Sequence[Stay], query: Mapping[str, str]) -> list[int]:
    """Return the ids that all pages hold together, in order."""
    found = [stay for stay in stays if _is_wanted(stay, query)]
    keys = {
        "id": lambda stay: (stay["id"],),
        "name": lambda stay: (plain(stay["title"]), stay["id"]),
        "status": lambda stay: (_words(stay)[0], stay["id"]),
    }
    is_descending = query.get("ordering", "DESC").upper() == "DESC"
    found.sort(key=keys[query.get("sort", "id")], reverse=is_descending)
    return [stay["id"] for stay in found]


def plain(text: str) -> str:
    """Return a text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _words(stay: Stay) -> tuple[str, str]:
    return WORDS[stay["review_status"], stay["publish_status"]]


def _is_wanted(stay: Stay, query: Mapping[str, str]) -> bool:
    if stay["publish_status"] is PublishStatus.TRASH:
        return False
    status, submit_status = _words(stay)
    return (
        query.get("status", status) == status
        and query.get("submit_status", submit_status) == submit_status
        and int(query.get("room_id", stay["id"])) == stay["id"]
        and ("search" not in query or _matches(stay, query["search"]))
    )


def _matches(stay: Stay, search: str) -> bool:
    fields = (stay[name] for name in ("title", "description", "address", "city"))
    there = _split("\n".join(fields))
    wanted = _split(search)
    return bool(wanted) and all(any(each.startswith(word) for each in there) for word in wanted)


def _split(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in plain(text)).split()
