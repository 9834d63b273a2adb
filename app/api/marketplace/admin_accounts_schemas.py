"""What staff gives and takes about accounts, their keys, and the audit log."""

from typing import Any

from marshmallow import Schema, fields

from app.accounts.enums import Role, Tier, VerificationStage
from app.accounts.identity import MAX_EMAIL_CHARS
from app.api.marketplace.host_schemas import HostFileSchema
from app.api.marketplace.paging import PageQuerySchema
from app.api.marketplace.schemas import (
    IssuedKeySchema,
    KeySchema,
    ProfileSchema,
    WantedKeySchema,
)
from app.apikeys.enums import Scope
from app.audit.limits import ACTION_CHARS, OBJECT_ID_CHARS, OBJECT_TYPE_CHARS
from app.core.fields import (
    Choice,
    CleanStr,
    QueryBool,
    QueryInstant,
    QueryUuid,
    ShownInstant,
    StrictSchema,
)

SEARCH_CHARS = 100

# ── accounts ────────────────────────────────────────────────────────────────────────────────


class UserQuerySchema(PageQuerySchema):
    """Which accounts staff wants to see."""

    role = Choice(Role, metadata={"description": "Accounts with this role."})
    verification_stage = Choice(
        VerificationStage, metadata={"description": "How far the host profile is."}
    )
    subscription_tier = Choice(Tier, metadata={"description": "Accounts of this tier."})
    is_disabled = QueryBool(metadata={"description": "Those that staff has disabled, or not."})
    search = CleanStr(
        max_length=SEARCH_CHARS,
        metadata={"description": "How the e-mail address, the username or a name begins."},
    )


class UserSchema(ProfileSchema):
    """An account, as lists of staff show it."""

    class Meta:
        exclude = ("bio",)

    is_active = fields.Boolean(required=True)
    disabled_at = ShownInstant(required=True, allow_none=True)


class UserDetailSchema(UserSchema):
    """An account with everything that staff may know of it."""

    class Meta:
        exclude = ()

    host = fields.Nested(HostFileSchema, required=True)

    def get_attribute(self, obj: tuple[Any, Any], attr: str, default: Any) -> Any:
        """Read the host profile from beside the account, and all else from the account."""
        account, host = obj
        return host if attr == "host" else super().get_attribute(account, attr, default)


class UserChangeSchema(StrictSchema):
    """What staff changes of an account; what is absent stays."""

    subscription_tier = Choice(Tier)


# ── keys of the tenant API ──────────────────────────────────────────────────────────────────


class UserKeyQuerySchema(PageQuerySchema):
    """Which keys staff wants to see."""

    user = CleanStr(
        max_length=MAX_EMAIL_CHARS,
        metadata={"description": "The owner's id, `user_id`, e-mail address or username."},
    )
    scope = Choice(Scope, metadata={"description": "Keys that read, or that write too."})
    search = CleanStr(
        max_length=SEARCH_CHARS,
        metadata={"description": "How the key begins, or a part of its name."},
    )


class WantedUserKeySchema(WantedKeySchema):
    """A key to make for somebody."""

    user = CleanStr(
        required=True,
        max_length=MAX_EMAIL_CHARS,
        blank=False,
        metadata={
            "description": "The owner's id, `user_id`, e-mail address or username.",
            "example": "john@example.com",
        },
    )
    scope = Choice(Scope, required=True)


class KeyOwnerSchema(Schema):
    """Whose key it is."""

    id = fields.UUID(attribute="uuid", required=True)
    user_id = fields.Integer(attribute="id", required=True)
    email = fields.String(required=True)
    username = fields.String(required=True)


class UserKeySchema(KeySchema):
    """A key of the tenant API with its owner, never the key itself."""

    user = fields.Nested(KeyOwnerSchema, required=True)


class IssuedUserKeySchema(IssuedKeySchema):
    """A key at the only moment that it is shown, and whose it is."""

    user = fields.Nested(KeyOwnerSchema, required=True)


# ── the audit log ───────────────────────────────────────────────────────────────────────────


class AuditQuerySchema(PageQuerySchema):
    """Which entries staff wants to see: those from `from` on that are before `to`."""

    actor = QueryUuid(metadata={"description": "The account that did it."})
    action = CleanStr(
        max_length=ACTION_CHARS,
        metadata={"description": "What was done.", "example": "account.disabled"},
    )
    object_type = CleanStr(
        max_length=OBJECT_TYPE_CHARS,
        metadata={"description": "What kind of thing it was done to.", "example": "account"},
    )
    object_id = CleanStr(
        max_length=OBJECT_ID_CHARS, metadata={"description": "The id of what it was done to."}
    )
    since = QueryInstant(data_key="from", metadata={"description": "From then on, inclusive."})
    before = QueryInstant(
        data_key="to",
        metadata={"description": "Before then, exclusive.", "example": "2026-07-01T00:00:00Z"},
    )


class ActorSchema(Schema):
    """Who did it."""

    id = fields.UUID(attribute="uuid", required=True)
    email = fields.String(required=True)


class AuditEntrySchema(Schema):
    """One deed. Without an actor it was done on the command line."""

    id = fields.UUID(attribute="uuid", required=True)
    at = ShownInstant(required=True)
    actor = fields.Nested(ActorSchema, required=True, allow_none=True)
    action = fields.String(required=True)
    object_type = fields.String(required=True)
    object_id = fields.String(required=True)
    details = fields.Dict(keys=fields.String(), required=True)
