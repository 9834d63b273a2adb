"""What the OpenAPI description promises, against what the service answers.

Schemathesis makes requests that fit the description, and requests that do not. None may be
answered by a 500, or by a status, a content type or a body that the description does not know.
"""

from collections.abc import Callable, Iterable
from contextvars import Context
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
)
from schemathesis.specs.openapi.checks import status_code_conformance

from app.accounts import service as accounts
from app.api.tokens import make_access_token, make_refresh_token
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from tests.api.marketplace import endpoints as marketplace
from tests.api.tenant import endpoints
from tests.factories import Tenant, bearer, make_image, make_listing

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


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


def _fill_in(made_up: Any, real: dict[str, Any]) -> None:
    if isinstance(made_up, dict):
        made_up |= {name: real[name] for name in real.keys() & made_up.keys()}


def _check_operation(api: Any, owner: Tenant, method: str, path: str, mode: GenerationMode) -> None:
    operation = api[path.replace("{id}", "{property_id}")][method]
    listing_id = make_listing(owner.id)["id"]
    make_image(owner.id, listing_id)
    headers = st.sampled_from([owner.write, owner.write, owner.write, owner.read, {}])

    @given(operation.as_strategy(generation_mode=mode), headers, st.booleans())
    def check(case: Any, credential: dict[str, str], is_real: bool) -> None:
        if is_real:
            _fill_in(case.path_parameters, {"user_id": owner.id, "property_id": listing_id})
        if is_real and mode is GenerationMode.POSITIVE:
            _fill_in(case.query, REAL)
            _fill_in(case.body, REAL)
        response = case.call(headers=credential)
        case.validate_response(response, checks=CHECKS)

    check()


@pytest.mark.both
@pytest.mark.parametrize(("method", "path"), endpoints.OF_A_TENANT)
def test_what_fits_is_answered_as_described(
    api: Any, owner: Tenant, method: str, path: str
) -> None:
    _check_operation(api, owner, method, path, GenerationMode.POSITIVE)


@pytest.mark.parametrize(("method", "path"), endpoints.REFERENCE + endpoints.PUBLIC)
def test_lookups_and_registration_are_answered_as_described(
    api: Any, owner: Tenant, method: str, path: str
) -> None:
    _check_operation(api, owner, method, path, GenerationMode.POSITIVE)


WITH_INPUT = [each for each in endpoints.PUBLIC + endpoints.OF_A_TENANT if each[1] != "/v1/"]


@pytest.mark.parametrize(("method", "path"), WITH_INPUT)
def test_what_does_not_fit_is_refused_as_described(
    api: Any, owner: Tenant, method: str, path: str
) -> None:
    _check_operation(api, owner, method, path, GenerationMode.NEGATIVE)


# ── the marketplace face ────────────────────────────────────────────────────────────────────

WRITES = [each[:2] for each in marketplace.WRITES]


@pytest.fixture
def with_google(change_settings: Callable[..., None]) -> None:
    """Set Google sign-in up; nothing made up is enough of a token to ask Google for keys."""
    change_settings(google_client_id="web.apps.googleusercontent.com")


def _check_of_marketplace(api: Any, method: str, path: str, mode: GenerationMode) -> None:
    account = accounts.create_account(email="john@example.com", password=marketplace.PASSWORD)
    real = {
        "email": account.email,
        "password": marketplace.PASSWORD,
        "old_password": marketplace.PASSWORD,
        "new_password": marketplace.PASSWORD,
        "phone_number": "0712345678",
        "otp_code": "123456",
        "refresh": make_refresh_token(account.id, 0),
    }
    token = bearer(make_access_token(account.id, 0))
    key_id = apikeys.issue_key(account, scope=Scope.READ, name="A key").row.uuid

    @given(
        api[marketplace.documented(path)][method].as_strategy(generation_mode=mode),
        st.sampled_from([token, token, {}, bearer("x")]),
        st.booleans(),
    )
    def check(case: Any, credential: dict[str, str], is_real: bool) -> None:
        if is_real:
            _fill_in(case.path_parameters, {"key_id": str(key_id)})
        if is_real and mode is GenerationMode.POSITIVE:
            _fill_in(case.body, real)
        response = case.call(headers=credential)
        case.validate_response(response, checks=CHECKS)

    check()


@pytest.mark.usefixtures("with_google")
@pytest.mark.parametrize(("method", "path"), [each[:2] for each in marketplace.ALL])
def test_what_fits_is_enveloped_as_described(api: Any, method: str, path: str) -> None:
    _check_of_marketplace(api, method, path, GenerationMode.POSITIVE)


@pytest.mark.usefixtures("with_google")
@pytest.mark.parametrize(("method", "path"), WRITES)
def test_what_does_not_fit_is_enveloped_as_described(api: Any, method: str, path: str) -> None:
    _check_of_marketplace(api, method, path, GenerationMode.NEGATIVE)
