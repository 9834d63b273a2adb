"""What the marketplace face takes and gives."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from app.accounts.enums import CodePurpose, Mode, Role, Tier, VerificationStage
from app.accounts.identity import MAX_EMAIL_CHARS
from app.accounts.limits import BIO_CHARS, NAME_CHARS, USERNAME_CHARS
from app.apikeys.enums import Scope
from app.apikeys.keys import KEY_NAME_CHARS, MAX_ORIGINS, ORIGIN_CHARS
from app.core.fields import REQUIRED, Choice, CleanStr, Items, LineStr, ShownInstant, StrictSchema

# More than any spelling of a number, a code or a token has.
PHONE_CHARS = 50
CODE_CHARS = 20
TOKEN_CHARS = 2_000
ID_TOKEN_CHARS = 8 * 1024
# A password that is given, not chosen: whatever its length it is right or wrong.
PASSWORD_CHARS = 1_000

_CODE_PURPOSES = (CodePurpose.EMAIL, CodePurpose.PHONE, CodePurpose.PASSWORD_RESET)


def _name(**kwargs: Any) -> LineStr:
    return LineStr(max_length=NAME_CHARS, blank=False, **kwargs)


def _email(**kwargs: Any) -> CleanStr:
    metadata = {"example": "john@example.com"}
    return CleanStr(max_length=MAX_EMAIL_CHARS, blank=False, metadata=metadata, **kwargs)


def _phone(**kwargs: Any) -> CleanStr:
    metadata = {"example": "+255712345678"}
    return CleanStr(max_length=PHONE_CHARS, blank=False, metadata=metadata, **kwargs)


def _password(example: str = "SecurePass@123") -> CleanStr:
    return CleanStr(
        required=True,
        max_length=PASSWORD_CHARS,
        trim=False,
        blank=False,
        metadata={"example": example},
    )


def _code() -> CleanStr:
    return CleanStr(
        required=True, max_length=CODE_CHARS, blank=False, metadata={"example": "123456"}
    )


def _words(enumeration: Any) -> fields.String:
    return fields.String(required=True, metadata={"enum": [str(word) for word in enumeration]})


# ── registering and codes ───────────────────────────────────────────────────────────────────


class SignUpSchema(StrictSchema):
    """Who wants an account. A phone number is understood in any usual spelling."""

    email = _email(required=True)
    password = _password()
    first_name = _name(required=True)
    last_name = _name(required=True)
    phone_number = _phone(allow_none=True)
    username = CleanStr(max_length=USERNAME_CHARS, blank=False, allow_none=True)


class SignedUpSchema(Schema):
    """The account that was made."""

    user_id = fields.UUID(attribute="uuid", required=True)
    email = fields.String(required=True)


class EmailCodeSchema(StrictSchema):
    """The code that was mailed."""

    email = _email(required=True)
    otp_code = _code()


class PhoneCodeSchema(StrictSchema):
    """The code that came by SMS."""

    phone_number = _phone(required=True)
    otp_code = _code()


class CodeRequestSchema(StrictSchema):
    """What a new code is wanted for.

    `phone_verification` takes the account's e-mail address or the phone number itself.
    """

    email = _email()
    phone_number = _phone()
    purpose = Choice(CodePurpose, only=_CODE_PURPOSES, required=True)

    @validates_schema
    def _check_who(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if "email" in data:
            return
        if data.get("purpose") is not CodePurpose.PHONE or "phone_number" not in data:
            raise ValidationError(REQUIRED, "email")


class EmailSchema(StrictSchema):
    """Whose password is forgotten."""

    email = _email(required=True)


class PasswordResetSchema(EmailCodeSchema):
    """The code that was mailed, and the password that takes the forgotten one's place."""

    new_password = _password("NewSecurePass@123")


# ── sessions ────────────────────────────────────────────────────────────────────────────────


class LoginSchema(StrictSchema):
    """Who logs in."""

    email = _email(required=True)
    password = _password()


class GoogleTokenSchema(StrictSchema):
    """What Google's frontend SDK gives."""

    id_token = CleanStr(required=True, max_length=ID_TOKEN_CHARS, blank=False)


class RefreshTokenSchema(StrictSchema):
    """A refresh token."""

    refresh = CleanStr(required=True, max_length=TOKEN_CHARS, blank=False)


class AccessSchema(Schema):
    """A new access token."""

    access = fields.String(required=True)


class TokenPairSchema(AccessSchema):
    """An access token, and the refresh token that earns new ones."""

    refresh = fields.String(required=True)


class PersonSchema(Schema):
    """Who has logged in."""

    id = fields.UUID(attribute="uuid", required=True)
    email = fields.String(required=True)
    first_name = fields.String(required=True)
    role = _words(Role)
    mode = _words(Mode)
    verification_stage = _words(VerificationStage)


class SessionSchema(TokenPairSchema):
    """Both tokens, and whose they are."""

    user = fields.Nested(PersonSchema, required=True)


# ── the account itself ──────────────────────────────────────────────────────────────────────


class ProfileSchema(PersonSchema):
    """An account, as its owner sees it. `user_id` is its number in the tenant API."""

    user_id = fields.Integer(attribute="id", required=True)
    username = fields.String(required=True)
    last_name = fields.String(required=True)
    bio = fields.String(required=True)
    phone_number = fields.String(required=True, allow_none=True)
    email_verified = fields.Boolean(required=True)
    phone_verified = fields.Boolean(required=True)
    is_superuser = fields.Boolean(required=True)
    subscription_tier = fields.String(
        attribute="tier", required=True, metadata={"enum": [str(tier) for tier in Tier]}
    )
    created_at = ShownInstant(required=True)


class ProfileChangeSchema(StrictSchema):
    """What changes of a profile; what is absent stays, and null clears what may be empty."""

    first_name = _name()
    last_name = _name()
    phone_number = _phone(allow_none=True)
    bio = CleanStr(max_length=BIO_CHARS, allow_none=True, metadata={"example": "I love to host."})


class ModeSchema(StrictSchema):
    """The experience that a person wants."""

    mode = Choice(Mode, required=True)


class PasswordChangeSchema(StrictSchema):
    """The present password and the next one."""

    old_password = _password("OldPass@123")
    new_password = _password("NewPass@123")


# ── keys of the tenant API ──────────────────────────────────────────────────────────────────


class KeyNameSchema(StrictSchema):
    """What a key is called, and the sites that it is restricted to; none is no restriction."""

    name = LineStr(max_length=KEY_NAME_CHARS, blank=False, metadata={"example": "My site"})
    allowed_origins = Items(
        CleanStr(max_length=ORIGIN_CHARS, blank=False),
        maximum=MAX_ORIGINS,
        allow_none=True,
        metadata={"example": ["example.com"]},
    )


class WantedKeySchema(KeyNameSchema):
    """A read-only key to make."""

    name = LineStr(
        required=True, max_length=KEY_NAME_CHARS, blank=False, metadata={"example": "My site"}
    )


class KeySchema(Schema):
    """A key of the tenant API, as lists show it: never the key itself."""

    id = fields.UUID(attribute="uuid", required=True)
    name = fields.String(required=True)
    scope = _words(Scope)
    prefix = fields.String(required=True, metadata={"description": "How the key begins."})
    allowed_origins = fields.List(fields.String(), required=True)
    created_at = ShownInstant(required=True)
    last_used_at = ShownInstant(required=True, allow_none=True)


class IssuedKeySchema(KeySchema):
    """A key at the only moment that it is shown, and the `user_id` of its addresses."""

    key = fields.String(required=True)
    user_id = fields.Integer(attribute="owner_id", required=True)
