"""JWTs: made and read here alone, for every face that takes them.

Reading is stricter than the library: one algorithm, one type, an end, and claims of the right
shape. Whether the account still stands behind a token is for the accounts domain to say.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import Flask, Response, request
from flask_jwt_extended import JWTManager, create_access_token, create_refresh_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt import PyJWTError

from app.api.problems import Problem, answer
from app.core import crypto
from app.core.errors import Unauthenticated
from app.core.settings import current_settings

ALGORITHM = "HS256"
MISSING_TOKEN = "Authentication credentials were not provided."
BAD_TOKEN = "The token is invalid or has expired."
# Ours have about 400; nobody makes us decode megabytes.
MAX_TOKEN_CHARS = 2_000


class TokenType(StrEnum):
    ACCESS = "access"
    REFRESH = "refresh"


class BadToken(Unauthenticated):
    """This text is no token of ours, or not one of the wanted type, or no longer."""

    def __init__(self) -> None:
        super().__init__(BAD_TOKEN)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: whose it is, at which version of the account, and until when."""

    account_id: int
    version: int
    jti: str
    expires_at: datetime


def init_app(app: Flask) -> None:
    """Set the library up; whatever it refuses by itself is a 401 in the path's dialect."""
    with app.app_context():
        app.config["JWT_SECRET_KEY"] = crypto.keyed_digest("jwt")
    app.config["JWT_ALGORITHM"] = ALGORITHM
    app.config["JWT_DECODE_ALGORITHMS"] = [ALGORITHM]
    # No token of ours ever travels in a cookie.
    app.config["JWT_COOKIE_CSRF_PROTECT"] = False
    manager = JWTManager(app)

    def refuse(*_args: Any) -> Response:
        return answer(Problem(401, BAD_TOKEN, headers={"WWW-Authenticate": "Bearer"}))

    for loader in (
        manager.expired_token_loader,
        manager.invalid_token_loader,
        manager.needs_fresh_token_loader,
        manager.revoked_token_loader,
        manager.token_verification_failed_loader,
        manager.unauthorized_loader,
        manager.user_lookup_error_loader,
    ):
        loader(refuse)


def make_access_token(account_id: int, version: int) -> str:
    """Return a token that opens the API until it ends, or until the account's version moves."""
    ttl = timedelta(seconds=current_settings().access_ttl_s)
    claims = {"ver": version}
    token: str = create_access_token(str(account_id), expires_delta=ttl, additional_claims=claims)
    return token


def make_refresh_token(account_id: int, version: int) -> str:
    """Return a token that earns new access tokens until it ends or is blacklisted."""
    ttl = timedelta(seconds=current_settings().refresh_ttl_s)
    claims = {"ver": version}
    token: str = create_refresh_token(str(account_id), expires_delta=ttl, additional_claims=claims)
    return token


def read_access_token() -> Claims:
    """Return what the access token of the current request says.

    :raises Unauthenticated: when it carries none.
    :raises BadToken: as `read_token`.
    """
    header = request.headers.get("Authorization")
    if header is None:
        raise Unauthenticated(MISSING_TOKEN)
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise BadToken
    return read_token(token.strip(), TokenType.ACCESS)


def read_token(token: str, wanted: TokenType, *, allow_expired: bool = False) -> Claims:
    """Return what a token of ours says.

    :raises BadToken: when it is forged, cut, over, or of another type.
    """
    if len(token) > MAX_TOKEN_CHARS or not token.isascii():
        raise BadToken
    try:
        found = decode_token(token, allow_expired=allow_expired)
    # Its JSON is read before its signature, and may be nested as deeply as its length allows.
    except (JWTExtendedException, PyJWTError, ValueError, RecursionError):
        raise BadToken from None
    return _claims(found, wanted)


def _claims(found: dict[str, Any], wanted: TokenType) -> Claims:
    subject, version, jti, ends = found["sub"], found.get("ver"), found["jti"], found.get("exp")
    # The library takes a token without an end, and one without a type for an access token.
    if found["type"] != wanted or not isinstance(ends, int) or not isinstance(jti, str):
        raise BadToken
    if not isinstance(version, int) or not re.fullmatch(r"[0-9]{1,10}", subject, re.ASCII):
        raise BadToken
    return Claims(int(subject), version, jti, datetime.fromtimestamp(ends, UTC))
