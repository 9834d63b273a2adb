"""How the tenant face's blueprints are made, and how it describes itself in OpenAPI."""

from app.api.answers import COMMON, describe_refusals, refusal
from app.api.openapi import Face
from app.api.smorest import FaceApi, FaceBlueprint
from app.api.tenant import schemas
from app.api.tenant.dialect import PREFIX, problem_body
from app.api.tenant.examples import EXAMPLES, PARAMETERS

SECURITY = "api_key"
# What reading an image answers, ready or not.
ANY_IMAGE = {"$ref": "#/components/schemas/AnyImage"}

_NAME = "tenant"
_DESCRIPTION = """\
An owner's listings, for the owner's own website and systems.

Every call carries an API key as `Authorization: Bearer <api_key>`, but for the API root and the
registration. An `R_` key reads, an `RW_` key writes too; each reaches its own tenant's data alone,
below `/v1/{user_id}/`. Relations are written by their slug or code. Errors are
`{"detail": sentence}`, or `{field: [sentence]}` where fields are at fault."""
_REFUSALS = (
    refusal(
        400,
        "The input cannot be accepted: sentences by field, or one in `detail`.",
        "The input is not valid.",
        {"district": ["Object with slug=no-such-district does not exist."]},
    ),
    refusal(
        401,
        "The key is missing, wrong or revoked.",
        "Invalid or revoked API key.",
        is_counted=False,
    ),
    refusal(
        403,
        "The key is right, but not for this `user_id`, this site, or writing.",
        "This API key is not permitted for this tenant or action.",
    ),
    refusal(
        404,
        "There is no such path, or the tenant has no such object.",
        "No such API endpoint.",
        is_counted=False,
    ),
    refusal(
        409,
        "Guests have a claim on the stay.",
        "This listing cannot be removed: guests are staying, have booked, or are booking now.",
    ),
    *COMMON,
)


def tenant_blueprint(name: str, description: str) -> FaceBlueprint:
    """Return a blueprint below `/v1`; its name is the heading of its group in the docs."""
    return FaceBlueprint(name, __name__, url_prefix=PREFIX, description=description, face=_NAME)


def describe_dialect(api: FaceApi) -> None:
    """Put the face, its error shapes and its credential into the OpenAPI description."""
    api.faces.append(Face(_NAME, "Tenant API", PREFIX, _DESCRIPTION, EXAMPLES, PARAMETERS))
    components = api.spec.components
    components.schema("Detail", schema=schemas.DetailSchema)
    components.schema(
        "FieldErrors",
        {
            "type": "object",
            "description": "What is wrong, by field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    )
    components.schema(
        "InvalidInput",
        {
            "description": "What is wrong, by field or in a sentence.",
            "anyOf": [
                {"$ref": "#/components/schemas/FieldErrors"},
                {"$ref": "#/components/schemas/Detail"},
            ],
        },
    )
    components.schema("Image", schema=schemas.ImageSchema)
    components.schema("PendingImage", schema=schemas.PendingImageSchema)
    components.schema(
        "AnyImage",
        {
            "description": "An image that is ready, or how it is getting on.",
            "anyOf": [
                {"$ref": "#/components/schemas/Image"},
                {"$ref": "#/components/schemas/PendingImage"},
            ],
        },
    )
    describe_refusals(
        components, _NAME, _REFUSALS, problem_body, {400: "InvalidInput", None: "Detail"}
    )
    components.security_scheme(
        SECURITY,
        {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key: `R_…` reads, `RW_…` reads and writes.",
        },
    )
