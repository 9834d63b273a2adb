"""What the feed is asked, as its consumers ask it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

import orjson

from app.catalogue.enums import PublishStatus
from app.catalogue.models import Catalogue, Listing
from app.core.clock import isoformat_s
from app.core.db import session
from scripts.bench.feed_data import COMMON_WORD, RARE_WORD, Owner
from scripts.bench.kit.http_client import Client, get

DEEP_PAGE = 200
CHANGED = 5
UNKNOWN_KEY = "R_" + "x" * 40


@dataclass(frozen=True, slots=True)
class Asked:
    """A kind of request, for the server that keeps pages or for the one that never does.

    `wanted` is how many results an answer has to have; None where it has no list.
    """

    name: str
    keeps_pages: bool
    requests: Sequence[bytes]
    keys: Sequence[Owner]
    status: int = 200
    wanted: int | None = None


def questions(owners: Sequence[Owner], keeping: Client, fresh: Client) -> list[Asked]:
    """Return all of them. The first owner is the one with many listings."""
    big, others = owners[:1], owners[1:]
    every = [get(_feed(owner), owner.key) for owner in others]
    return [
        Asked("page, unchanged owner", True, every, others, wanted=50),
        Asked("page, first time, then kept", True, _never_twice(others), others, wanted=50),
        Asked("page, no page cache", False, every, others, wanted=50),
        *_pages(big, fresh),
        *_filters(others, big),
        *_searches(others, big),
        *_deltas(others, big),
        _unchanged(others, keeping),
        *_change_logs(others, big),
        _single(others),
        Asked("unknown key, 401", True, [get(_feed(others[0]), UNKNOWN_KEY)], others, status=401),
    ]


def _feed(owner: Owner, **parameters: object) -> str:
    query = "&".join(f"{name}={quote(str(value))}" for name, value in parameters.items())
    return f"/v1/{owner.id}/properties/" + (f"?{query}" if query else "")


def _never_twice(owners: Sequence[Owner]) -> list[bytes]:
    """Return more different pages than the page cache holds."""
    return [
        get(_feed(owners[number % len(owners)], n=number), owners[number % len(owners)].key)
        for number in range(1_500)
    ]


def _pages(big: Sequence[Owner], client: Client) -> list[Asked]:
    owner = big[0]
    first = path = _feed(owner)
    last_page = min(DEEP_PAGE, owner.listings // 100)
    for _ in range(last_page - 1):
        path = orjson.loads(client.send(get(path, owner.key)).body)["next"]
        path = "/" + path.split("/", 3)[3]
    return [
        Asked(f"page 1 of {owner.listings:,}", False, [get(first, owner.key)], big, wanted=50),
        Asked(
            f"page {last_page} of {owner.listings:,}",
            False,
            [get(path, owner.key)],
            big,
            wanted=50,
        ),
    ]


def _filters(others: Sequence[Owner], big: Sequence[Owner]) -> list[Asked]:
    broad = {
        "listing_type": "rent",
        "availability": "available",
        "min_price": 10_000_000,
        "max_price": 90_000_000,
        "min_bedrooms": 1,
    }
    narrow = broad | {"listing_type": "sale", "property_type": "warehouse", "max_price": 11_000_000}
    return [
        Asked("five filters", False, _each(others, **broad), others, wanted=50),
        Asked(f"six filters, few fit of {big[0].listings:,}", False, _each(big, **narrow), big),
    ]


def _searches(others: Sequence[Owner], big: Sequence[Owner]) -> list[Asked]:
    asked = []
    for owners in (others, big):
        among = f"of {owners[0].listings:,}"
        common, rare = _each(owners, search=COMMON_WORD), _each(owners, search=RARE_WORD)
        asked.append(Asked(f"search, common word, {among}", False, common, owners, wanted=50))
        asked.append(Asked(f"search, rare word, {among}", False, rare, owners))
    return asked


def _deltas(others: Sequence[Owner], big: Sequence[Owner]) -> list[Asked]:
    nothing = [_delta(each, _changed_at(each) + timedelta(seconds=1)) for each in others]
    asked = [Asked("delta, nothing new", False, nothing, others, wanted=0)]
    for owners in (others, big):
        few = [_delta(each, _nth_update(each, CHANGED)) for each in owners]
        asked.append(Asked(f"delta, {CHANGED} of {owners[0].listings:,}", False, few, owners))
    half = [_delta(each, _nth_update(each, each.listings // 2)) for each in big]
    asked.append(Asked(f"delta, half of {big[0].listings:,}", False, half, big, wanted=50))
    return asked


def _delta(owner: Owner, since: datetime) -> bytes:
    return get(_feed(owner, updated_after=isoformat_s(since)), owner.key)


def _unchanged(others: Sequence[Owner], client: Client) -> Asked:
    requests = []
    for owner in others:
        etag = client.send(get(_feed(owner), owner.key)).header("ETag")
        requests.append(get(_feed(owner), owner.key, If_None_Match=etag or ""))
    return Asked("page, 304", True, requests, others, status=304)


def _change_logs(others: Sequence[Owner], big: Sequence[Owner]) -> list[Asked]:
    def log(owner: Owner, since: int) -> bytes:
        return get(f"/v1/{owner.id}/properties/changes/?since={since}", owner.key)

    middle = [log(each, _version(each) // 5) for each in others]
    deep = [log(big[0], _version(big[0]) // 2)]
    end = [log(each, _version(each)) for each in others]
    return [
        Asked("change log, a page", False, middle, others, wanted=200),
        Asked(f"change log, a page of {big[0].listings:,}", False, deep, big, wanted=200),
        Asked("change log, nothing new", False, end, others, wanted=0),
    ]


def _single(others: Sequence[Owner]) -> Asked:
    requests = []
    for owner in others:
        newest = session.query(Listing.id).filter_by(owner_id=owner.id, deleted_at=None).limit(1)
        requests.append(get(f"/v1/{owner.id}/properties/{newest.scalar()}/", owner.key))
    return Asked("one listing", False, requests, others)


def _each(owners: Sequence[Owner], **parameters: object) -> list[bytes]:
    return [get(_feed(owner, **parameters), owner.key) for owner in owners]


def _version(owner: Owner) -> int:
    counter = session.get(Catalogue, owner.id)
    assert counter is not None
    return counter.version


def _changed_at(owner: Owner) -> datetime:
    counter = session.get(Catalogue, owner.id)
    assert counter is not None
    return counter.changed_at


def _nth_update(owner: Owner, number: int) -> datetime:
    """Return when the owner's `number`-th last change to a published listing was."""
    updates = (
        session.query(Listing.updated_at)
        .filter_by(owner_id=owner.id, publish_status=PublishStatus.PUBLISHED, deleted_at=None)
        .order_by(Listing.updated_at.desc())
    )
    found: datetime = updates.offset(number - 1).limit(1).scalar()
    return found
