"""What the feed is asked, as its consumers ask it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
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


class Rivals(Enum):
    """What the servers of `--rivals` are asked in a scenario."""

    NOTHING = auto()
    THE_SAME = auto()
    WITH_THEIR_ETAG = auto()
    THEIR_DEEP_PAGE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A kind of request, for the server that keeps pages or for the one that never does.

    `wanted` is how many results an answer has to have; None where it has no list. The targets
    are how many times our CPU the rivals should need.
    """

    name: str
    requests: Sequence[bytes]
    owners: Sequence[Owner]
    keeps_pages: bool = False
    status: int = 200
    wanted: int | None = None
    rivals: Rivals = Rivals.NOTHING
    drf_target: int | None = None
    fastapi_target: int | None = None


def questions(owners: Sequence[Owner], keeping: Client, fresh: Client) -> list[Asked]:
    """Return all of them. The first owner is the one with many listings."""
    big, others = owners[:1], owners[1:]
    return [
        *_first_pages(others),
        *_pages(big, fresh),
        *_filters(others, big),
        *_searches(others, big),
        *_deltas(others, big),
        _unchanged(others, keeping),
        *_change_logs(others, big),
        _single(others),
        Asked(
            name="unknown key, 401",
            requests=[get(feed_path(others[0]), UNKNOWN_KEY)],
            owners=others,
            status=401,
            rivals=Rivals.THE_SAME,
        ),
    ]


def feed_path(owner: Owner, **parameters: object) -> str:
    """Return the address of an owner's feed."""
    query = "&".join(f"{name}={quote(str(value))}" for name, value in parameters.items())
    return f"/v1/{owner.id}/properties/" + (f"?{query}" if query else "")


def page_address(client: Client, owner: Owner, number: int) -> str:
    """Return where an owner's page of this number is, by following `next` from the first one."""
    path = feed_path(owner)
    for _ in range(number - 1):
        following = orjson.loads(client.send(get(path, owner.key)).body)["next"]
        path = "/" + following.split("/", 3)[3]
    return path


def deep_page(owner: Owner) -> int:
    """Return the number of the page that stands for those far from the newest listing."""
    return min(DEEP_PAGE, owner.listings // 100)


def revalidations(client: Client, owners: Sequence[Owner]) -> list[bytes]:
    """Return requests for pages that the client holds already."""
    requests = []
    for owner in owners:
        etag = client.send(get(feed_path(owner), owner.key)).header("ETag")
        requests.append(get(feed_path(owner), owner.key, If_None_Match=etag or ""))
    return requests


def _first_pages(owners: Sequence[Owner]) -> list[Asked]:
    every = _each(owners)
    # More different pages than the page cache holds.
    never_twice = [
        get(feed_path(owners[number % len(owners)], n=number), owners[number % len(owners)].key)
        for number in range(1_500)
    ]
    return [
        Asked(
            name="page, unchanged owner",
            requests=every,
            owners=owners,
            keeps_pages=True,
            wanted=50,
            rivals=Rivals.THE_SAME,
            drf_target=45,
        ),
        Asked(
            name="page, first time, then kept",
            requests=never_twice,
            owners=owners,
            keeps_pages=True,
            wanted=50,
        ),
        Asked(
            name="page, no page cache",
            requests=every,
            owners=owners,
            wanted=50,
            rivals=Rivals.THE_SAME,
            drf_target=20,
            fastapi_target=10,
        ),
    ]


def _pages(big: Sequence[Owner], client: Client) -> list[Asked]:
    [owner] = big
    deep = deep_page(owner)
    return [
        Asked(
            name=f"page {number} of {owner.listings:,}",
            requests=[get(page_address(client, owner, number), owner.key)],
            owners=big,
            wanted=50,
            rivals=rivals,
            drf_target=20,
            fastapi_target=10,
        )
        for number, rivals in ((1, Rivals.THE_SAME), (deep, Rivals.THEIR_DEEP_PAGE))
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
        Asked(
            name="five filters",
            requests=_each(others, **broad),
            owners=others,
            wanted=50,
            rivals=Rivals.THE_SAME,
            drf_target=20,
            fastapi_target=10,
        ),
        Asked(
            name=f"six filters, few fit of {big[0].listings:,}",
            requests=_each(big, **narrow),
            owners=big,
            rivals=Rivals.THE_SAME,
        ),
    ]


def _searches(others: Sequence[Owner], big: Sequence[Owner]) -> list[Asked]:
    return [
        Asked(
            name=f"search, {kind} word, of {owners[0].listings:,}",
            requests=_each(owners, search=word),
            owners=owners,
            wanted=wanted,
            rivals=Rivals.THE_SAME,
            drf_target=target,
        )
        for owners, kind, word, wanted, target in (
            (others, "common", COMMON_WORD, 50, 10),
            (others, "rare", RARE_WORD, None, 10),
            (big, "common", COMMON_WORD, 50, None),
            (big, "rare", RARE_WORD, None, 35),
        )
    ]


def _deltas(others: Sequence[Owner], big: Sequence[Owner]) -> list[Asked]:
    nothing = [_delta(each, _changed_at(each) + timedelta(seconds=1)) for each in others]
    half = [_delta(each, _nth_update(each, each.listings // 2)) for each in big]
    return [
        Asked(
            name="delta, nothing new",
            requests=nothing,
            owners=others,
            wanted=0,
            rivals=Rivals.THE_SAME,
            drf_target=5,
        ),
        *(
            Asked(
                name=f"delta, {CHANGED} of {owners[0].listings:,}",
                requests=[_delta(each, _nth_update(each, CHANGED)) for each in owners],
                owners=owners,
                rivals=Rivals.THE_SAME,
            )
            for owners in (others, big)
        ),
        Asked(
            name=f"delta, half of {big[0].listings:,}",
            requests=half,
            owners=big,
            wanted=50,
            rivals=Rivals.THE_SAME,
        ),
    ]


def _delta(owner: Owner, since: datetime) -> bytes:
    return get(feed_path(owner, updated_after=isoformat_s(since)), owner.key)


def _unchanged(others: Sequence[Owner], client: Client) -> Asked:
    return Asked(
        name="page, 304",
        requests=revalidations(client, others),
        owners=others,
        keeps_pages=True,
        status=304,
        rivals=Rivals.WITH_THEIR_ETAG,
        drf_target=50,
    )


def _change_logs(others: Sequence[Owner], big: Sequence[Owner]) -> list[Asked]:
    def log(owner: Owner, since: int) -> bytes:
        return get(f"{feed_path(owner)}changes/?since={since}", owner.key)

    middle = [log(each, _version(each) // 5) for each in others]
    deep = [log(each, _version(each) // 2) for each in big]
    end = [log(each, _version(each)) for each in others]
    return [
        Asked(name="change log, a page", requests=middle, owners=others, wanted=200),
        Asked(
            name=f"change log, a page of {big[0].listings:,}",
            requests=deep,
            owners=big,
            wanted=200,
        ),
        Asked(name="change log, nothing new", requests=end, owners=others, wanted=0),
    ]


def _single(others: Sequence[Owner]) -> Asked:
    requests = []
    for owner in others:
        newest = session.query(Listing.id).filter_by(owner_id=owner.id, deleted_at=None).limit(1)
        requests.append(get(f"{feed_path(owner)}{newest.scalar()}/", owner.key))
    return Asked(name="one listing", requests=requests, owners=others)


def _each(owners: Sequence[Owner], **parameters: object) -> list[bytes]:
    return [get(feed_path(owner, **parameters), owner.key) for owner in owners]


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
