"""What waits for staff in tests: hosts, listings and payments, made by the services."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from app.accounts.enums import VerificationStage
from app.accounts.models import Account
from app.adapters import storage
from app.catalogue.enums import PublishStatus, ReviewStatus
from app.core import clock
from app.core.db import session, transaction
from app.media.service import PICTURE_TYPE, public_path
from app.reference import service as reference
from tests import factories
from tests.bookings.factories import Cast, uuid_of
from tests.hosts import make_host
from tests.pictures import draw, encoded

REASON = "Sorry, this cannot be read."
PENDING: dict[str, Any] = {
    "review_status": ReviewStatus.PENDING,
    "publish_status": PublishStatus.DRAFT,
}


def make_applicant(name: str = "juma", first_name: str = "Juma", last_name: str = "Doe") -> Account:
    """Make somebody whose host profile waits for its review, with a photo of their papers."""
    account = make_host(VerificationStage.PENDING_REVIEW, name)
    with transaction():
        account.first_name, account.last_name = first_name, last_name
    return account


def make_pending_stay(title: str = "Villa by the sea", photos: int = 1, **changes: Any) -> UUID:
    """Make a complete stay that waits for its review, with photos; return its id."""
    host = factories.make_account()
    category = reference.snapshot().categories_by_slug["beach-villa"]
    about = {"category_id": category.id, "submitted_at": clock.now(), "title": title}
    listing_id = factories.make_stay(host.id, **{**PENDING, **about, **changes})
    for position in range(photos):
        path = public_path(str(uuid4()))
        storage.public().put(path, encoded(draw(640, 480), "WEBP"), PICTURE_TYPE)
        more = {"is_main": position == 0, "position": position, "width": 640, "height": 480}
        factories.make_image(host.id, listing_id, path=path, variants=[], **more)
    return uuid_of(listing_id)


def make_payment(cast: Cast | None = None, **submission: Any) -> UUID:
    """Make a booking whose payment waits to be checked; return its id."""
    cast = cast or Cast(price=Decimal("120.00"))
    booking = cast.book()
    cast.submit(booking, **submission)
    return booking


def fresh() -> None:
    """Let the next look at the database see what requests have done."""
    session.rollback()
    session.expire_all()
