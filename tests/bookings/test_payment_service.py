"""Proofs of payment: none is lost, and none that nobody names stays."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.bookings import booking_service as bookings
from app.bookings import life_service
from app.bookings import payment_service as payments
from app.bookings import sweep_service as sweeps
from app.bookings.errors import NotYours, ProofNotFound, WrongState
from app.bookings.models import Booking
from app.core import clock
from app.core.db import session
from app.core.errors import Invalid, Unavailable
from app.media import service as media
from tests import factories
from tests.bookings.factories import PDF, Cast, caller

pytestmark = pytest.mark.both


@pytest.fixture
def cast(app: Flask, media_folder: Path) -> Cast:
    factories.make_noise()
    return Cast()


@pytest.fixture
def proofs(media_folder: Path) -> Callable[[], set[str]]:
    """The files of proofs that are kept."""

    def found() -> set[str]:
        return {path.name for path in media_folder.rglob("proofs/*")}

    return found


def _kept(booking: UUID) -> str | None:
    path = session.execute(
        select(Booking.payment_proof).where(Booking.uuid == booking)
    ).scalar_one()
    session.rollback()
    return path.removeprefix("proofs/") if path else None


def _id(booking: UUID) -> int:
    found: int = session.execute(select(Booking.id).where(Booking.uuid == booking)).scalar_one()
    session.rollback()
    return found


def test_a_proof_stays_and_work_that_would_delete_it_leaves_it(
    cast: Cast, proofs: Callable[[], set[str]]
) -> None:
    booking = cast.book()
    cast.submit(booking)
    payments.discard_proof({"booking_id": _id(booking), "path": f"proofs/{_kept(booking)}"})
    assert proofs() == {_kept(booking)}
    assert payments.read_proof(caller(cast.guest), booking).content == PDF


def test_a_replaced_proof_is_deleted(
    cast: Cast, proofs: Callable[[], set[str]], run_jobs: Callable[[], None]
) -> None:
    booking = cast.book()
    cast.submit(booking)
    cast.reject(booking)
    cast.submit(booking, PDF + b"another")
    assert len(proofs()) == 2
    run_jobs()
    assert proofs() == {_kept(booking)}
    assert payments.read_proof(caller(cast.guest), booking).content == PDF + b"another"


def test_a_proof_that_came_too_late_to_be_taken_is_deleted(
    cast: Cast,
    proofs: Callable[[], set[str]],
    run_jobs: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    booking = cast.book()
    keep = media.keep_proof

    def cancel_meanwhile(*args: Any) -> None:
        keep(*args)
        cast.cancel(booking)

    monkeypatch.setattr(media, "keep_proof", cancel_meanwhile)
    with pytest.raises(WrongState):
        cast.submit(booking)
    assert (len(proofs()), _kept(booking)) == (1, None)
    run_jobs()
    assert proofs() == set()


def test_a_proof_that_comes_after_the_time_to_pay_is_refused(
    cast: Cast, proofs: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = cast.book()
    due = bookings.get_booking(caller(cast.guest), booking)["payment_due_at"]
    monkeypatch.setattr(clock, "now", lambda: due)
    with pytest.raises(WrongState, match="time to pay for this booking is over"):
        cast.submit(booking)
    assert proofs() == set()
    # The sweep finds it as it was.
    sweeps.cancel_unpaid()
    shown = bookings.get_booking(caller(cast.guest), booking)
    assert (shown["status"], shown["timeline"][-1].role) == ("cancelled", "system")


def test_a_proof_that_is_stored_too_late_is_refused(
    cast: Cast,
    proofs: Callable[[], set[str]],
    run_jobs: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    booking = cast.book()
    due = bookings.get_booking(caller(cast.guest), booking)["payment_due_at"]
    keep = media.keep_proof

    def keep_slowly(*args: Any) -> None:
        keep(*args)
        monkeypatch.setattr(clock, "now", lambda: due)

    monkeypatch.setattr(media, "keep_proof", keep_slowly)
    monkeypatch.setattr(clock, "now", lambda: due - timedelta(seconds=1))
    with pytest.raises(WrongState, match="time to pay for this booking is over"):
        cast.submit(booking)
    assert _kept(booking) is None
    run_jobs()
    assert proofs() == set()


def test_what_fails_leaves_the_booking_as_it_was(
    cast: Cast, proofs: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = cast.book()
    cast.submit(booking)
    cast.reject(booking)
    before = _kept(booking)

    def fail(*_args: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(life_service, "tell_both", fail)
    with pytest.raises(ZeroDivisionError):
        cast.submit(booking)
    assert _kept(booking) == before
    assert before in proofs()


def test_without_storage_nothing_is_submitted(
    cast: Cast, without_storage: Callable[[], Any]
) -> None:
    booking = cast.book()
    with without_storage(), pytest.raises(Unavailable):
        cast.submit(booking)
    assert _kept(booking) is None


def test_what_is_no_proof_is_not_stored(cast: Cast, proofs: Callable[[], set[str]]) -> None:
    booking = cast.book()
    with pytest.raises(Invalid) as refused:
        cast.submit(booking, b"hello")
    assert refused.value.field == "payment_proof"
    assert proofs() == set()


def test_a_host_does_not_read_the_proof(cast: Cast) -> None:
    booking = cast.book()
    with pytest.raises(ProofNotFound):
        payments.read_proof(caller(cast.guest), booking)
    cast.submit(booking)
    with pytest.raises(NotYours):
        payments.read_proof(caller(cast.host), booking)
    assert payments.read_proof(caller(cast.admin, is_admin=True), booking).content == PDF
