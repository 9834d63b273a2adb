"""Registering, logging in and out, and the codes that prove an address or a number."""

from datetime import UTC
from typing import Any

from app.accounts import registration_service as registrations
from app.accounts import session_service as sessions
from app.accounts import verification_service as verifications
from app.accounts.enums import CodePurpose
from app.api.clients import client_address
from app.api.marketplace import schemas
from app.api.marketplace.access import (
    limited_by,
    public,
    recognizes,
    takes_credentials,
    viewer,
)
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.smorest import notes, refuses
from app.api.tokens import (
    BadToken,
    TokenType,
    make_access_token,
    make_refresh_token,
    read_token,
)
from app.core.errors import Invalid

REGISTERED = "Registration successful. Please verify your email."
LOGGED_IN = "Login successful."
LOGGED_OUT = "Logout successful."
REFRESHED = "Token refreshed."
EMAIL_VERIFIED = "Email verified successfully."
PHONE_VERIFIED = "Phone number verified successfully."
CODE_SENT = "If the account exists, a code has been sent."
PASSWORD_RESET = "Password reset successfully. Please log in."
NOT_A_REFRESH_TOKEN = "This is not a refresh token."

blp = marketplace_blueprint("Authentication", "Accounts, their tokens and their codes")


@blp.write_route("/auth/register/")
@public
@notes("Besides, at most {rate} for an e-mail address.", rate="ratelimit_credentials")
@blp.arguments(schemas.SignUpSchema)
@limited_by("email")
@blp.answers(201, schemas.SignedUpSchema, REGISTERED)
def register_account(registration: dict[str, Any]) -> Any:
    """Create an account.

    A code goes to the e-mail address, and another one by SMS to a phone number.
    """
    return registrations.register(**registration)


@blp.route("/auth/login/", methods=["POST"])
@public
@takes_credentials
@refuses(401, 403)
@blp.arguments(schemas.LoginSchema)
@limited_by("email", is_known=sessions.is_home)
@blp.answers(200, schemas.SessionSchema, LOGGED_IN)
def log_in(credentials: dict[str, str]) -> dict[str, Any]:
    """Get an access and a refresh token for an e-mail address and a password."""
    account = sessions.log_in(**credentials, client_address=client_address())
    return make_session(account)


@blp.write_route("/auth/providers/google/")
@public
@takes_credentials
@refuses(401, 403, 409)
@blp.arguments(schemas.GoogleTokenSchema)
@blp.answers(200, schemas.SessionSchema, LOGGED_IN)
def log_in_with_google(given: dict[str, str]) -> dict[str, Any]:
    """Log in with a Google ID token. The first time, this creates an account."""
    return make_session(sessions.log_in_with_google(given["id_token"]))


@blp.write_route("/auth/logout/")
@public
@blp.arguments(schemas.RefreshTokenSchema)
@blp.answers(200, None, LOGGED_OUT)
def log_out(given: dict[str, str]) -> None:
    """Blacklist a refresh token. Doing so again changes nothing."""
    try:
        claims = read_token(given["refresh"], TokenType.REFRESH, allow_expired=True)
    except BadToken:
        raise Invalid(NOT_A_REFRESH_TOKEN, "refresh") from None
    sessions.end_session(claims.jti, claims.expires_at.astimezone(UTC))


@blp.write_route("/auth/refresh/")
@public
@refuses(401)
@blp.arguments(schemas.RefreshTokenSchema)
@blp.answers(200, schemas.AccessSchema, REFRESHED)
def refresh_access(given: dict[str, str]) -> dict[str, str]:
    """Exchange a refresh token for a new access token."""
    claims = read_token(given["refresh"], TokenType.REFRESH)
    sessions.check_refresh_token(claims.account_id, claims.version, claims.jti)
    return {"access": make_access_token(claims.account_id, claims.version)}


@blp.write_route("/auth/verify-email/")
@public
@takes_credentials
@blp.arguments(schemas.EmailCodeSchema)
@limited_by("email")
@blp.answers(200, None, EMAIL_VERIFIED)
def verify_email(given: dict[str, str]) -> None:
    """Verify an e-mail address by the code that was mailed to it."""
    verifications.verify_email(given["email"], given["otp_code"])


@blp.write_route("/auth/verify-phone/")
@public
@recognizes
@takes_credentials
@blp.arguments(schemas.PhoneCodeSchema)
@limited_by("phone_number")
@blp.answers(200, None, PHONE_VERIFIED)
def verify_phone(given: dict[str, str]) -> None:
    """Verify a phone number by the code that was sent to it.

    With an access token only the code that its account was sent is right.
    """
    verifications.verify_phone(given["phone_number"], given["otp_code"], _viewer_id())


@blp.write_route("/auth/resend-otp/")
@public
@recognizes
@takes_credentials
@blp.arguments(schemas.CodeRequestSchema)
@limited_by("email", "phone_number")
@blp.answers(200, None, CODE_SENT)
def resend_code(wanted: dict[str, Any]) -> None:
    """Ask for a new code in place of the last one.

    The answer is the same whether or not the account exists. A phone number's code is for the
    account of the access token, or without one for whoever was the last to claim the number.
    """
    if "email" in wanted:
        verifications.request_email_code(wanted["email"], wanted["purpose"])
    else:
        verifications.request_phone_code(wanted["phone_number"], _viewer_id())


@blp.write_route("/auth/forgot-password/")
@public
@takes_credentials
@blp.arguments(schemas.EmailSchema)
@limited_by("email")
@blp.answers(200, None, CODE_SENT)
def request_password_code(given: dict[str, str]) -> None:
    """Ask for a code that lets a forgotten password be replaced.

    The answer is the same whether or not the account exists.
    """
    verifications.request_email_code(given["email"], CodePurpose.PASSWORD_RESET)


@blp.write_route("/auth/reset-password/")
@public
@takes_credentials
@blp.arguments(schemas.PasswordResetSchema)
@limited_by("email")
@blp.answers(200, None, PASSWORD_RESET)
def reset_password(given: dict[str, str]) -> None:
    """Replace a forgotten password by the mailed code. Every session of the account ends."""
    verifications.reset_password(given["email"], given["otp_code"], given["new_password"])


def make_session(account: Any) -> dict[str, Any]:
    """Return both tokens of an account as it stands, and whose they are."""
    return {**make_tokens(account), "user": account}


def make_tokens(account: Any) -> dict[str, str]:
    """Return a fresh access and a fresh refresh token of an account as it stands."""
    return {
        "access": make_access_token(account.id, account.token_version),
        "refresh": make_refresh_token(account.id, account.token_version),
    }


def _viewer_id() -> int | None:
    caller = viewer()
    return caller.account_id if caller else None
