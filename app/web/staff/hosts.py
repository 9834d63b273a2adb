"""Host profiles: those that wait for their review, and each with its papers."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.wrappers import Response as Redirect

from app.accounts import host_review_service as reviews
from app.accounts import host_service as hosts
from app.accounts import identity_photo_service as identity_photos
from app.accounts import service as accounts
from app.accounts.caller import Caller
from app.accounts.limits import REASON_CHARS
from app.api.private_files import private_file
from app.core.errors import Conflict, Invalid
from app.media.service import DOCUMENT_TYPE
from app.web import lists, pages
from app.web.staff.decisions import decided_before, go_on, read_reason, reason_schema
from app.web.staff.frame import full_name, show, staff_blueprint, staff_page

blp = staff_blueprint("staff_hosts")

_QUEUE = "staff_hosts.list_applicants"
_EVERYBODY = "staff_users.list_users"
_HOST = "/hosts/<uuid:user_id>/"
_REASON = reason_schema(REASON_CHARS)


@staff_page(blp, "/queues/hosts/")
def list_applicants(caller: Caller) -> Response:
    wanted = lists.wanted_page()
    found = reviews.list_applicants(offset=wanted.offset, limit=wanted.limit)
    return show("hosts.html", caller, page=lists.make_page(wanted, *found))


@staff_page(blp, _HOST)
def show_host(caller: Caller, user_id: UUID) -> Response:
    return _show_host(caller, user_id)


@staff_page(blp, f"{_HOST}identity/")
def get_identity_photo(caller: Caller, user_id: UUID) -> Response:
    """Send the photo of an identity document by the link of the page; the look is written down."""
    token = request.args.get("token", "")
    photo = identity_photos.open_photo(caller.account_id, user_id, token)
    return private_file(photo, DOCUMENT_TYPE)


@staff_page(blp, f"{_HOST}approve/", "POST")
def approve_host(caller: Caller, user_id: UUID) -> Response | Redirect:
    try:
        account = reviews.approve_host(caller.account_id, user_id)
    except Conflict as refusal:
        return _show_host(caller, user_id, status=409, conflict=refusal.message)
    return _go_on(f"{full_name(account)} is approved as a host, and has been told.")


@staff_page(blp, f"{_HOST}reject/", "POST")
def reject_host(caller: Caller, user_id: UUID) -> Response | Redirect:
    try:
        account = reviews.reject_host(caller.account_id, user_id, read_reason(_REASON))
    except Invalid as refusal:
        return _show_host(caller, user_id, status=400, refusal=refusal, given=pages.given())
    except Conflict as refusal:
        return _show_host(caller, user_id, status=409, conflict=refusal.message)
    return _go_on(f"{full_name(account)} is rejected, and has been told why.")


def _show_host(caller: Caller, user_id: UUID, **values: Any) -> Response:
    account = accounts.get_account_by_uuid(user_id)
    stage = account.verification_stage
    return show(
        "host.html",
        caller,
        at=_QUEUE if stage in reviews.MAY_BE_APPROVED else _EVERYBODY,
        account=account,
        file=hosts.read_host_file(caller.account_id, account.id),
        may_approve=stage in reviews.MAY_BE_APPROVED,
        may_reject=stage in reviews.MAY_BE_REJECTED,
        max_reason=REASON_CHARS,
        earlier=decided_before("account", user_id, (reviews.APPROVED, reviews.REJECTED)),
        **values,
    )


def _go_on(done: str) -> Redirect:
    waiting = reviews.list_applicants(offset=0, limit=1).rows
    if not waiting:
        return go_on(done, to=url_for(_QUEUE), is_next=False)
    following = url_for("staff_hosts.show_host", user_id=waiting[0].account.uuid)
    return go_on(done, to=following, is_next=True)
