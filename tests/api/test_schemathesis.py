"""What the OpenAPI description promises, against what the service answers.

Schemathesis makes requests that fit the description, and requests that do not, for every operation
of the exported one. Whatever is answered must be as described: status, headers, media type, body.
Sequences of requests show besides that what is deleted is gone.
"""

from collections.abc import Callable, Iterable, Iterator
from contextvars import Context
from threading import Thread
from typing import Any

import orjson
import pytest
import schemathesis
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS as KNOWN_CHECKS
from schemathesis.checks import (
    content_type_conformance,
    load_all_checks,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
)
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    status_code_conformance,
    use_after_free,
)
from werkzeug.serving import make_server

from app.accounts import service as accounts
from app.accounts.enums import VerificationStage
from app.accounts.identity_photo_service import make_token
from app.api.tokens import make_access_token, make_refresh_token
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from app.catalogue.models import ListingImage
from app.core.db import session
from app.reference import service as reference
from app.support import faq_service as faq
from app.support import search_service as searches
from config import ROOT
from tests.api.marketplace import endpoints as marketplace
from tests.api.marketplace.conftest import set_stage
from tests.factories import Tenant, bearer, make_account, make_image, make_listing, make_stay
from tests.hosts import NIDA, make_host
from tests.reviews.stays import make_booking, review, uuid_of

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    ignored_auth,
    use_after_free,
]
LEFT_OUT = {
    "negative_data_rejection": "an unknown query parameter is ignored, and so is a field that only "
    "we set: the contract wants that",
    "positive_data_acceptance": "what fits the description may still be refused: a slug that "
    "nothing has, dates that are past, a state that forbids it",
    "missing_required_header": "no operation needs a header but `Authorization`: `ignored_auth`",
    "unsupported_method": "the undocumented write verbs answer as aliases",
    "allow_header_conformance": "for the same reason `Allow` names them",
    "ensure_resource_availability": "an image that is made may be refused or still be processed, "
    "and an intent lapses",
    "object_level_authorization": "it needs two identities in one run; the tests of each API have "
    "strangers ask for everything",
}

# How requests follow one another: `use_after_free` alone needs to know which ones did.
SEQUENCES = {
    "seed": 1,
    "cache": {"enabled": False},
    "generation": {"max-examples": 60, "mode": "positive", "database": "none"},
    "phases": {name: {"enabled": False} for name in ("examples", "coverage", "fuzzing")},
    "checks": {"enabled": False, "use_after_free": {"enabled": True}},
}

EXPORT = orjson.loads((ROOT / "openapi" / "openapi.json").read_bytes())
OPERATIONS = [
    (method.upper(), path)
    for path, item in EXPORT["paths"].items()
    for method in item
    if method != "parameters"
]
OF_A_TENANT = [each for each in OPERATIONS if each[1].startswith("/v1/{user_id}/")]
OF_ROOMS = [each for each in OPERATIONS if each[1].startswith("/api/rooms")]
OF_TENANTS = [each for each in OPERATIONS if each[1].startswith("/v1/") and each not in OF_A_TENANT]
OF_MARKETPLACE = [each for each in OPERATIONS if each not in OF_A_TENANT + OF_TENANTS + OF_ROOMS]


# What a made-up slug would hardly ever be.
REAL = {
    "currency": "UGX",
    "property_type": "bungalow",
    "district": "kampala",
    "region": "central",
    "tenure": "mailo",
    "plot_size_unit": "acres",
    "amenities": ["parking"],
}


@pytest.fixture
def api(app: Flask) -> Any:
    """The service behind its own description."""

    def in_a_context_of_its_own(
        environ: Any, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        return Context().run(app, environ, start_response)

    return schemathesis.openapi.from_wsgi("/openapi.json", in_a_context_of_its_own)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address that the service answers at: what knows of sequences speaks HTTP."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def impatient(change_settings: Callable[..., None]) -> None:
    """Let no request wait for its images, which nobody processes here."""
    change_settings(image_wait_s=1)


def _fill_in(made_up: Any, real: dict[str, Any]) -> None:
    if isinstance(made_up, dict):
        made_up |= {name: real[name] for name in real.keys() & made_up.keys()}


def _cases(api: Any, method: str, path: str) -> st.SearchStrategy[Any]:
    """Return requests of an operation: such as fit, and such as do not where it takes anything."""
    operation = api[path][method]
    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    described = EXPORT["paths"][path][method.lower()]
    given_in = {each["in"] for each in described.get("parameters", ())}
    if "requestBody" not in described and "query" not in given_in:
        return fitting
    return fitting | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


def _a_third(check: Callable[[], None]) -> Callable[[], None]:
    """Try a third of the examples that the profile says: there are many operations."""
    return settings(max_examples=settings().max_examples // 3)(check)


def _is_fitting(case: Any) -> bool:
    return bool(case.meta.generation.mode is GenerationMode.POSITIVE)


def test_every_check_is_made_or_left_out_for_a_reason() -> None:
    load_all_checks()
    made = {check.__name__ for check in CHECKS}
    assert made & LEFT_OUT.keys() == set()
    assert made | LEFT_OUT.keys() == set(KNOWN_CHECKS.get_all_names())


# ── the tenant face ─────────────────────────────────────────────────────────────────────────


def _check_of_tenant(api: Any, owner: Tenant, method: str, path: str) -> None:
    listing_id = make_listing(owner.id)["id"]
    make_image(owner.id, listing_id)
    headers = st.sampled_from([owner.write, owner.write, owner.write, owner.read, {}])

    @_a_third
    @given(_cases(api, method, path), headers, st.booleans())
    def check(case: Any, credential: dict[str, str], is_real: bool) -> None:
        if is_real:
            _fill_in(case.path_parameters, {"user_id": owner.id, "property_id": listing_id})
        if is_real and _is_fitting(case):
            _fill_in(case.query, REAL)
            _fill_in(case.body, REAL)
        case.call_and_validate(checks=CHECKS, headers=credential)

    check()


@pytest.mark.both
@pytest.mark.usefixtures("impatient", "media_folder")
@pytest.mark.parametrize(("method", "path"), OF_A_TENANT)
def test_a_tenant_is_answered_as_described(api: Any, owner: Tenant, method: str, path: str) -> None:
    _check_of_tenant(api, owner, method, path)


@pytest.mark.parametrize(("method", "path"), OF_TENANTS)
def test_lookups_and_registration_are_answered_as_described(
    api: Any, owner: Tenant, method: str, path: str
) -> None:
    _check_of_tenant(api, owner, method, path)


# ── the rooms face ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("method", "path"), OF_ROOMS)
def test_rooms_are_answered_as_described(api: Any, method: str, path: str) -> None:
    account = make_account()
    room_id = make_stay(account.id)
    token = bearer(make_access_token(account.id, account.token_version))

    @_a_third
    @given(_cases(api, method, path), st.sampled_from([token, token, {}]), st.booleans())
    def check(case: Any, credential: dict[str, str], is_real: bool) -> None:
        if is_real:
            _fill_in(case.path_parameters, {"room_id": room_id})
        case.call_and_validate(checks=CHECKS, headers=credential)

    check()


# ── the marketplace face ────────────────────────────────────────────────────────────────────

QUESTION = {"category": "Hosting", "question": "Why?", "answer": "Why not."}


@pytest.fixture
def with_google(change_settings: Callable[..., None]) -> None:
    """Set Google sign-in up; nothing made up is enough of a token to ask Google for keys."""
    change_settings(google_client_id="web.apps.googleusercontent.com")


@pytest.mark.usefixtures("with_google", "impatient", "shipped_again", "media_folder")
@pytest.mark.parametrize(("method", "path"), OF_MARKETPLACE)
def test_the_marketplace_answers_as_described(api: Any, method: str, path: str) -> None:
    described = EXPORT["paths"][path][method.lower()]
    account = accounts.create_account(
        email="john@example.com",
        password=marketplace.PASSWORD,
        is_admin="For staff only." in described["description"],
    )
    host = make_host(VerificationStage.PENDING_REVIEW)
    # A stay that John has been to, another one of his own, and a review that he may reply to.
    stay, own = make_stay(make_account().id), make_stay(account.id)
    booking, review_id = make_booking(stay, account.id), review(own)
    is_of_hosts = path.startswith("/api/listings/")
    if is_of_hosts:
        set_stage(account.id, VerificationStage.APPROVED)
    real = {
        "email": account.email,
        "password": marketplace.PASSWORD,
        "old_password": marketplace.PASSWORD,
        "new_password": marketplace.PASSWORD,
        "phone_number": "0712345678",
        "otp_code": "123456",
        "refresh": make_refresh_token(account.id, 0),
        "user": account.email,
        "parent": "villa",
        "category": "beach-villa",
        "amenities": ["parking"],
        "date_of_birth": "1992-03-14",
        "nida_number": NIDA,
        "booking_id": str(booking.uuid),
    }
    token = bearer(make_access_token(account.id, 0))
    state = reference.snapshot()
    ids = {
        "slug": "beach-villa",
        "amenity_id": state.amenities_by_slug["parking"].uuid,
        "extra_id": state.extras[0].uuid,
        "key_id": apikeys.issue_key(account, scope=Scope.READ, name="A key").row.uuid,
        "user_id": host.uuid,
        "question_id": faq.add_question(account.id, QUESTION).uuid,
        "listing_id": uuid_of(own if is_of_hosts else stay),
        "photo_id": session.get_one(ListingImage, make_image(account.id, own)).uuid,
        "booking_id": booking.uuid,
        "review_id": review_id,
        "search_id": searches.save_search(account.id, "Anything", {}).uuid,
    }
    in_path = {name: str(value) for name, value in ids.items()}

    credentials = st.sampled_from([token, token, {}, bearer("x")])

    @_a_third
    @given(_cases(api, method, path), credentials, st.booleans())
    def check(case: Any, credential: dict[str, str], is_real: bool) -> None:
        if is_real:
            _fill_in(case.path_parameters, in_path)
            _fill_in(case.query, {"token": make_token(account.id, host.id)})
        if is_real and _is_fitting(case):
            _fill_in(case.body, real)
        case.call_and_validate(checks=CHECKS, headers=credential)

    check()


# ── one after the other ─────────────────────────────────────────────────────────────────────


def test_what_is_deleted_is_gone(address: str, owner: Tenant) -> None:
    """What one request makes the next ones read, change and delete, and read once more."""
    config = {**SEQUENCES, "parameters": {"user_id": owner.id}, "headers": owner.write}
    api = schemathesis.openapi.from_url(
        f"{address}/openapi/tenant.json", config=schemathesis.Config.from_dict(config)
    )
    listings = api.include(operation_id=["create_property", "get_property", "delete_property"])

    @listings.hook
    def map_body(_context: Any, body: Any) -> Any:
        # Made-up lines of text break, and what is made up often is seldom unique.
        _fill_in(body, REAL | {"title": "Beach house", "location": "Diani"})
        # The first two only come together.
        left_out = {"latitude", "longitude", "external_id", "youtube_video_id"}
        return {name: body[name] for name in body.keys() - left_out}

    found, answered = [], set()
    for event in from_schema(listings).execute():
        if isinstance(event, ScenarioFinished):
            recorded = event.recorder
            found += [each for checks in recorded.checks.values() for each in checks]
            answered |= {
                (recorded.cases[key].value.operation.label, each.response.status_code)
                for key, each in recorded.interactions.items()
                if each.response
            }
        assert not isinstance(event, NonFatalError | FatalError), event
    assert [each for each in found if each.status is not Status.SUCCESS] == []
    assert use_after_free.__name__ in {each.name for each in found}
    one = "/v1/{user_id}/properties/{property_id}/"
    assert {(f"DELETE {one}", 204), (f"GET {one}", 200), (f"GET {one}", 404)} <= answered
