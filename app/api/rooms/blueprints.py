"""How the rooms face's blueprints are made, and how it describes itself in OpenAPI."""

from app.api.answers import COMMON, describe_refusals, refusal
from app.api.openapi import Face
from app.api.rooms import schemas
from app.api.rooms.dialect import INVALID, INVALID_STATUS, PREFIX, problem_body
from app.api.rooms.examples import EXAMPLES, PARAMETERS
from app.api.smorest import FaceApi, FaceBlueprint

_NAME = "rooms"
_DESCRIPTION = """\
A host's own stays, for the back office.

Every call carries an access token as `Authorization: Bearer <token>`. Lists are `data` and
`meta.pagination`. Errors are `{"message": sentence}`; parameters that cannot be accepted are a 422
with the sentences of each in `errors`."""
_REFUSALS = (
    refusal(401, "The access token is missing, wrong or over.", "Unauthenticated."),
    refusal(404, "The caller has no such room.", "Not Found."),
    refusal(
        INVALID_STATUS,
        "A parameter cannot be accepted: the sentences of each.",
        INVALID,
        {"room_id": ["The room id must be an integer."]},
    ),
    *COMMON,
)


class RoomsBlueprint(FaceBlueprint):
    """A blueprint whose parameters are refused as that API's framework refuses them."""

    INVALID = INVALID_STATUS


def rooms_blueprint(name: str, description: str) -> RoomsBlueprint:
    """Return a blueprint below `/api/rooms`; its name is the heading of its group in the docs."""
    return RoomsBlueprint(name, __name__, url_prefix=PREFIX, description=description, face=_NAME)


def describe_dialect(api: FaceApi) -> None:
    """Put the face and its error shapes into the OpenAPI description."""
    api.faces.append(Face(_NAME, "Rooms API", PREFIX, _DESCRIPTION, EXAMPLES, PARAMETERS))
    components = api.spec.components
    components.schema("Message", schema=schemas.MessageSchema)
    components.schema("InvalidParameters", schema=schemas.InvalidParametersSchema)
    components.schema("PageLinks", schema=schemas.PageLinksSchema)
    describe_refusals(
        components,
        _NAME,
        _REFUSALS,
        problem_body,
        {INVALID_STATUS: "InvalidParameters", None: "Message"},
    )
