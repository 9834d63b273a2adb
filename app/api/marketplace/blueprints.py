"""How the marketplace face's blueprints are made, and how it describes itself in OpenAPI."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

import orjson
from flask import Blueprint, Response
from marshmallow import Schema

from app.api.answers import COMMON, describe_refusals, refusal
from app.api.marketplace.dialect import PREFIX, envelope, problem_body
from app.api.marketplace.envelopes import FailureSchema, envelope_of, page_of
from app.api.marketplace.examples import EXAMPLES, PARAMETERS
from app.api.openapi import Face
from app.api.rendering import with_media
from app.api.smorest import FaceApi, FaceBlueprint, View

WRITE_VERBS = ("POST", "PUT", "PATCH")

_NAME = "marketplace"
_DESCRIPTION = """\
The marketplace: guests, hosts and staff, in web and mobile apps.

What is not public carries an access token as `Authorization: Bearer <access_token>`; `login/` gives
one for 60 minutes, and `refresh/` a new one. Every answer, success or failure, is an envelope of
`success`, `message`, `data` and `errors`. The `errors` of a failure are sentences by field; what
belongs to no field stands under `non_field_errors`."""
_REFUSALS = (
    refusal(
        400,
        "The input cannot be accepted: `errors` has the sentences of each field.",
        "The input is not valid.",
        {"title": ["This field is required."]},
    ),
    refusal(
        401,
        "The credential is missing, wrong or over.",
        "Authentication credentials were not provided.",
    ),
    refusal(403, "The caller may not do this.", "Only staff may do this."),
    refusal(404, "There is no such thing, or not for this caller.", "There is no such page."),
    refusal(
        409,
        "The state of things forbids it: dates that are taken, a step that does not come next.",
        "These nights are not available: 2026-09-01.",
    ),
    *COMMON,
)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What a view returns where its answer has another status or message than usual."""

    status: int
    message: str
    data: Any
    headers: Mapping[str, str]


class MarketplaceBlueprint(FaceBlueprint):
    """A blueprint whose views return data, and whose answers are envelopes."""

    def arguments(self, schema: type[Schema], **kwargs: Any) -> Callable[[View], View]:
        """Give a view what it is asked for. Unknown names are for the schema to refuse.

        In a query too: a filter that is misspelt would otherwise list everything.
        """
        parsed: Callable[[View], View] = super().arguments(schema, unknown=None, **kwargs)
        return parsed

    def answers(
        self,
        status: int,
        data: type[Schema] | None,
        message: str,
        *,
        many: bool = False,
        paged: bool = False,
        written: bool = False,
    ) -> Callable[[View], View]:
        """Put what a view returns into an envelope with this status and message.

        `data` writes and documents it; without one `data` is null. With `many` it is a plain
        array, with `paged` what `paging.make_page` returns. With `written` the view returns what
        is JSON already, and `data` only documents it. A view may return `Otherwise`.
        """
        shape = page_of(data) if paged and data else data
        schema = shape(many=many) if shape and not written else None
        envelope_schema = envelope_of(shape, many=many)

        def decorate(view: View) -> View:
            @wraps(view)
            def answer(*args: Any, **kwargs: Any) -> Response:
                result = view(*args, **kwargs)
                said = (
                    result
                    if isinstance(result, Otherwise)
                    else Otherwise(status, message, result, {})
                )
                shown = schema.dump(said.data) if schema else said.data if written else None
                body = with_media(orjson.dumps(envelope(said.message, shown)))
                return Response(body, said.status, said.headers, mimetype="application/json")

            documented: View = self.response(status, envelope_schema, example={"message": message})(
                answer
            )
            return documented

        return decorate

    def write_route(self, rule: str, method: str = "POST") -> Callable[[View], View]:
        """Route a write whose method the document does not name.

        The canonical method is documented; the other write verbs answer as well.
        """

        def decorate(view: View) -> View:
            self.add_url_rule(rule, None, view, methods=[method])
            aliases = [verb for verb in WRITE_VERBS if verb != method]
            # Flask's own, which knows nothing of OpenAPI.
            Blueprint.add_url_rule(self, rule, f"{view.__name__}_alias", view, methods=aliases)
            return view

        return decorate


def marketplace_blueprint(name: str, description: str) -> MarketplaceBlueprint:
    """Return a blueprint below `/api`; its name is the heading of its group in the docs."""
    return MarketplaceBlueprint(
        name, __name__, url_prefix=PREFIX, description=description, face=_NAME
    )


def describe_dialect(api: FaceApi) -> None:
    """Put the face and its error shape into the OpenAPI description."""
    api.faces.append(Face(_NAME, "Marketplace API", PREFIX, _DESCRIPTION, EXAMPLES, PARAMETERS))
    components = api.spec.components
    components.schema("Failure", schema=FailureSchema)
    describe_refusals(components, _NAME, _REFUSALS, problem_body, {None: "Failure"})
