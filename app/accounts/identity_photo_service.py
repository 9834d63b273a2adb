"""Looking at the photo of somebody's identity document, which staff alone may.

A token opens it: made for one member of staff, about one account, for a few minutes. It is no
credential of its own: whoever opens it shows who they are as well, by whatever the face takes.
"""

from uuid import UUID

from app.accounts import host_repository, repository
from app.accounts.caller import Caller
from app.accounts.errors import DocumentMissing
from app.audit import service as audit
from app.core import clock, crypto
from app.core.db import transaction
from app.core.errors import Forbidden
from app.core.settings import current_settings
from app.media import service as media

VIEWED = "host.identity_viewed"
NOT_STAFF = "Only staff may do this."
LINK_OVER = "This link is over, or not yours. Open the person's profile again for a new one."
NO_DOCUMENT = "There is no identity document."
_PURPOSE = "identity-photo"


def make_token(viewer_id: int, account_id: int) -> str:
    """Return what lets one member of staff look at one person's document for a few minutes."""
    ends = int(clock.now().timestamp()) + current_settings().signed_link_ttl_s
    return crypto.sign(_PURPOSE, f"{viewer_id} {account_id} {ends}".encode())


def open_photo(viewer_id: int, account_uuid: UUID, token: str) -> bytes:
    """Return the photo of somebody's document, a JPEG, and write down who has seen it.

    :raises Forbidden: when the viewer is no member of staff any more.
    :raises DocumentMissing: when the token is none of this viewer's for this account, or over, or
        when there is no document.
    :raises StorageAway: when the file cannot be read now.
    """
    with transaction():
        path, key = _find_photo(viewer_id, account_uuid, token)
    photo = media.read_document(path, key)
    # Before it is shown, and not before it could be.
    with transaction():
        audit.record(viewer_id, VIEWED, "account", account_uuid)
    return photo


def _find_photo(viewer_id: int, account_uuid: UUID, token: str) -> tuple[str, bytes]:
    if not _is_staff(viewer_id):
        raise Forbidden(NOT_STAFF)
    account = repository.find_by_uuid(account_uuid)
    if account is None or not _opens(token, viewer_id, account.id):
        raise DocumentMissing(LINK_OVER)
    profile = host_repository.find_profile(account.id)
    if profile is None or profile.photo_path is None or profile.photo_key is None:
        raise DocumentMissing(NO_DOCUMENT)
    return profile.photo_path, profile.photo_key


def _is_staff(account_id: int) -> bool:
    account = repository.find_account(account_id)
    if account is None or account.disabled_at is not None:
        return False
    stage = account.verification_stage
    return Caller(account.id, account.role, account.is_superuser, stage).is_admin


def _opens(token: str, viewer_id: int, account_id: int) -> bool:
    try:
        payload = crypto.unsign(_PURPOSE, token)
    except crypto.BadToken:
        return False
    viewer, about, ends = map(int, payload.split())
    return (viewer, about) == (viewer_id, account_id) and ends > clock.now().timestamp()
