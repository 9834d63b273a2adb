"""How the tenant face's blueprints are made, and how its errors look in OpenAPI."""

from app.api.smorest import FaceApi, FaceBlueprint
from app.api.tenant import schemas
from app.api.tenant.dialect import PREFIX

SECURITY = "api_key"

_DETAIL = {"$ref": "#/components/schemas/Detail"}
_DETAIL_OR_FIELDS = {"anyOf": [_DETAIL, {"$ref": "#/components/schemas/FieldErrors"}]}
_PROBLEMS = dict.fromkeys((401, 403, 404, 413, 415, 429, 503), _DETAIL) | {400: _DETAIL_OR_FIELDS}


def tenant_blueprint(name: str, description: str) -> FaceBlueprint:
    """Return a blueprint below `/v1`; its name is the heading of its group in the docs."""
    return FaceBlueprint(
        name, __name__, url_prefix=PREFIX, description=description, problems=_PROBLEMS
    )


def describe_dialect(api: FaceApi) -> None:
    """Put the face's error shapes and its credential into the OpenAPI description."""
    api.spec.components.schema("Detail", schema=schemas.DetailSchema)
    api.spec.components.schema(
        "FieldErrors",
        {
            "type": "object",
            "description": "What is wrong, by field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    )
    api.spec.components.security_scheme(
        SECURITY,
        {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key: `R_…` reads, `RW_…` reads and writes.",
        },
    )
