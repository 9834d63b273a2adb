"""On the way to being a host: what is kept, what is refused, and what comes at once."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from app.accounts import host_service as hosts
from app.accounts import profile_service as profiles
from app.accounts.enums import Gender, VerificationStage
from app.accounts.errors import AccountTaken, UnknownAccount, WrongStage
from app.accounts.models import Account, HostProfile
from app.adapters import storage
from app.core import clock, crypto, outbox
from app.core.db import session, transaction, violates
from app.core.errors import DomainError, Invalid, InvalidFields, Unavailable
from app.core.outbox import OutboxItem
from app.media import service as media
from tests.factories import make_account
from tests.hosts import (
    NIDA,
    PERSONAL,
    PHOTO,
    REASON,
    account_now,
    complete_profile,
    make_host,
    make_staff,
    profile_now,
)
from tests.pictures import draw, encoded
from tests.stores import Place
from tests.threads import at_once

pytestmark = pytest.mark.both

Stage = VerificationStage
RunJobs = Callable[[], None]
OTHER_NIDA = "19930415-22222-33333-44"
OTHER_PHOTO = encoded(draw(320, 200), "PNG")


def _outbox() -> list[OutboxItem]:
    session.rollback()
    return list(session.scalars(select(OutboxItem).where(OutboxItem.finished_at.is_(None))))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _number(account_id: int) -> str | None:
    return hosts.read_host_file(account_id, account_id).nida_number


def _photo(account_id: int) -> bytes:
    profile = profile_now(account_id)
    assert profile is not None
    assert profile.photo_path is not None
    assert profile.photo_key is not None
    return media.read_document(profile.photo_path, profile.photo_key)


def _make_due() -> None:
    """Let the time pass until all work is due."""
    with transaction():
        session.execute(
            update(OutboxItem)
            .where(OutboxItem.due_at.is_not(None))
            .values(due_at=clock.now() - timedelta(minutes=1))
        )
    outbox.sweep()


def _outcome(app: Flask, act: Callable[[], object]) -> type[DomainError] | None:
    """Do something in a context of its own; return how it was refused."""
    with app.app_context():
        try:
            act()
        except DomainError as refused:
            return type(refused)
    return None


# ── personal information ────────────────────────────────────────────────────────────────────


def test_personal_information_is_kept_where_it_belongs(app: Flask) -> None:
    account = make_account()
    saved = hosts.save_personal(account.id, PERSONAL)
    assert saved == hosts.Personal(**PERSONAL, phone_verified=False)
    found, profile = account_now(account.id), profile_now(account.id)
    assert profile is not None
    assert (found.first_name, found.last_name) == ("John", "Doe")
    assert found.phone_number == "+255712345678"
    assert (profile.date_of_birth, profile.gender) == (date(1992, 3, 14), Gender.MALE)


def test_what_is_absent_stays_and_none_clears(app: Flask) -> None:
    account = make_account()
    hosts.save_personal(account.id, PERSONAL)
    assert hosts.save_personal(account.id, {}) == hosts.Personal(**PERSONAL, phone_verified=False)
    hosts.save_personal(account.id, dict.fromkeys(("date_of_birth", "gender", "phone_number")))
    found, profile = account_now(account.id), profile_now(account.id)
    assert profile is not None
    assert (profile.date_of_birth, profile.gender, found.phone_number) == (None, None, None)
    assert found.first_name == "John"


def test_a_new_number_gets_a_code_and_the_same_one_stays_verified(app: Flask) -> None:
    account = make_account()
    hosts.save_personal(account.id, PERSONAL)
    assert len(_outbox()) == 1
    with transaction():
        session.execute(update(Account).values(phone_verified_at=clock.now()))
    assert hosts.save_personal(account.id, {"phone_number": "0712 345 678"}).phone_verified
    assert len(_outbox()) == 1


def test_who_is_too_young_is_not_kept(app: Flask) -> None:
    account = make_account()
    with time_machine.travel("2010-03-13T12:00:00Z"), pytest.raises(Invalid) as refused:
        hosts.save_personal(account.id, PERSONAL)
    assert refused.value.field == "date_of_birth"
    assert (account_now(account.id).first_name, profile_now(account.id)) == ("", None)


def test_a_taken_number_undoes_everything(app: Flask) -> None:
    other, account = make_account(), make_account()
    profiles.update_profile(other.id, {"phone_number": PERSONAL["phone_number"]})
    with transaction():
        session.execute(
            update(Account).where(Account.id == other.id).values(phone_verified_at=clock.now())
        )
    with pytest.raises(AccountTaken) as refused:
        hosts.save_personal(account.id, PERSONAL)
    assert refused.value.field == "phone_number"
    assert (account_now(account.id).first_name, profile_now(account.id)) == ("", None)


def test_nobody_else_is_changed(app: Flask, media_folder: Path) -> None:
    other = make_host(Stage.NOT_STARTED)
    account = make_account()
    hosts.save_personal(account.id, {"first_name": "Jane", "gender": Gender.FEMALE})
    profile = profile_now(other.id)
    assert profile is not None
    assert (profile.gender, account_now(other.id).first_name) == (Gender.MALE, "John")


def test_nothing_changes_while_staff_looks_at_it(app: Flask, media_folder: Path) -> None:
    account = make_host(Stage.PENDING_REVIEW)
    before = _files(media_folder)
    with pytest.raises(WrongStage, match="being reviewed"):
        hosts.save_personal(account.id, {"first_name": "Jane"})
    with pytest.raises(WrongStage, match="being reviewed"):
        hosts.save_identity(account.id, OTHER_NIDA, OTHER_PHOTO)
    assert account_now(account.id).first_name == "John"
    assert _number(account.id) == NIDA
    assert _files(media_folder) == before


def test_a_host_changes_name_and_number_but_not_who_they_are(
    app: Flask, media_folder: Path
) -> None:
    account = make_host(Stage.APPROVED)
    hosts.save_personal(account.id, {"last_name": "Mwangi", "phone_number": "+256712345678"})
    for name, value in (("date_of_birth", date(1990, 1, 1)), ("gender", Gender.OTHER)):
        with pytest.raises(WrongStage) as refused:
            hosts.save_personal(account.id, {"first_name": "Changed", name: value})
        assert refused.value.field == name
    with pytest.raises(WrongStage, match="identity is approved"):
        hosts.save_identity(account.id, OTHER_NIDA, OTHER_PHOTO)
    # The whole form again is no change.
    hosts.save_personal(account.id, PERSONAL)
    found = account_now(account.id)
    assert (found.first_name, found.last_name) == ("John", "Doe")
    assert found.verification_stage is Stage.APPROVED


def test_who_is_not_there_has_no_profile(app: Flask) -> None:
    make_account()
    for act in (
        hosts.get_checklist,
        hosts.submit_profile,
        partial(hosts.save_personal, changes={}),
    ):
        with pytest.raises(UnknownAccount):
            act(999_999)


# ── the identity document ───────────────────────────────────────────────────────────────────


def test_number_and_photo_come_back_and_stand_nowhere_in_clear(
    app: Flask, media_folder: Path
) -> None:
    account = make_account()
    checklist = hosts.save_identity(account.id, NIDA.replace("-", ""), PHOTO)
    assert (checklist.identity, checklist.personal_info) == (True, False)
    assert _number(account.id) == NIDA
    clear = _photo(account.id)
    assert clear.startswith(b"\xff\xd8\xff")

    [file] = _files(media_folder)
    assert file.is_relative_to(media_folder / "private")
    assert str(account.uuid) not in str(file)
    stored = file.read_bytes()
    row = session.execute(text("SELECT nida_number, photo_path, photo_key FROM host_profile")).one()
    session.rollback()
    kept = b"".join(bytes(each) if not isinstance(each, str) else each.encode() for each in row)
    for trace in (NIDA.encode(), NIDA.replace("-", "").encode(), b"19920314"):
        assert trace not in kept
        assert trace not in stored
    for trace in (b"\xff\xd8\xff", b"JFIF", b"Exif", clear[100:140], PHOTO[100:140]):
        assert trace not in stored
    # Whoever has the key of another file cannot open this one.
    assert crypto.decrypt(bytes(row[2])) not in stored


def test_a_document_is_kept_in_every_kind_of_store(
    app: Flask, storage_place: Place, run_jobs: RunJobs
) -> None:
    account = make_account()
    hosts.save_identity(account.id, NIDA, PHOTO)
    before = profile_now(account.id)
    assert before is not None
    assert before.photo_path is not None
    old_path = before.photo_path
    hosts.save_identity(account.id, OTHER_NIDA, OTHER_PHOTO)
    run_jobs()
    assert _photo(account.id)
    with pytest.raises(storage.FileMissing):
        storage.private().read(old_path)


def test_a_photo_that_took_the_place_of_another_leaves_one_file(
    app: Flask, media_folder: Path, run_jobs: RunJobs
) -> None:
    account = make_account()
    hosts.save_identity(account.id, NIDA, PHOTO)
    [first] = _files(media_folder)
    hosts.save_identity(account.id, OTHER_NIDA, OTHER_PHOTO)
    assert len(_files(media_folder)) == 2
    run_jobs()
    [second] = _files(media_folder)
    assert second != first
    assert _number(account.id) == OTHER_NIDA


def test_the_photo_that_is_kept_outlives_what_would_have_deleted_it(
    app: Flask, media_folder: Path, run_jobs: RunJobs
) -> None:
    account = make_account()
    hosts.save_identity(account.id, NIDA, PHOTO)
    _make_due()
    run_jobs()
    assert _outbox() == []
    assert _photo(account.id)


def test_a_request_that_dies_after_storing_leaves_no_file(
    app: Flask, media_folder: Path, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account()

    class Killed(BaseException):
        """The process is gone: nothing of it tidies up."""

    def keep_and_die(path: str, document: bytes) -> bytes:
        storage.private().put(path, document, "image/jpeg")
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(media, "keep_document", keep_and_die)
        with pytest.raises(Killed):
            hosts.save_identity(account.id, NIDA, PHOTO)
    assert len(_files(media_folder)) == 1
    run_jobs()
    assert len(_files(media_folder)) == 1
    _make_due()
    run_jobs()
    assert _files(media_folder) == []
    assert profile_now(account.id) is None


def test_what_cannot_be_recorded_leaves_no_file(
    app: Flask, media_folder: Path, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account()

    def fail(*_args: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(hosts.host_repository, "get_or_add_profile", fail)
        with pytest.raises(RuntimeError):
            hosts.save_identity(account.id, NIDA, PHOTO)
    assert len(_files(media_folder)) == 1
    run_jobs()
    assert _files(media_folder) == []
    assert profile_now(account.id) is None


def test_a_photo_that_is_stored_much_too_late_is_refused(
    app: Flask, media_folder: Path, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account()
    with time_machine.travel(clock.now()) as traveller:
        keep = media.keep_document

        def keep_slowly(path: str, document: bytes) -> bytes:
            traveller.shift(timedelta(minutes=31))
            return keep(path, document)

        monkeypatch.setattr(media, "keep_document", keep_slowly)
        with pytest.raises(Unavailable):
            hosts.save_identity(account.id, NIDA, PHOTO)
        run_jobs()
    assert _files(media_folder) == []
    assert profile_now(account.id) is None


def test_storage_that_is_away_changes_nothing(
    app: Flask, storage_place: Place, run_jobs: RunJobs
) -> None:
    account = make_account()
    hosts.save_identity(account.id, NIDA, PHOTO)
    with storage_place.away(), pytest.raises(Unavailable):
        hosts.save_identity(account.id, OTHER_NIDA, OTHER_PHOTO)
    run_jobs()
    assert _number(account.id) == NIDA
    assert _photo(account.id)


@pytest.mark.parametrize(
    ("number", "photo", "fields"),
    [
        ("1234", PHOTO, {"nida_number"}),
        (f"2992{NIDA[4:]}", PHOTO, {"nida_number"}),
        (NIDA, b"", {"id_photo"}),
        (NIDA, b"%PDF-1.7\n", {"id_photo"}),
        (NIDA, encoded(kind="GIF"), {"id_photo"}),
        (NIDA, PHOTO[: len(PHOTO) // 2], {"id_photo"}),
        (NIDA, PHOTO + b"<script>alert(1)</script>", {"id_photo"}),
        ("1234", b"%PDF-1.7\n", {"nida_number", "id_photo"}),
    ],
)
def test_what_cannot_be_an_identity_leaves_nothing(
    app: Flask, media_folder: Path, number: str, photo: bytes, fields: set[str]
) -> None:
    account = make_account()
    with pytest.raises(InvalidFields) as refused:
        hosts.save_identity(account.id, number, photo)
    assert set(refused.value.errors) == fields
    assert (profile_now(account.id), _files(media_folder), _outbox()) == (None, [], [])


def test_of_uploads_at_once_one_file_stays(
    app: Flask, media_folder: Path, run_jobs: RunJobs
) -> None:
    account = make_account()
    act = partial(hosts.save_identity, account.id, NIDA, PHOTO)
    assert at_once([partial(_outcome, app, act)] * 4) == [None] * 4
    run_jobs()
    assert len(_files(media_folder)) == 1
    assert _photo(account.id)


def test_number_and_photo_are_there_together_or_not_at_all(app: Flask) -> None:
    account = make_account()
    whole = {"nida_number": b"x", "photo_path": f"documents/{uuid4()}", "photo_key": b"x"}
    for name in whole:
        with pytest.raises(IntegrityError) as caught, transaction():
            session.add(HostProfile(account_id=account.id, **whole | {name: None}))
        assert violates(caught.value, "ck_host_profile_identity")


# ── submitting ──────────────────────────────────────────────────────────────────────────────


def test_a_complete_profile_goes_to_its_review(app: Flask, media_folder: Path) -> None:
    account = make_account()
    complete_profile(account.id)
    checklist = hosts.submit_profile(account.id)
    assert checklist == hosts.Checklist(True, True, True, Stage.PENDING_REVIEW, None)
    profile = profile_now(account.id)
    assert profile is not None
    assert profile.submitted_at is not None
    assert account_now(account.id).verification_stage is Stage.PENDING_REVIEW


def test_everything_that_is_missing_is_named_at_once(app: Flask) -> None:
    account = make_account()
    with pytest.raises(InvalidFields) as refused:
        hosts.submit_profile(account.id)
    assert list(refused.value.errors) == [
        "first_name",
        "last_name",
        "date_of_birth",
        "gender",
        "phone_number",
        "nida_number",
        "id_photo",
    ]
    assert account_now(account.id).verification_stage is Stage.NOT_STARTED
    assert profile_now(account.id) is None


@pytest.mark.parametrize("stage", [Stage.PENDING_REVIEW, Stage.APPROVED])
def test_what_is_submitted_is_not_submitted_again(
    app: Flask, media_folder: Path, stage: VerificationStage
) -> None:
    account = make_host(stage)
    with pytest.raises(WrongStage):
        hosts.submit_profile(account.id)
    assert account_now(account.id).verification_stage is stage


def test_a_rejected_profile_is_corrected_and_submitted_again(
    app: Flask, media_folder: Path
) -> None:
    account = make_host(Stage.REJECTED)
    assert hosts.get_checklist(account.id).rejection_reason == REASON
    hosts.save_personal(account.id, {"date_of_birth": date(1993, 4, 15)})
    hosts.save_identity(account.id, OTHER_NIDA, OTHER_PHOTO)
    checklist = hosts.submit_profile(account.id)
    assert checklist == hosts.Checklist(True, True, True, Stage.PENDING_REVIEW, None)


def test_of_two_submissions_at_once_one_counts(app: Flask, media_folder: Path) -> None:
    account = make_host(Stage.NOT_STARTED)
    act = partial(_outcome, app, partial(hosts.submit_profile, account.id))
    answers = at_once([act] * 2)
    assert sorted(map(str, answers)) == sorted(map(str, [None, WrongStage]))


def test_a_change_and_a_submission_at_once_come_one_after_the_other(
    app: Flask, media_folder: Path
) -> None:
    account = make_host(Stage.NOT_STARTED)
    change = partial(hosts.save_identity, account.id, OTHER_NIDA, OTHER_PHOTO)
    changed, submitted = at_once(
        [
            partial(_outcome, app, change),
            partial(_outcome, app, partial(hosts.submit_profile, account.id)),
        ]
    )
    assert submitted is None
    # Either it came before the submission, or it was refused whole.
    assert changed in (None, WrongStage)
    assert _number(account.id) == (NIDA if changed else OTHER_NIDA)


# ── for staff ───────────────────────────────────────────────────────────────────────────────


def test_staff_reads_the_number_in_clear(app: Flask, media_folder: Path) -> None:
    account = make_host(Stage.REJECTED)
    make_host(Stage.NOT_STARTED)
    file = hosts.read_host_file(make_staff().id, account.id)
    assert (file.date_of_birth, file.gender) == (date(1992, 3, 14), Gender.MALE)
    assert (file.nida_number, file.rejection_reason) == (NIDA, REASON)
    assert file.photo_token
    assert file.submitted_at is not None
    assert file.reviewed_at is not None
    assert file.submitted_at <= file.reviewed_at


def test_a_file_without_a_profile_is_empty(app: Flask) -> None:
    file = hosts.read_host_file(make_staff().id, make_account().id)
    assert {getattr(file, name) for name in file.__slots__} == {None}
