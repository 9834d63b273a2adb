"""Staff's review of listings over HTTP."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from app.accounts import service as accounts
from app.accounts.models import Account
from app.apikeys.enums import Scope
from app.audit.models import AuditEntry
from app.catalogue import review_messages
from app.catalogue import service as catalogue
from app.catalogue.enums import ListingType, PublishStatus, ReviewStatus
from app.catalogue.models import Listing, ListingImage
from app.core import clock
from app.core.db import session, transaction
from tests.api.marketplace.conftest import Inbox, Person
from tests.api.marketplace.stays import HostAtWork, refusal, row_of
from tests.factories import bearer, make_key, make_listing, make_stay

pytestmark = pytest.mark.both

URL = "/api/admin/listings/"
NUMBER = "+255712345678"


@pytest.fixture
def at_work(client: FlaskClient, host: Person) -> HostAtWork:
    """An approved host's requests."""
    return HostAtWork(client, host)


@pytest.fixture
def ask(client: FlaskClient, boss: Person) -> Callable[..., Any]:
    """Send something below `/api/admin/listings/` as staff."""

    def send(path: str = "", method: str = "GET", **kwargs: Any) -> Any:
        return client.open(f"{URL}{path}", method=method, headers=boss.headers, **kwargs)

    return send


@pytest.fixture
def titles(ask: Callable[..., Any]) -> Callable[[str], list[str]]:
    """The titles that a query finds, in their order."""

    def listed(query: str) -> list[str]:
        response = ask(f"?{query}")
        assert response.status_code == 200, response.json
        data = response.json["data"]
        assert data["count"] == len(data["results"])
        return [row["title"] for row in data["results"]]

    return listed


def _uuid(listing_id: int) -> str:
    session.rollback()
    return str(session.get_one(Listing, listing_id).uuid)


def _audit() -> list[tuple[int | None, str, str, dict[str, Any]]]:
    session.rollback()
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(each.actor_id, each.action, each.object_id, each.details) for each in entries]


def _verify_phone(account_id: int) -> None:
    with transaction():
        account = accounts.get_account(account_id)
        account.phone_number, account.phone_verified_at = NUMBER, clock.now()


# ── deciding ────────────────────────────────────────────────────────────────────────────────


def test_an_approved_stay_is_active_and_its_host_is_told(
    at_work: HostAtWork, boss: Person, ask: Callable[..., Any], inbox: Inbox
) -> None:
    _verify_phone(at_work.person.id)
    stay = at_work.create_pending()
    before = row_of(stay)
    response = ask(f"{stay['id']}/approve/", "POST")
    assert (response.status_code, response.json["data"]["status"]) == (200, "active")
    after = row_of(stay)
    assert (after["review_status"], after["publish_status"]) == (
        ReviewStatus.ACCEPTED,
        PublishStatus.PUBLISHED,
    )
    assert after["version"] > before["version"]
    assert _audit() == [(boss.id, "listing.approved", stay["id"], {})]
    assert inbox.mails_to() == ["host@example.com"]
    assert inbox.sms_to() == [NUMBER]


def test_a_rejected_stay_goes_back_to_its_host_with_the_reason(
    at_work: HostAtWork, boss: Person, ask: Callable[..., Any], inbox: Inbox
) -> None:
    stay = at_work.create_pending()
    reason = "Photos too low quality."
    response = ask(f"{stay['id']}/reject/", "POST", json={"rejection_reason": f" {reason} "})
    data = response.json["data"]
    assert (data["status"], data["rejection_reason"]) == ("rejected", reason)
    assert _audit() == [(boss.id, "listing.rejected", stay["id"], {"reason": reason})]
    assert inbox.mails_to() == ["host@example.com"]
    assert at_work.patch(stay, "basic-info", title="Better")["rejection_reason"] == reason


@pytest.mark.parametrize("verb", ["POST", "PUT", "PATCH"])
def test_the_document_names_no_method_so_every_write_verb_decides(
    at_work: HostAtWork, ask: Callable[..., Any], verb: str
) -> None:
    stays = [at_work.create_pending() for _ in range(2)]
    assert ask(f"{stays[0]['id']}/approve", verb).status_code == 200
    body = {"rejection_reason": "No."}
    assert ask(f"{stays[1]['id']}/reject", verb, json=body).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "rejection_reason"),
        *[
            ({"rejection_reason": value}, "rejection_reason")
            for value in (None, "", "  ", 5, "a\0")
        ],
        ({"rejection_reason": "x" * 5_001}, "rejection_reason"),
        ({"rejection_reason": "x", "reason": "x"}, "reason"),
    ],
)
def test_a_rejection_needs_a_reason(
    at_work: HostAtWork, ask: Callable[..., Any], body: dict[str, Any], field: str
) -> None:
    stay = at_work.create_pending()
    before = row_of(stay)
    assert refusal(ask(f"{stay['id']}/reject/", "POST", json=body)) == (400, [field])
    assert (row_of(stay), _audit()) == (before, [])


@pytest.mark.parametrize(
    ("review", "publish"),
    [
        (ReviewStatus.DRAFT, PublishStatus.DRAFT),
        (ReviewStatus.REJECTED, PublishStatus.DRAFT),
        (ReviewStatus.ACCEPTED, PublishStatus.PUBLISHED),
        (ReviewStatus.ACCEPTED, PublishStatus.DRAFT),
        (ReviewStatus.PENDING, PublishStatus.TRASH),
    ],
)
def test_only_what_waits_for_its_review_is_decided_about(
    at_work: HostAtWork, ask: Callable[..., Any], review: ReviewStatus, publish: PublishStatus
) -> None:
    listing_id = make_stay(at_work.person.id, review_status=review, publish_status=publish)
    stay = {"id": _uuid(listing_id)}
    before = row_of(stay)
    for deed in ("approve", "reject"):
        response = ask(f"{stay['id']}/{deed}/", "POST", json={"rejection_reason": "No."})
        assert refusal(response) == (409, ["non_field_errors"])
    assert (row_of(stay), _audit()) == (before, [])


def test_what_is_no_stay_is_never_decided_about(
    at_work: HostAtWork, ask: Callable[..., Any]
) -> None:
    rented = _uuid(make_listing(at_work.person.id)["id"])
    for deed in ("approve", "reject"):
        response = ask(f"{rented}/{deed}/", "POST", json={"rejection_reason": "No."})
        assert refusal(response) == (409, ["non_field_errors"])
        assert response.json["message"].endswith("; this one is no stay and needs no review.")
    assert _audit() == []


def test_a_second_decision_finds_the_first(at_work: HostAtWork, ask: Callable[..., Any]) -> None:
    stay = at_work.create_pending()
    assert ask(f"{stay['id']}/approve/", "POST").status_code == 200
    again = ask(f"{stay['id']}/approve/", "POST")
    assert again.json["message"] == (
        "Only a listing that is waiting for its review can be approved; this one is active."
    )
    assert (again.status_code, len(_audit())) == (409, 1)


def test_what_has_lost_something_since_is_not_approved(
    at_work: HostAtWork, ask: Callable[..., Any]
) -> None:
    stay = at_work.create_pending()
    row = row_of(stay)
    # No API takes them away: it is what an earlier version may have left behind.
    with transaction():
        session.execute(update(Listing).where(Listing.id == row["id"]).values(description=""))
        session.execute(delete(ListingImage).where(ListingImage.listing_id == row["id"]))
    response = ask(f"{stay['id']}/approve/", "POST")
    assert refusal(response) == (409, ["non_field_errors"])
    assert "description, photos" in response.json["message"]
    assert (row_of(stay)["review_status"], _audit()) == (ReviewStatus.PENDING, [])


def test_the_listing_of_a_disabled_host_is_still_reviewed(
    at_work: HostAtWork, ask: Callable[..., Any]
) -> None:
    stay = at_work.create_pending()
    with transaction():
        session.execute(
            update(Account).where(Account.id == at_work.person.id).values(disabled_at=clock.now())
        )
    assert ask(f"{stay['id']}/approve/", "POST").status_code == 200


def test_a_decision_that_cannot_be_written_down_is_none(
    at_work: HostAtWork, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    stay = at_work.create_pending()
    before = row_of(stay)

    def break_off(*_args: object) -> Any:
        raise RuntimeError("the pen is dry")

    monkeypatch.setattr(review_messages, "approved", break_off)
    assert ask(f"{stay['id']}/approve/", "POST").status_code == 500
    assert (row_of(stay), _audit()) == (before, [])


# ── marks ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", [ListingType.STAY, ListingType.RENT])
def test_a_mark_shows_in_the_tenant_feed_at_once(
    client: FlaskClient,
    at_work: HostAtWork,
    boss: Person,
    ask: Callable[..., Any],
    inbox: Inbox,
    kind: ListingType,
) -> None:
    owner = at_work.person.id
    is_stay = kind is ListingType.STAY
    listing_id = make_stay(owner) if is_stay else make_listing(owner, listing_type=kind)["id"]
    uuid = _uuid(listing_id)
    key = bearer(make_key(accounts.get_account(owner), Scope.READ))
    response = ask(f"{uuid}/", "PATCH", json={"is_verified": True})
    assert (response.json["data"]["is_verified"], response.json["data"]["is_sponsored"]) == (
        True,
        False,
    )
    [shown] = client.get(f"/v1/{owner}/properties/", headers=key).json["results"]
    assert (shown["is_verified"], shown["is_sponsored"]) == (True, False)
    assert _audit() == [(boss.id, "listing.updated", uuid, {"is_verified": True})]
    assert inbox.mails_to() == ["host@example.com"]


def test_a_mark_that_is_there_already_changes_nothing_and_tells_nobody(
    at_work: HostAtWork, ask: Callable[..., Any], inbox: Inbox
) -> None:
    stay = at_work.create()
    before = row_of(stay)
    for body in ({}, {"is_verified": False}, {"is_sponsored": False}):
        assert ask(f"{stay['id']}/", "PATCH", json=body).status_code == 200
    assert (row_of(stay), _audit(), inbox.mails_to()) == (before, [], [])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"is_verified": None}, "is_verified"),
        ({"is_verified": "true"}, "is_verified"),
        ({"is_sponsored": 1}, "is_sponsored"),
        ({"title": "x"}, "title"),
    ],
)
def test_what_is_no_mark_is_refused(
    at_work: HostAtWork, ask: Callable[..., Any], body: dict[str, Any], field: str
) -> None:
    stay = at_work.create()
    assert refusal(ask(f"{stay['id']}/", "PATCH", json=body)) == (400, [field])


# ── reading ─────────────────────────────────────────────────────────────────────────────────


def test_staff_reads_a_listing_of_any_type_and_status(
    at_work: HostAtWork, ask: Callable[..., Any]
) -> None:
    draft = at_work.create()
    shown = ask(f"{draft['id']}/").json["data"]
    assert (shown["status"], shown["listing_type"], shown["publish_status"]) == (
        "draft",
        "stay",
        "draft",
    )
    assert shown["host"]["email"] == "host@example.com"
    assert (shown["rejection_reason"], shown["submitted_at"]) == ("", None)
    rented = ask(f"{_uuid(make_listing(at_work.person.id)['id'])}/").json["data"]
    assert (rented["status"], rented["listing_type"]) == (None, "sale")
    trashed = make_stay(at_work.person.id, publish_status=PublishStatus.TRASH)
    shown = ask(f"{_uuid(trashed)}/").json["data"]
    assert (shown["status"], shown["publish_status"]) == (None, "trash")


def test_what_is_deleted_or_never_was_is_not_found(
    at_work: HostAtWork, ask: Callable[..., Any]
) -> None:
    deleted = make_stay(at_work.person.id)
    uuid = _uuid(deleted)
    catalogue.delete_listing(at_work.person.id, deleted)
    for each in (uuid, uuid4(), "x", 1):
        assert ask(f"{each}/").status_code == 404
        assert ask(f"{each}/", "PATCH", json={"is_verified": True}).status_code == 404
        assert ask(f"{each}/approve/", "POST").status_code == 404
        body = {"rejection_reason": "No."}
        assert ask(f"{each}/reject/", "POST", json=body).status_code == 404


def test_the_list_has_every_type_and_status_newest_first(
    at_work: HostAtWork, titles: Callable[[str], list[str]]
) -> None:
    host = at_work.person.id
    at_work.create(title="Draft")
    make_stay(host, title="Active")
    make_listing(host, title="Sale")
    make_stay(host, title="Trash", publish_status=PublishStatus.TRASH)
    catalogue.delete_listing(host, make_stay(host, title="Deleted"))
    found = titles("page_size=100")
    assert found[:4] == ["Trash", "Sale", "Active", "Draft"]
    assert len(found) == 7, "somebody else's are there as well"


def test_what_waits_longest_is_reviewed_first(
    at_work: HostAtWork, ask: Callable[..., Any], titles: Callable[[str], list[str]]
) -> None:
    first, second = (at_work.create_complete(title=title) for title in ("First", "Second"))
    at_work.do(second, "submit")
    at_work.do(first, "submit")
    at_work.create_pending(title="Third")
    assert titles("status=pending_review") == ["Second", "First", "Third"]
    ask(f"{second['id']}/reject/", "POST", json={"rejection_reason": "No."})
    assert titles("status=pending_review") == ["First", "Third"]
    assert titles("status=rejected") == ["Second"]
    at_work.do(second, "submit")
    assert titles("status=pending_review") == ["First", "Third", "Second"]


def test_ties_across_a_pages_edge_neither_skip_nor_repeat(
    at_work: HostAtWork, ask: Callable[..., Any]
) -> None:
    at = clock.now()
    waiting = {"review_status": ReviewStatus.PENDING, "publish_status": PublishStatus.DRAFT}
    ids = [_uuid(make_stay(at_work.person.id, **waiting, submitted_at=at)) for _ in range(5)]
    found = []
    for page in (1, 2, 3):
        response = ask(f"?status=pending_review&page_size=2&page={page}")
        found += [row["id"] for row in response.json["data"]["results"]]
    assert found == ids
    assert ask("?status=pending_review&page_size=2&page=4").status_code == 404


def test_every_filter_narrows_the_list(
    at_work: HostAtWork, titles: Callable[[str], list[str]]
) -> None:
    host = accounts.get_account(at_work.person.id)
    make_stay(host.id, title="Sea House", city="Kilifi", is_verified=True)
    make_stay(host.id, title="Hill House", address="7 Sea View", city="Nairobi")
    make_listing(host.id, title="Sea plot")
    assert titles(f"host={host.uuid}") == ["Sea plot", "Hill House", "Sea House"]
    assert titles(f"host={uuid4()}") == []
    assert titles("city=kilifi") == ["Sea House"]
    assert titles("search=sea") == ["Sea plot", "Hill House", "Sea House"]
    assert titles("search=sea&listing_type=stay&is_verified=false") == ["Hill House"]
    assert titles("is_verified=true") == ["Sea House"]
    assert titles("listing_type=sale&search=sea") == ["Sea plot"]
    assert titles(f"host={host.uuid}&status=active&city=Nairobi") == ["Hill House"]
    assert titles("search=%25") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=published", "status"),
        ("listing_type=hotel", "listing_type"),
        ("host=1", "host"),
        ("is_verified=perhaps", "is_verified"),
        ("city=%00", "city"),
        (f"search={'x' * 201}", "search"),
        ("page_size=101", "page_size"),
    ],
)
def test_what_the_list_cannot_be_asked_is_refused(
    ask: Callable[..., Any], query: str, field: str
) -> None:
    assert refusal(ask(f"?{query}")) == (400, [field])


# ── who ─────────────────────────────────────────────────────────────────────────────────────


def test_only_staff_comes_in(client: FlaskClient, at_work: HostAtWork) -> None:
    stay = at_work.create_pending()
    before = row_of(stay)
    body = {"rejection_reason": "No."}
    calls: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("GET", f"{stay['id']}/", None),
        ("PATCH", f"{stay['id']}/", {"is_verified": True}),
        ("POST", f"{stay['id']}/approve/", None),
        ("POST", f"{stay['id']}/reject/", body),
    ]
    for method, path, json in calls:
        response = client.open(
            f"{URL}{path}", method=method, json=json, headers=at_work.person.headers
        )
        assert refusal(response) == (403, ["non_field_errors"])
    assert (row_of(stay), _audit()) == (before, [])
