"""Host onboarding over HTTP."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import host_review_service as reviews
from app.accounts import host_service as hosts
from app.accounts.enums import VerificationStage
from app.accounts.models import HostProfile
from app.core.db import session
from app.core.outbox import OutboxItem
from tests.api.marketplace.conftest import Inbox, Person, Send
from tests.hosts import NIDA, PHOTO, REASON, account_now, complete_profile, profile_now, upload
from tests.pictures import draw, encoded
from tests.stores import Place

NUMBER = "+255712345678"
DOCUMENT = {
    "first_name": "John",
    "last_name": "Doe",
    "date_of_birth": "1992-03-14",
    "gender": "male",
    "phone_number": NUMBER,
}
Stage = VerificationStage
KEYS = ["personal_info", "identity", "profile_submitted", "verification_stage"]


@pytest.fixture
def save(send: Send, john: Person) -> Callable[..., Any]:
    """Save something of John's personal information."""
    return lambda **body: send("host/personal", method="PATCH", headers=john.headers, **body)


@pytest.fixture
def identify(client: FlaskClient, john: Person, media_folder: Path) -> Callable[..., Any]:
    """Upload John's identity: the document's form, or what the test says."""

    def post(form: Any = None, method: str = "POST") -> Any:
        return client.open(
            "/api/auth/host/identity/",
            method=method,
            data=upload() if form is None else form,
            content_type="multipart/form-data",
            headers=john.headers,
        )

    return post


def _status(client: FlaskClient, person: Person) -> Any:
    return client.get("/api/auth/host/status/", headers=person.headers).json["data"]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# ── status ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_the_checklist_of_the_document(
    client: FlaskClient, send: Send, save: Any, identify: Any, john: Person
) -> None:
    nothing = dict.fromkeys(KEYS[:3], False) | {"verification_stage": "not_started"}
    assert _status(client, john) == nothing
    save(**DOCUMENT)
    assert _status(client, john) == nothing | {"personal_info": True}
    assert list(_status(client, john)) == KEYS
    identified = identify().json["data"]
    assert identified == nothing | {"personal_info": True, "identity": True}
    submitted = send("host/submit", headers=john.headers).json["data"]
    assert submitted == dict.fromkeys(KEYS[:3], True) | {"verification_stage": "pending_review"}
    assert _status(client, john) == submitted


def test_who_is_rejected_reads_why(client: FlaskClient, john: Person, media_folder: Path) -> None:
    complete_profile(john.id)
    hosts.submit_profile(john.id)
    reviews.reject_host(None, account_now(john.id).uuid, REASON)
    assert _status(client, john) == {
        "personal_info": True,
        "identity": True,
        "profile_submitted": False,
        "verification_stage": "rejected",
        "rejection_reason": REASON,
    }


# ── personal information ────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_the_document_s_personal_information(save: Any, inbox: Inbox, john: Person) -> None:
    response = save(**DOCUMENT)
    assert response.status_code == 200
    assert response.json["message"] == "Personal information saved successfully."
    assert response.json["data"] == DOCUMENT | {"phone_verified": False}
    assert inbox.sms_to() == [NUMBER]


def test_what_is_absent_stays_and_null_clears(save: Any) -> None:
    save(**DOCUMENT)
    data = save(date_of_birth=None, gender=None, phone_number=None).json["data"]
    assert data == {
        "first_name": "John",
        "last_name": "Doe",
        "date_of_birth": None,
        "gender": None,
        "phone_number": None,
        "phone_verified": False,
    }


@pytest.mark.parametrize("gender", ["male", "female", "other"])
def test_there_are_three_genders(save: Any, gender: str) -> None:
    assert save(gender=gender).json["data"]["gender"] == gender


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", None),
        ("first_name", ""),
        ("first_name", "x" * 101),
        ("first_name", 7),
        ("last_name", " "),
        ("last_name", "a\0b"),
        ("last_name", ["Doe"]),
        ("date_of_birth", "2020-01-01"),
        ("date_of_birth", "1899-12-31"),
        ("date_of_birth", "9999-12-31"),
        ("date_of_birth", "1992-02-30"),
        ("date_of_birth", "19920314"),
        ("date_of_birth", "1992-W11-6"),
        ("date_of_birth", "1992-03-14T00:00:00Z"),
        ("date_of_birth", "14/03/1992"),
        ("date_of_birth", ""),
        ("date_of_birth", 19920314),
        ("date_of_birth", True),
        ("gender", "MALE"),
        ("gender", ""),
        ("gender", 1),
        ("phone_number", ""),
        ("phone_number", "12345"),
        ("phone_number", 255712345678),
        ("bio", "Hello"),
        ("nida_number", NIDA),
        ("verification_stage", "approved"),
    ],
)
def test_a_field_that_cannot_be_so_is_named_and_nothing_is_stored(
    save: Any, john: Person, field: str, value: Any
) -> None:
    response = save(**DOCUMENT | {field: value})
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]
    assert (account_now(john.id).first_name, profile_now(john.id)) == ("", None)
    assert session.scalars(select(OutboxItem)).all() == []


@pytest.mark.both
def test_nothing_is_changed_during_the_review(
    save: Any, identify: Any, send: Send, john: Person
) -> None:
    complete_profile(john.id)
    send("host/submit", headers=john.headers)
    for response in (save(first_name="Jane"), identify()):
        assert response.status_code == 409
        assert response.json["errors"] == {
            "non_field_errors": ["The profile is being reviewed, and cannot be changed meanwhile."]
        }
    assert account_now(john.id).first_name == "John"


def test_a_host_keeps_date_of_birth_and_identity(save: Any, identify: Any, john: Person) -> None:
    complete_profile(john.id)
    hosts.submit_profile(john.id)
    reviews.approve_host(None, account_now(john.id).uuid)
    response = save(date_of_birth="1990-01-01")
    assert (response.status_code, list(response.json["errors"])) == (409, ["date_of_birth"])
    assert identify().status_code == 409
    assert save(**DOCUMENT | {"last_name": "Mwangi"}).json["data"]["last_name"] == "Mwangi"


# ── identity ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_the_document_s_identity(identify: Any, john: Person, media_folder: Path) -> None:
    response = identify()
    assert response.status_code == 200
    assert response.json["message"] == "Identity uploaded successfully."
    assert response.json["data"]["identity"] is True
    assert hosts.read_host_file(john.id, john.id).nida_number == NIDA
    assert len(_files(media_folder)) == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_three_types_of_pictures_are_taken(identify: Any, kind: str) -> None:
    assert identify(upload(encoded(draw(60, 40), kind))).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_other_write_verbs_answer_too(identify: Any, method: str) -> None:
    assert identify(method=method).status_code == 200


def _file(data: bytes = PHOTO, name: str = "card.jpg") -> tuple[BytesIO, str]:
    return BytesIO(data), name


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        (lambda: upload(nida_number=None), "nida_number", "This field is required."),
        (lambda: upload(nida_number=""), "nida_number", "This field may not be blank."),
        (lambda: upload(nida_number="1234"), "nida_number", "20 digits"),
        (lambda: upload(nida_number="19920230-12345-67890-12"), "nida_number", "with a date"),
        (lambda: upload(nida_number="1" * 51), "nida_number", "no more than 50"),
        (lambda: upload(nida_number=f"{NIDA}\0"), "nida_number", "Null characters"),
        (lambda: upload(nida_number=_file()), "nida_number", "Not a valid string."),
        (lambda: upload(None), "id_photo", "This field is required."),
        (lambda: upload("card.jpg"), "id_photo", "The submitted data was not a file."),
        (lambda: upload(""), "id_photo", "The submitted data was not a file."),
        (lambda: upload(b""), "id_photo", "The submitted file is empty."),
        (lambda: upload([_file(), _file()]), "id_photo", "Send one file."),
        (lambda: upload(b"%PDF-1.7\n"), "id_photo", "Use JPEG, PNG or WebP."),
        (lambda: upload(encoded(kind="GIF")), "id_photo", "Use JPEG, PNG or WebP."),
        (lambda: upload(PHOTO[:500]), "id_photo", "broken or cut off"),
        (lambda: upload(PHOTO + b"<?php echo 1;"), "id_photo", "something else at once"),
        (lambda: upload(surplus="1"), "surplus", "Unknown field."),
        (lambda: upload(surplus=_file()), "surplus", "Unknown field."),
    ],
)
def test_what_is_no_identity_is_named_and_nothing_is_stored(
    identify: Any, john: Person, media_folder: Path, form: Any, field: str, sentence: str
) -> None:
    response = identify(form())
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]
    assert sentence in response.json["errors"][field][0]
    assert profile_now(john.id) is None
    assert _files(media_folder) == []
    assert session.scalars(select(OutboxItem)).all() == []


def test_a_form_of_nothing_names_both(client: FlaskClient, john: Person) -> None:
    response = client.post(
        "/api/auth/host/identity/",
        data=b"",
        content_type="multipart/form-data; boundary=x",
        headers=john.headers,
    )
    assert response.status_code == 400
    assert list(response.json["errors"]) == ["nida_number", "id_photo"]


@pytest.mark.parametrize(
    "kind", ["application/json", "application/x-www-form-urlencoded", "text/plain", ""]
)
def test_only_a_form_with_files_is_taken(client: FlaskClient, john: Person, kind: str) -> None:
    response = client.post(
        "/api/auth/host/identity/", data=b"{}", content_type=kind, headers=john.headers
    )
    assert response.status_code == 415
    assert response.json["success"] is False


def test_a_photo_past_ten_megabytes_is_named(client: FlaskClient, john: Person) -> None:
    # By hand: the client would put a large body into a file that it leaves open.
    parts = {
        b'name="nida_number"': NIDA.encode(),
        b'name="id_photo"; filename="card.jpg"': PHOTO + bytes(10 * 1024**2),
    }
    body = b"".join(
        b"--x\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % each for each in parts.items()
    )
    response = client.post(
        "/api/auth/host/identity/",
        data=body + b"--x--\r\n",
        content_type="multipart/form-data; boundary=x",
        headers=john.headers,
    )
    assert response.status_code == 400
    assert response.json["errors"] == {"id_photo": ["The file is larger than 10 MB."]}
    assert profile_now(john.id) is None


def test_a_body_past_the_limit_is_413(client: FlaskClient, john: Person) -> None:
    response = client.post(
        "/api/auth/host/identity/",
        headers=john.headers,
        environ_overrides={"CONTENT_LENGTH": str(65 * 1024**2)},
        input_stream=BytesIO(b"--x\r\n"),
        content_type="multipart/form-data; boundary=x",
    )
    assert response.status_code == 413
    assert response.json["message"] == "The request body is too large."


@pytest.mark.both
def test_storage_that_is_away_is_503_and_nothing_is_half_written(
    client: FlaskClient,
    john: Person,
    storage_place: Place,
    run_jobs: Callable[[], None],
) -> None:
    def post() -> Any:
        return client.post("/api/auth/host/identity/", data=upload(), headers=john.headers)

    with storage_place.away():
        response = post()
    assert response.status_code == 503
    assert response.json["success"] is False
    assert session.scalars(select(HostProfile)).all() == []
    run_jobs()
    assert post().status_code == 200


def test_photos_are_limited_by_account(identify: Any, change_settings: Callable[..., None]) -> None:
    change_settings(ratelimit_credentials="2 per minute")
    assert [identify().status_code for _ in range(3)] == [200, 200, 429]


# ── submitting ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_what_is_missing_is_named(send: Send, save: Any, john: Person) -> None:
    save(first_name="John", gender="male")
    response = send("host/submit", headers=john.headers)
    assert response.status_code == 400
    names = ["last_name", "date_of_birth", "phone_number", "nida_number", "id_photo"]
    assert response.json["errors"] == {name: ["This field is required."] for name in names}
    assert account_now(john.id).verification_stage is Stage.NOT_STARTED


@pytest.mark.both
def test_a_profile_is_submitted_once(
    client: FlaskClient, send: Send, john: Person, media_folder: Path
) -> None:
    complete_profile(john.id)
    answers = [send("host/submit", headers=john.headers) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 409]
    assert answers[0].json["message"] == "Profile submitted for review."
    me = client.get("/api/auth/me/", headers=john.headers).json["data"]
    assert me["verification_stage"] == "pending_review"


def test_a_submission_needs_no_body(client: FlaskClient, john: Person, media_folder: Path) -> None:
    complete_profile(john.id)
    response = client.post("/api/auth/host/submit", headers=john.headers)
    assert response.status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "GET"])
def test_the_document_names_the_method_of_a_submission(
    app: Flask, client: FlaskClient, john: Person, method: str
) -> None:
    response = client.open("/api/auth/host/submit/", method=method, headers=john.headers)
    assert response.status_code == 405
