"""The proof that a guest sends of a payment.

A proof's file is stored between two transactions. The first one posts work that deletes the file
unless a booking names it, so that no file stays that nobody knows, whatever dies in between.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.accounts.caller import Caller
from app.bookings import booking_messages as messages
from app.bookings import booking_service as bookings
from app.bookings import life_service as life
from app.bookings import repository
from app.bookings.enums import Action, ProofType, Role
from app.bookings.errors import NotYours, ProofNotFound, WrongState
from app.bookings.transitions import State
from app.core import clock, outbox, queue
from app.core.db import transaction
from app.core.errors import Invalid, Unavailable
from app.media import service as media
from app.media.errors import BadPicture
from app.media.proofs import Proof

DISCARD = "bookings.discard_proof"
# A file that is no booking's by then is nobody's: the request that brought it has died.
UPLOAD_TIME = timedelta(hours=1)
# Well before: whoever is so late must send it again.
LATEST = UPLOAD_TIME / 2
TOO_LATE = "The file took too long to be stored. Please send it again."
OVERDUE = "The time to pay for this booking is over, so it is being cancelled."
NOT_FOR_HOSTS = "The payment proof is for the guest and staff."

Shown = dict[str, Any]


def submit_payment(
    caller: Caller, booking_uuid: UUID, proof: bytes, *, reference: str, method: str
) -> Shown:
    """Keep the proof of a payment, in the place of an earlier one, and have staff check it.

    :raises BookingNotFound: when there is none that the caller may see.
    :raises NotYours: when the caller is not the guest.
    :raises WrongState: unless the booking is unpaid, or its payment was rejected; and once the time
        for it is over, whether or not the booking has been cancelled for that already.
    :raises Invalid: on `payment_proof`, when the file cannot be accepted.
    :raises Unavailable: when the storage is away; then everything is as before.
    """
    row, actor = life.find_visible(booking_uuid, caller)
    state, facts = State(row["status"], row["payment_status"]), life.facts_shown(row)
    life.judge(Action.SUBMIT_PAYMENT, state, actor, facts)
    _require_in_time(row["payment_due_at"], clock.now())
    clean = _checked(proof)
    path, began_at = media.proof_path(str(uuid4())), clock.now()
    with transaction():
        work_id = outbox.post(DISCARD, _work(row["id"], path), after=UPLOAD_TIME)
    try:
        media.keep_proof(path, clean)
        with transaction():
            booking, following, now = life.lock(row["id"], Action.SUBMIT_PAYMENT, actor)
            _require_in_time(booking.payment_due_at, now)
            if now - began_at > LATEST:
                raise Unavailable(TOO_LATE)
            if booking.payment_proof is not None:
                outbox.post(DISCARD, _work(booking.id, booking.payment_proof))
            life.move(
                booking,
                Action.SUBMIT_PAYMENT,
                following,
                actor,
                now,
                payment_proof=path,
                proof_type=ProofType(clean.media_type),
                payment_reference=reference,
                payment_method=method,
                rejection_reason="",
                submitted_at=now,
                payment_due_at=None,
            )
            life.tell_both(booking, messages.payment_submitted(life.stay_of(booking)))
            return bookings.show_booking(booking, actor.role)
    except Exception:
        outbox.release(DISCARD, work_id)
        raise


def read_proof(caller: Caller, booking_uuid: UUID) -> Proof:
    """Return the newest proof of a booking's payment, to its guest or staff.

    :raises BookingNotFound: when there is none that the caller may see.
    :raises NotYours: when the caller is the host.
    :raises ProofNotFound: when none was sent.
    :raises StorageAway: when it cannot be read now.
    """
    row, actor = life.find_visible(booking_uuid, caller)
    if actor.role is Role.HOST:
        raise NotYours(NOT_FOR_HOSTS)
    if row["payment_proof"] is None:
        raise ProofNotFound
    return Proof(media.read_proof(row["payment_proof"]), row["proof_type"])


@outbox.handler(DISCARD, to=queue.IMAGES)
def discard_proof(payload: dict[str, Any]) -> None:
    """Delete a proof, unless it is the one that the booking names (the outbox job)."""
    with transaction():
        is_kept = repository.lock_booking(payload["booking_id"]).payment_proof == payload["path"]
    if not is_kept:
        media.discard_proof(payload["path"])


def _require_in_time(due_at: datetime | None, now: datetime) -> None:
    if due_at is not None and due_at <= now:
        raise WrongState(OVERDUE)


def _checked(proof: bytes) -> Proof:
    try:
        return media.clean_proof(proof)
    except BadPicture as refusal:
        raise Invalid(refusal.message, "payment_proof") from refusal


def _work(booking_id: int, path: str) -> dict[str, Any]:
    return {"booking_id": booking_id, "path": path}
