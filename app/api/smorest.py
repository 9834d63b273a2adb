"""flask-smorest, shared by the faces: one `Api`, and a blueprint that parses strictly.

Errors are ours (see `app.api.problems`), so their documentation is ours too: a decorator that
can refuse a request says with which statuses, and the face has described how that looks. What is
collected here `app.api.openapi` makes descriptions of.
"""

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint
from marshmallow import Schema

from app.api.answers import LIMIT_HEADERS, REQUEST_ID, VALIDATORS, describe_headers, refusal_name
from app.api.openapi import Face
from app.api.parsing import FORM, RESPOND_ASYNC, StrictParser
from config import Settings

# The credential of the faces that people log in to, by its name in OpenAPI.
ACCESS_TOKEN = "access_token"

View = Callable[..., Any]
Document = dict[str, Any]

_DEFAULTS = {each.name: each.default for each in fields(Settings)}
_IF_NONE_MATCH: Document = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "schema": {"type": "string", "examples": ['"9f86d081884c7d659a"']},
    "description": "The `ETag` of the answer that the client holds.",
}
_PREFER: Document = {
    "in": "header",
    "name": "Prefer",
    "required": False,
    "schema": {"type": "string", "examples": [RESPOND_ASYNC]},
    "description": f"With `{RESPOND_ASYNC}` the answer does not wait for the images.",
}


def refuses(
    *statuses: int, security: str | None = None, is_optional: bool = False
) -> Callable[[View], View]:
    """Document that a view, or a decorator around it, can refuse with these statuses.

    `security` names the credential that it asks for, or makes use of if that `is_optional`.
    """

    def decorate(view: View) -> View:
        doc = dict(getattr(view, "_apidoc", {}))
        doc["refusals"] = sorted({*doc.get("refusals", ()), *statuses})
        if security:
            doc["security"] = [*([{}] if is_optional else []), {security: []}]
        view._apidoc = doc  # type: ignore[attr-defined]
        return view

    return decorate


def notes(sentence: str, **limits: str) -> Callable[[View], View]:
    """Add a sentence to the description of a view: who may call it, or how often.

    `limits` are names of settings, by what stands for their default in the sentence.
    """
    rates = {name: str(_DEFAULTS[limit]) for name, limit in limits.items()}
    shown = sentence.format(
        **{name: rate.replace(" per ", " requests per ") for name, rate in rates.items()}
    )

    def decorate(view: View) -> View:
        doc = getattr(view, "_apidoc", {})
        view._apidoc = {**doc, "notes": [*doc.get("notes", ()), shown]}  # type: ignore[attr-defined]
        return view

    return decorate


def revalidates(view: View) -> View:
    """Document that a view gives an ETag, and answers 304 to a client that holds it already."""
    view._apidoc = {**getattr(view, "_apidoc", {}), "revalidates": True}  # type: ignore[attr-defined]
    return view


def leads_to(*operations: str, **parameters: str) -> Callable[[View], View]:
    """Document which operations follow what a view makes, and where their parameters are from."""

    def decorate(view: View) -> View:
        links = {name: {"operationId": name, "parameters": parameters} for name in operations}
        view._apidoc = {**getattr(view, "_apidoc", {}), "links": links}  # type: ignore[attr-defined]
        return view

    return decorate


def answers_at_once(view: View) -> View:
    """Document that a view takes `Prefer: respond-async`."""
    view._apidoc = {**getattr(view, "_apidoc", {}), "prefers": True}  # type: ignore[attr-defined]
    return view


class FaceApi(Api):
    """The OpenAPI side of flask-smorest. Its error handling, paging and ETags are not used."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # In the order that they are opened in.
        self.faces: list[Face] = []

    def _register_error_handlers(self) -> None:
        """Leave errors to the dialects."""

    def _register_responses(self) -> None:
        """Register the names that decorators use; the blueprints give them their shapes."""
        for status in HTTPStatus:
            self.spec.components.response(status.name, {"description": status.phrase}, lazy=True)

    def _register_pagination_header(self) -> None:
        """Leave paging to the faces."""


class FaceBlueprint(Blueprint):
    """A blueprint whose arguments are parsed strictly, for the face of that name."""

    ARGUMENTS_PARSER = StrictParser()
    # The status of what cannot be accepted as it is.
    INVALID = 400

    def __init__(self, *args: Any, face: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._face = face
        self._prepare_doc_cbks += [
            self._prepare_bodies_doc,
            self._prepare_refusals_doc,
            self._prepare_headers_doc,
            self._prepare_words_doc,
        ]

    def lazy_query(self, schema: type[Schema]) -> Callable[[View], View]:
        """Document query parameters without parsing them.

        For the hot path: the view parses them itself once it knows that it must.
        """

        def decorate(view: View) -> View:
            doc = getattr(view, "_apidoc", {})
            parameters = [{"in": "query", "required": False, "schema": schema}]
            view._apidoc = {**doc, "arguments": {"parameters": parameters}}  # type: ignore[attr-defined]
            return refuses(400)(view)

        return decorate

    def uploads(
        self, form: type[Schema], *, or_json: type[Schema] | None = None
    ) -> Callable[[View], View]:
        """Give a view what was sent as a form with files.

        With `or_json` a JSON object without any is taken too: `form` parses both, `or_json`
        documents the latter.
        """

        def decorate(view: View) -> View:
            location = "upload" if or_json else "form"

            @wraps(view)
            def parsed(*args: Any, **kwargs: Any) -> Any:
                return view(self.ARGUMENTS_PARSER.parse(form(), location=location), *args, **kwargs)

            bodies = {FORM: form} | ({"application/json": or_json} if or_json else {})
            parsed._apidoc = {**getattr(view, "_apidoc", {}), "bodies": bodies}  # type: ignore[attr-defined]
            return parsed

        return decorate

    def _prepare_bodies_doc(self, doc: Document, doc_info: Document, **_kwargs: Any) -> Document:
        if "bodies" in doc_info:
            content = {kind: {"schema": schema} for kind, schema in doc_info["bodies"].items()}
            doc["requestBody"] = {"required": True, "content": content}
        return doc

    def _prepare_refusals_doc(self, doc: Document, doc_info: Document, **_kwargs: Any) -> Document:
        statuses = {*doc_info.get("refusals", ()), 500, 503}
        if "requestBody" in doc:
            statuses |= {self.INVALID, 413, 415}
        elif "arguments" in doc_info:
            statuses |= {self.INVALID}
        responses = doc.setdefault("responses", {})
        # flask-smorest's own entry, whose shape is not ours.
        responses.pop(400, None)
        for status in sorted(statuses):
            responses[str(status)] = refusal_name(self._face, status)
        doc["security"] = doc_info.get("security", [])
        return doc

    def _prepare_headers_doc(self, doc: Document, doc_info: Document, **_kwargs: Any) -> Document:
        names = [REQUEST_ID]
        # Whoever can be refused for asking too often is told how often that is.
        if 429 in doc_info.get("refusals", ()):
            names += LIMIT_HEADERS
        parameters = doc.setdefault("parameters", [])
        if doc_info.get("revalidates"):
            names += VALIDATORS
            parameters.append(_IF_NONE_MATCH)
            doc["responses"]["304"] = {"description": "What the client holds is still right."}
        if doc_info.get("prefers"):
            parameters.append(_PREFER)
        for status, response in doc["responses"].items():
            if str(status) == "201" and "links" in doc_info:
                response["links"] = doc_info["links"]
            if isinstance(response, dict):
                own = response.get("headers", {})
                response["headers"] = {name: name for name in [*names, *own]}
        return doc

    def _prepare_words_doc(
        self, doc: Document, doc_info: Document, *, method: str, **_kwargs: Any
    ) -> Document:
        """Name the operation, and say what it does: in a sentence, and then at length."""
        told = doc_info["docstring"]
        summary, _, rest = told["summary"].partition(". ")
        paragraphs = [rest, told.get("description", ""), " ".join(doc_info.get("notes", ()))]
        doc_info["docstring"] = {
            "summary": summary.removesuffix("."),
            "description": "\n\n".join(each for each in paragraphs if each),
        }
        doc["operationId"] = doc_info["view_name"]
        return doc

    def _store_endpoint_docs(
        self, endpoint: str, obj: Any, parameters: Any, tags: Any, **options: Any
    ) -> None:
        super()._store_endpoint_docs(endpoint, obj, parameters, tags, **options)
        for doc_info in self._docs[endpoint].values():
            if isinstance(doc_info, dict):
                doc_info["view_name"] = obj.__name__


def make_api(app: Flask) -> FaceApi:
    """Return the application's one `Api`; blueprints of all faces are registered on it."""
    app.config.update(API_TITLE="Nafasi", API_VERSION="1.0.0", OPENAPI_VERSION="3.1.0")
    api = FaceApi(app)
    components = api.spec.components
    describe_headers(components)
    components.security_scheme(
        ACCESS_TOKEN,
        {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token, as `login/` and `refresh/` give it.",
        },
    )
    return api
