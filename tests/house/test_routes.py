"""Every route says who may call it."""

from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import UUIDConverter

# What anybody may call. A view that is not here needs a credential.
PUBLIC = {
    "Amenities and extras.list_active_amenities",
    "Amenities and extras.list_active_extras",
    "Authentication.log_in",
    "Authentication.log_in_with_google",
    "Authentication.log_in_with_google_alias",
    "Authentication.log_out",
    "Authentication.log_out_alias",
    "Authentication.refresh_access",
    "Authentication.refresh_access_alias",
    "Authentication.register_account",
    "Authentication.register_account_alias",
    "Authentication.request_password_code",
    "Authentication.request_password_code_alias",
    "Authentication.resend_code",
    "Authentication.resend_code_alias",
    "Authentication.reset_password",
    "Authentication.reset_password_alias",
    "Authentication.verify_email",
    "Authentication.verify_email_alias",
    "Authentication.verify_phone",
    "Authentication.verify_phone_alias",
    "Categories.list_categories",
    "FAQ.list_faq",
    "Browse.get_listing",
    "Browse.get_listing_calendar",
    "Browse.list_listings",
    "Browse.list_nearby_listings",
    "Reviews.list_listing_reviews",
    "Tenant keys.get_api_root",
    "Tenant keys.request_key_code",
    "Tenant keys.verify_key_code",
    "assets.get_file",
    "media.get_public_file",
    "sign_in.show_form",
    "sign_in.sign_in",
    "sign_in.sign_out",
    "system.get_docs",
    "system.get_docs_asset",
    "system.get_docs_script",
    "system.get_docs_style",
    "system.get_front_door",
    "system.get_health",
    "system.get_metrics",
    "system.get_openapi",
    "system.get_readiness",
}
CREDENTIALS = {"access_token", "api_key", "session"}


def _declared(app: Flask, endpoint: str) -> str | None:
    return getattr(app.view_functions[endpoint], "_credential", None)


def test_every_route_has_a_declared_credential_or_is_on_the_public_list(app: Flask) -> None:
    undeclared = {
        endpoint
        for endpoint in app.view_functions
        if _declared(app, endpoint) not in CREDENTIALS and endpoint not in PUBLIC
    }
    assert undeclared == set()


def test_what_the_public_list_names_is_there_and_says_so(app: Flask) -> None:
    assert PUBLIC - app.view_functions.keys() == set()
    # What belongs to no face is public as a whole.
    declared = {
        each: _declared(app, each)
        for each in PUBLIC
        if not each.startswith(("system.", "media.", "assets."))
    }
    assert set(declared.values()) == {"public"}


def test_every_other_route_refuses_a_caller_without_a_credential(
    app: Flask, client: FlaskClient
) -> None:
    answers = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        values = {
            name: UUID(int=1) if isinstance(converter, UUIDConverter) else 1
            for name, converter in rule._converters.items()
        }
        with app.test_request_context():
            path = app.url_map.bind("").build(rule.endpoint, values)
        for method in (rule.methods or set()) - {"OPTIONS"}:
            answers[f"{method} {path}"] = client.open(path, method=method, json={}).status_code
    assert len(answers) > 10
    # A page sends whoever has not signed in there; a form without a token is no form of ours.
    refusals = {
        call: {303, 403} if " /users/" in call or " /staff/" in call else {401} for call in answers
    }
    assert {call for call, status in answers.items() if status not in refusals[call]} == set()
