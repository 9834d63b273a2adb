"""The photos of a host's stay over HTTP."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.enums import VerificationStage
from app.catalogue import image_service
from app.catalogue import service as catalogue
from app.catalogue.enums import ImageStatus, PublishStatus, ReviewStatus
from app.catalogue.models import Listing, ListingImage
from app.core import waiting
from app.core.db import session
from tests.api.marketplace.conftest import Person, set_stage
from tests.api.marketplace.stays import HostAtWork, add_photo, refusal, row_of
from tests.factories import make_listing, make_stay
from tests.pictures import draw, encoded

pytestmark = pytest.mark.both

PHOTO = encoded(draw(400, 300))
Files = Sequence[tuple[str, bytes]]


@pytest.fixture
def at_work(client: FlaskClient, host: Person, media_folder: Path) -> HostAtWork:
    """An approved host's requests."""
    return HostAtWork(client, host)


@pytest.fixture
def working(run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the queued jobs done by the time that a request begins to wait for them."""
    wait_for = waiting.wait_for

    def wait(key: str, timeout_s: float) -> str | None:
        run_jobs()
        return wait_for(key, timeout_s)

    monkeypatch.setattr(waiting, "wait_for", wait)


def _form(files: Files, texts: dict[str, str]) -> bytes:
    # By hand: the client would put a large body into a file that it leaves open.
    parts = [f'name="{name}"\r\n\r\n{text}'.encode() for name, text in texts.items()]
    parts += [
        f'name="photos"; filename="{name}"\r\n\r\n'.encode() + content for name, content in files
    ]
    body = b"".join(b"--edge\r\nContent-Disposition: form-data; %s\r\n" % part for part in parts)
    return body + b"--edge--\r\n"


def _upload(
    at_work: HostAtWork, stay: Any, *files: tuple[str, bytes], method: str = "POST", **kwargs: Any
) -> Any:
    return at_work.ask(
        f"{stay['id']}/media/",
        method,
        data=_form(files, kwargs.pop("texts", {})),
        content_type="multipart/form-data; boundary=edge",
        **kwargs,
    )


def _listed(at_work: HostAtWork, stay: Any) -> Any:
    response = at_work.ask(f"{stay['id']}/media/")
    assert response.status_code == 200
    return response.json["data"]


def _count_images() -> int:
    session.rollback()
    return len(session.scalars(select(ListingImage.id)).all())


# ── adding ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("working")
def test_photos_are_added_together_and_the_first_becomes_main(
    client: FlaskClient, at_work: HostAtWork
) -> None:
    stay = at_work.create()
    before = row_of(stay)
    response = _upload(at_work, stay, ("sea.jpg", PHOTO), ("pool.jpg", PHOTO))
    assert response.status_code == 201
    first, second = response.json["data"]
    assert set(first) == {
        "id",
        "url",
        "alt",
        "is_main",
        "position",
        "width",
        "height",
        "variants",
        "blurhash",
        "status",
        "detail",
    }
    assert [(each["is_main"], each["position"]) for each in (first, second)] == [
        (True, 0),
        (False, 1),
    ]
    assert (first["status"], first["detail"], first["width"]) == ("ready", "", 400)
    assert client.get(first["url"], buffered=True).mimetype == "image/webp"
    assert _listed(at_work, stay) == [first, second]
    assert row_of(stay)["version"] == before["version"] + 1


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_the_other_write_verbs_add_as_well(at_work: HostAtWork, method: str) -> None:
    response = _upload(at_work, at_work.create(), ("sea.jpg", PHOTO), method=method)
    assert (response.status_code, len(response.json["data"])) == (201, 1)


def test_each_bad_file_is_named_and_nothing_is_stored(at_work: HostAtWork) -> None:
    stay = at_work.create()
    response = _upload(
        at_work, stay, ("a.jpg", PHOTO), ("beach.txt", b"sand"), ("b.jpg", PHOTO), ("", b"<svg/>")
    )
    assert refusal(response) == (400, ["photos"])
    second, fourth = response.json["errors"]["photos"]
    assert second.startswith("2. beach.txt: ")
    assert fourth.startswith("4. : ")
    assert _listed(at_work, stay) == []


@pytest.mark.usefixtures("working")
def test_a_file_that_turns_out_bad_takes_the_others_with_it(at_work: HostAtWork) -> None:
    stay = at_work.create()
    before = row_of(stay)
    response = _upload(at_work, stay, ("a.jpg", PHOTO), ("torn.jpg", PHOTO[: len(PHOTO) // 2]))
    assert refusal(response) == (400, ["photos"])
    [sentence] = response.json["errors"]["photos"]
    assert sentence.startswith("2. torn.jpg: ")
    assert _listed(at_work, stay) == []
    assert row_of(stay) == before


@pytest.mark.parametrize(
    ("files", "texts", "field"),
    [
        ([], {}, "photos"),
        ([], {"photos": "sea.jpg"}, "photos"),
        ([("a.jpg", PHOTO)] * 21, {}, "photos"),
        ([("a.jpg", PHOTO)], {"title": "x"}, "title"),
    ],
)
def test_a_form_that_cannot_be_is_refused(
    at_work: HostAtWork, files: Files, texts: dict[str, str], field: str
) -> None:
    stay = at_work.create()
    assert refusal(_upload(at_work, stay, *files, texts=texts)) == (400, [field])
    assert _listed(at_work, stay) == []


def test_only_forms_bring_photos(at_work: HostAtWork) -> None:
    stay = at_work.create()
    assert at_work.ask(f"{stay['id']}/media/", "POST", json={"photos": []}).status_code == 415


def test_fifty_photos_and_no_more(at_work: HostAtWork) -> None:
    stay = at_work.create()
    for position in range(49):
        add_photo(stay, position=position, is_main=False)
    response = _upload(at_work, stay, ("a.jpg", PHOTO), ("b.jpg", PHOTO))
    assert refusal(response) == (400, ["photos"])
    assert response.json["errors"]["photos"] == ["A listing has at most 50 images."]
    assert len(_listed(at_work, stay)) == 49


# ── not waiting ─────────────────────────────────────────────────────────────────────────────


def test_who_does_not_wait_is_told_where_it_goes_on(
    at_work: HostAtWork, run_jobs: Callable[[], None]
) -> None:
    stay = at_work.create()
    response = _upload(at_work, stay, ("a.jpg", PHOTO), headers={"Prefer": "respond-async"})
    assert response.status_code == 202
    assert response.headers["Preference-Applied"] == "respond-async"
    assert response.headers["Location"] == f"http://localhost/api/listings/{stay['id']}/media/"
    [photo] = response.json["data"]
    assert (photo["status"], photo["url"], photo["is_main"]) == ("processing", None, False)
    assert _listed(at_work, stay) == [photo]
    run_jobs()
    [ready] = _listed(at_work, stay)
    assert (ready["id"], ready["status"], ready["is_main"]) == (photo["id"], "ready", True)


def test_what_takes_too_long_is_accepted(at_work: HostAtWork, change_settings: Any) -> None:
    change_settings(image_wait_s=1)
    response = _upload(at_work, at_work.create(), ("a.jpg", PHOTO))
    assert (response.status_code, response.json["success"]) == (202, True)
    assert "Preference-Applied" not in response.headers


def test_a_photo_that_failed_later_says_why(
    at_work: HostAtWork, run_jobs: Callable[[], None]
) -> None:
    stay = at_work.create()
    half = ("a.jpg", PHOTO[: len(PHOTO) // 2])
    _upload(at_work, stay, half, headers={"Prefer": "respond-async"})
    run_jobs()
    [photo] = _listed(at_work, stay)
    assert (photo["status"], photo["url"]) == ("failed", None)
    assert photo["detail"].endswith(".")


def test_without_storage_nothing_is_left_behind(
    at_work: HostAtWork, without_storage: Callable[[], AbstractContextManager[None]]
) -> None:
    stay = at_work.create()
    with without_storage():
        response = _upload(at_work, stay, ("a.jpg", PHOTO))
    assert refusal(response) == (503, ["non_field_errors"])
    assert _listed(at_work, stay) == []


# ── changing ────────────────────────────────────────────────────────────────────────────────


def _three(at_work: HostAtWork) -> tuple[Any, list[str]]:
    """Return a stay with three photos, and their ids in their order."""
    stay = at_work.create()
    for position in range(3):
        add_photo(stay, position=position, is_main=position == 0, alt=f"Photo {position}")
    return stay, [photo["id"] for photo in _listed(at_work, stay)]


def _change(at_work: HostAtWork, stay: Any, photo_id: str, **body: Any) -> Any:
    return at_work.ask(f"{stay['id']}/media/{photo_id}/", "PATCH", json=body)


def test_a_photo_is_described(at_work: HostAtWork) -> None:
    stay, [first, *_] = _three(at_work)
    shown = _change(at_work, stay, first, alt=" The pool ").json["data"]
    assert (shown["id"], shown["alt"]) == (first, "The pool")
    assert _change(at_work, stay, first, alt=None).json["data"]["alt"] == ""


def test_another_photo_becomes_main(at_work: HostAtWork) -> None:
    stay, [first, second, third] = _three(at_work)
    assert _change(at_work, stay, third, is_main=True).json["data"]["is_main"] is True
    assert [photo["id"] for photo in _listed(at_work, stay)] == [third, first, second]
    assert [photo["is_main"] for photo in _listed(at_work, stay)] == [True, False, False]
    refused = _change(at_work, stay, third, is_main=False)
    assert refusal(refused) == (400, ["is_main"])


@pytest.mark.parametrize(
    ("position", "order"), [(0, [0, 2, 1]), (1, [0, 2, 1]), (2, [0, 1, 2]), (49, [0, 1, 2])]
)
def test_a_photo_is_put_at_a_position_and_the_others_make_room(
    at_work: HostAtWork, position: int, order: list[int]
) -> None:
    stay, ids = _three(at_work)
    before = row_of(stay)
    shown = _change(at_work, stay, ids[2], position=position).json["data"]
    listed = _listed(at_work, stay)
    assert [photo["id"] for photo in listed] == [ids[each] for each in order]
    assert sorted(photo["position"] for photo in listed) == [0, 1, 2]
    assert shown["position"] == min(position, 2)
    assert (row_of(stay) == before) is (position >= 2), "a change of nothing moves nothing"


def test_gaps_are_closed_when_a_photo_moves(at_work: HostAtWork) -> None:
    stay, [_first, second, third] = _three(at_work)
    at_work.ask(f"{stay['id']}/media/{second}/", "DELETE")
    assert _change(at_work, stay, third, position=1).json["data"]["position"] == 1


def test_a_change_of_nothing_moves_nothing(at_work: HostAtWork) -> None:
    stay, [first, *_] = _three(at_work)
    before = row_of(stay)
    for body in ({}, {"alt": "Photo 0"}, {"is_main": True}, {"position": 0}):
        assert _change(at_work, stay, first, **body).status_code == 200
    assert row_of(stay) == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"alt": "x" * 301}, "alt"),
        ({"alt": 5}, "alt"),
        ({"is_main": "yes"}, "is_main"),
        ({"is_main": None}, "is_main"),
        ({"position": -1}, "position"),
        ({"position": 50}, "position"),
        ({"position": "0"}, "position"),
        ({"position": None}, "position"),
        ({"url": "x"}, "url"),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    at_work: HostAtWork, body: dict[str, Any], field: str
) -> None:
    stay, [first, *_] = _three(at_work)
    assert refusal(_change(at_work, stay, first, **body)) == (400, [field])


def test_what_is_not_ready_becomes_no_main_photo_and_what_failed_has_no_place(
    at_work: HostAtWork,
) -> None:
    stay = at_work.create()
    add_photo(stay, status=ImageStatus.FAILED, is_main=False)
    [failed] = _listed(at_work, stay)
    assert refusal(_change(at_work, stay, failed["id"], is_main=True)) == (400, ["is_main"])
    assert refusal(_change(at_work, stay, failed["id"], position=0)) == (400, ["position"])
    gone = at_work.ask(f"{stay['id']}/media/{failed['id']}/", "DELETE")
    assert (gone.status_code, _listed(at_work, stay)) == (200, [])


def test_these_methods_are_named_and_have_no_aliases(at_work: HostAtWork) -> None:
    stay, [first, *_] = _three(at_work)
    for method in ("POST", "PUT"):
        response = at_work.ask(f"{stay['id']}/media/{first}/", method, json={"alt": "x"})
        assert response.status_code == 405


# ── deleting ────────────────────────────────────────────────────────────────────────────────


def test_the_next_photo_takes_the_place_of_the_main_one(at_work: HostAtWork) -> None:
    stay, [first, second, third] = _three(at_work)
    response = at_work.ask(f"{stay['id']}/media/{first}/", "DELETE")
    assert (response.status_code, response.json["data"]) == (200, None)
    assert [(photo["id"], photo["is_main"]) for photo in _listed(at_work, stay)] == [
        (second, True),
        (third, False),
    ]
    assert at_work.ask(f"{stay['id']}/media/{first}/", "DELETE").status_code == 404


@pytest.mark.parametrize(
    ("review", "publish", "status"),
    [
        (ReviewStatus.DRAFT, PublishStatus.DRAFT, 200),
        (ReviewStatus.REJECTED, PublishStatus.DRAFT, 200),
        (ReviewStatus.ACCEPTED, PublishStatus.DRAFT, 200),
        (ReviewStatus.PENDING, PublishStatus.DRAFT, 409),
        (ReviewStatus.RESUBMITTED, PublishStatus.DRAFT, 409),
        (ReviewStatus.ACCEPTED, PublishStatus.PUBLISHED, 409),
    ],
)
def test_the_last_photo_stays_while_somebody_looks_at_it(
    at_work: HostAtWork, review: ReviewStatus, publish: PublishStatus, status: int
) -> None:
    listing_id = make_stay(at_work.person.id, review_status=review, publish_status=publish)
    stay = {"id": str(session.get_one(Listing, listing_id).uuid)}
    add_photo(stay)
    add_photo(stay, status=ImageStatus.PROCESSING, is_main=False, position=1)
    first, waiting_one = _listed(at_work, stay)
    url = f"{stay['id']}/media/"
    assert at_work.ask(f"{url}{waiting_one['id']}/", "DELETE").status_code == 200
    response = at_work.ask(f"{url}{first['id']}/", "DELETE")
    assert response.status_code == status
    assert len(_listed(at_work, stay)) == (status == 409)


# ── whose ───────────────────────────────────────────────────────────────────────────────────


def test_what_is_no_stay_and_no_photo_of_the_caller_is_not_found(at_work: HostAtWork) -> None:
    stay, [first, *_] = _three(at_work)
    other_owner = make_listing(at_work.person.id)["owner_id"] - 1
    trashed = make_stay(at_work.person.id, publish_status=PublishStatus.TRASH)
    deleted = make_stay(at_work.person.id)
    catalogue.delete_listing(at_work.person.id, deleted)
    empty = at_work.create()["id"]
    ids = [make_stay(other_owner), trashed, deleted, make_listing(at_work.person.id)["id"]]
    session.rollback()
    uuids = [str(session.get_one(Listing, each).uuid) for each in ids]
    before = _count_images()
    for listing in (*uuids, str(uuid4()), "x"):
        assert at_work.ask(f"{listing}/media/").status_code == 404
        assert _upload(at_work, {"id": listing}, ("a.jpg", PHOTO)).status_code == 404
    for listing in (*uuids, empty, str(uuid4()), "x"):
        url = f"{listing}/media/{first}/"
        assert at_work.ask(url, "PATCH", json={"alt": "x"}).status_code == 404
        assert at_work.ask(url, "DELETE").status_code == 404
    for photo in (uuid4(), "x", 1):
        assert _change(at_work, stay, str(photo), alt="x").status_code == 404
    assert _count_images() == before


def test_a_host_who_is_none_any_more_only_looks(at_work: HostAtWork) -> None:
    stay, [first, *_] = _three(at_work)
    set_stage(at_work.person.id, VerificationStage.REJECTED)
    assert _upload(at_work, stay, ("a.jpg", PHOTO)).status_code == 403
    assert _change(at_work, stay, first, alt="x").status_code == 403
    assert at_work.ask(f"{stay['id']}/media/{first}/", "DELETE").status_code == 403
    assert len(_listed(at_work, stay)) == 3
    assert len(image_service.list_images(row_of(stay)["id"])) == 3
