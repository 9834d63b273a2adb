"""People on their way to being hosts, made through the services that make them in production."""

from datetime import date
from io import BytesIO
from typing import Any

from app.accounts import host_review_service as reviews
from app.accounts import host_service as hosts
from app.accounts import service as accounts
from app.accounts.enums import Gender, VerificationStage
from app.accounts.models import Account, HostProfile
from app.core.db import session
from tests.factories import make_account
from tests.pictures import draw, encoded

NIDA = "19920314-12345-67890-12"
REASON = "Identity document unclear."
PHOTO = encoded(draw(400, 300))
PERSONAL: dict[str, Any] = {
    "first_name": "John",
    "last_name": "Doe",
    "date_of_birth": date(1992, 3, 14),
    "gender": Gender.MALE,
    "phone_number": "+255712345678",
}


def make_host(stage: VerificationStage, name: str | None = None) -> Account:
    """Make somebody whose host profile is complete and at this stage."""
    account = make_account(name)
    complete_profile(account.id)
    if stage is not VerificationStage.NOT_STARTED:
        hosts.submit_profile(account.id)
    if stage is VerificationStage.APPROVED:
        reviews.approve_host(None, account.uuid)
    if stage is VerificationStage.REJECTED:
        reviews.reject_host(None, account.uuid, REASON)
    return account


def complete_profile(account_id: int) -> None:
    hosts.save_personal(account_id, PERSONAL)
    hosts.save_identity(account_id, NIDA, PHOTO)


def make_staff(name: str = "staff") -> Account:
    return accounts.create_account(email=f"{name}@example.com", is_admin=True)


def account_now(account_id: int) -> Account:
    """Return an account as the database has it."""
    session.rollback()
    session.expire_all()
    return accounts.get_account(account_id)


def profile_now(account_id: int) -> HostProfile | None:
    """Return somebody's host profile as the database has it."""
    session.rollback()
    session.expire_all()
    return session.get(HostProfile, account_id)


def upload(photo: Any = PHOTO, nida_number: Any = NIDA, **more: Any) -> dict[str, Any]:
    """Return the document's form, as the test client sends it."""
    file = (BytesIO(photo), "card.jpg") if isinstance(photo, bytes) else photo
    form = {"nida_number": nida_number, "id_photo": file, **more}
    return {name: value for name, value in form.items() if value is not None}
