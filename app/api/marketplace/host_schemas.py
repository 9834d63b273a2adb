"""What the marketplace face takes and gives on the way to being a host."""

from typing import Any

from marshmallow import Schema, fields, post_dump

from app.accounts.enums import Gender, VerificationStage
from app.accounts.limits import NAME_CHARS, REASON_CHARS
from app.api.marketplace.schemas import PHONE_CHARS
from app.core.fields import (
    Choice,
    CleanStr,
    LineStr,
    ShownInstant,
    StrictDate,
    StrictSchema,
    UploadedFile,
)
from app.media.limits import MAX_DOCUMENT_BYTES

# More than any spelling of a number, and than any token of ours, has.
NIDA_CHARS = 50
PHOTO_TOKEN_CHARS = 200

_STAGES = {"enum": [str(stage) for stage in VerificationStage]}
_GENDERS = {"type": ["string", "null"], "enum": [*map(str, Gender), None]}


class ChecklistSchema(Schema):
    """How far somebody is on the way to being a host.

    While the profile is rejected, `rejection_reason` says why.
    """

    personal_info = fields.Boolean(required=True)
    identity = fields.Boolean(required=True)
    profile_submitted = fields.Boolean(required=True)
    verification_stage = fields.String(required=True, metadata=_STAGES)
    rejection_reason = fields.String()

    @post_dump
    def _drop_what_is_over(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        # The document shows four keys, and four it is but for a profile that is rejected.
        return {name: value for name, value in data.items() if value is not None}


class PersonalChangeSchema(StrictSchema):
    """What changes of a host; what is absent stays, and null clears what may be empty."""

    first_name = LineStr(max_length=NAME_CHARS, blank=False, metadata={"example": "John"})
    last_name = LineStr(max_length=NAME_CHARS, blank=False, metadata={"example": "Doe"})
    date_of_birth = StrictDate(allow_none=True, metadata={"example": "1992-03-14"})
    gender = Choice(Gender, allow_none=True)
    phone_number = CleanStr(
        max_length=PHONE_CHARS,
        blank=False,
        allow_none=True,
        metadata={"example": "+255712345678"},
    )


class PersonalSchema(Schema):
    """What a host has told of themselves."""

    first_name = fields.String(required=True)
    last_name = fields.String(required=True)
    date_of_birth = fields.Date(required=True, allow_none=True)
    gender = fields.String(required=True, allow_none=True, metadata=_GENDERS)
    phone_number = fields.String(required=True, allow_none=True)
    phone_verified = fields.Boolean(required=True)


class IdentitySchema(StrictSchema):
    """A national identity card of Tanzania."""

    nida_number = CleanStr(
        required=True,
        max_length=NIDA_CHARS,
        blank=False,
        metadata={
            "example": "19920314-12345-67890-12",
            "description": "20 digits, dashes optional; the first eight are a date.",
        },
    )
    id_photo = UploadedFile(
        required=True,
        max_bytes=MAX_DOCUMENT_BYTES,
        metadata={"description": "The file: JPEG, PNG or WebP, at most 10 MB and 50 megapixels."},
    )


class RejectionSchema(StrictSchema):
    """Why something is rejected; its person is told."""

    rejection_reason = CleanStr(
        required=True,
        max_length=REASON_CHARS,
        blank=False,
        metadata={"example": "Identity document unclear."},
    )


class PhotoQuerySchema(StrictSchema):
    """What opens the photo of an identity document."""

    token = CleanStr(
        required=True,
        max_length=PHOTO_TOKEN_CHARS,
        metadata={"description": "As it stands in the account's `photo_url`."},
    )


class ReviewedHostSchema(Schema):
    """Whose profile was reviewed, and how it stands now."""

    id = fields.UUID(attribute="uuid", required=True)
    email = fields.String(required=True)
    first_name = fields.String(required=True)
    last_name = fields.String(required=True)
    verification_stage = fields.String(required=True, metadata=_STAGES)


class HostFileSchema(Schema):
    """A host profile, as staff sees it.

    `photo_url` shows the identity document to this member of staff alone, for a few minutes, to a
    request that carries their own token; each look is written down.
    """

    date_of_birth = fields.Date(required=True, allow_none=True)
    gender = fields.String(required=True, allow_none=True, metadata=_GENDERS)
    nida_number = fields.String(required=True, allow_none=True)
    photo_url = fields.String(required=True, allow_none=True)
    submitted_at = ShownInstant(required=True, allow_none=True)
    reviewed_at = ShownInstant(required=True, allow_none=True)
    rejection_reason = fields.String(required=True, allow_none=True)
