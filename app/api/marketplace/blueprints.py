"""How the marketplace face's blueprints are made: envelopes, aliases, and errors in OpenAPI."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify
from marshmallow import Schema

from app.api.marketplace.dialect import PREFIX, envelope
from app.api.marketplace.envelopes import FailureSchema, envelope_of, page_of
from app.api.smorest import FaceApi, FaceBlueprint, View

SECURITY = "access_token"
WRITE_VERBS = ("POST", "PUT", "PATCH")

_FAILURE = {"$ref": "#/components/schemas/Failure"}
_PROBLEMS = dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 429, 503), _FAILURE)


class MarketplaceBlueprint(FaceBlueprint):
    """A blueprint whose views return data, and whose answers are envelopes."""

    def answers(
        self,
        status: int,
        data: type[Schema] | None,
        message: str,
        *,
        many: bool = False,
        paged: bool = False,
    ) -> Callable[[View], View]:
        """Put what a view returns into an envelope with this status and message.

        `data` writes and documents it; without one `data` is null. With `many` it is a plain
        array, with `paged` what `paging.make_page` returns.
        """
        written = page_of(data) if paged and data else data
        schema = written(many=many) if written else None
        envelope_schema = envelope_of(written, many=many)

        def decorate(view: View) -> View:
            @wraps(view)
            def answer(*args: Any, **kwargs: Any) -> Response:
                result = view(*args, **kwargs)
                response = jsonify(envelope(message, schema.dump(result) if schema else None))
                response.status_code = status
                return response

            documented: View = self.response(status, envelope_schema)(answer)
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
        name, __name__, url_prefix=PREFIX, description=description, problems=_PROBLEMS
    )


def describe_dialect(api: FaceApi) -> None:
    """Put the face's error shape and its credential into the OpenAPI description."""
    api.spec.components.schema("Failure", schema=FailureSchema)
    api.spec.components.security_scheme(
        SECURITY,
        {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token, as `login/` and `refresh/` give it.",
        },
    )
