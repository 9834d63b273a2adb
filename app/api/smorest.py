"""flask-smorest, shared by the faces: one `Api`, and a blueprint that parses strictly."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint
from marshmallow import Schema

from app.api.parsing import StrictParser

View = Callable[..., Any]


class FaceApi(Api):
    """The OpenAPI side of flask-smorest. Errors are ours: see `app.api.problems`."""

    def _register_error_handlers(self) -> None:
        """Leave errors to the dialects."""


class FaceBlueprint(Blueprint):
    """A blueprint whose arguments are parsed strictly, for any face."""

    ARGUMENTS_PARSER = StrictParser()

    def lazy_query(self, schema: type[Schema]) -> Callable[[View], View]:
        """Document query parameters without parsing them.

        For the hot path: the view parses by `parse_query` once it knows that it must.
        """

        def decorate(view: View) -> View:
            doc = getattr(view, "_apidoc", {})
            parameters = [{"in": "query", "required": False, "schema": schema}]
            view._apidoc = {**doc, "arguments": {"parameters": parameters}}  # type: ignore[attr-defined]
            return view

        return decorate


def make_api(app: Flask) -> FaceApi:
    """Return the application's one `Api`; blueprints of all faces are registered on it."""
    app.config.update(
        API_TITLE="Nafasi",
        API_VERSION="1.0.0",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=None,
    )
    return FaceApi(app)
