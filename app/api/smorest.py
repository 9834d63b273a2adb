"""flask-smorest, shared by the faces: one `Api`, and a blueprint that parses strictly.

Errors are ours (see `app.api.problems`), so their documentation is ours too: a decorator that
can refuse a request says with which statuses, and the blueprint of the face knows their shapes.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint
from marshmallow import Schema

from app.api.parsing import StrictParser

View = Callable[..., Any]
Document = dict[str, Any]

DESCRIPTION = """\
One catalogue of spaces, served through documented APIs.

Every path answers with and without its trailing slash. Times are UTC, ISO 8601 with `Z`; money
is a decimal string with two places. Every answer carries `X-Request-ID`: name it when you report
a problem."""


_IF_NONE_MATCH: Document = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": "The `ETag` of the answer that the client holds.",
}


def refuses(*statuses: int, security: str | None = None) -> Callable[[View], View]:
    """Document that a view, or a decorator around it, can refuse with these statuses.

    `security` names the credential that it asks for.
    """

    def decorate(view: View) -> View:
        doc = dict(getattr(view, "_apidoc", {}))
        doc["refusals"] = sorted({*doc.get("refusals", ()), *statuses})
        doc["security"] = security or doc.get("security")
        view._apidoc = doc  # type: ignore[attr-defined]
        return view

    return decorate


def revalidates(view: View) -> View:
    """Document that a view gives an ETag, and answers 304 to a client that holds it already."""
    view._apidoc = {**getattr(view, "_apidoc", {}), "revalidates": True}  # type: ignore[attr-defined]
    return view


class FaceApi(Api):
    """The OpenAPI side of flask-smorest. Its error handling, paging and ETags are not used."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to the dialects."""

    def _register_responses(self) -> None:
        """Register the names that decorators use; the blueprints give them their shapes."""
        for status in HTTPStatus:
            self.spec.components.response(status.name, {"description": status.phrase}, lazy=True)

    def _register_pagination_header(self) -> None:
        """Leave paging to the faces."""


class FaceBlueprint(Blueprint):
    """A blueprint whose arguments are parsed strictly, for any face.

    `problems` maps each status that the face refuses with to the reference of its schema.
    """

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, *args: Any, problems: Mapping[int, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._problems = problems
        self._prepare_doc_cbks += [self._prepare_bodies_doc, self._prepare_refusals_doc]

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

    def uploads(self, form: type[Schema], *, or_json: type[Schema]) -> Callable[[View], View]:
        """Give a view what was sent as a form with files, or as a JSON object without any.

        `form` parses both; `or_json` documents the latter.
        """

        def decorate(view: View) -> View:
            @wraps(view)
            def parsed(*args: Any, **kwargs: Any) -> Any:
                return view(self.ARGUMENTS_PARSER.parse(form(), location="upload"), *args, **kwargs)

            bodies = {"multipart/form-data": form, "application/json": or_json}
            parsed._apidoc = {**getattr(view, "_apidoc", {}), "bodies": bodies}  # type: ignore[attr-defined]
            return parsed

        return decorate

    def _prepare_bodies_doc(self, doc: Document, doc_info: Document, **_kwargs: Any) -> Document:
        if "bodies" in doc_info:
            content = {kind: {"schema": schema} for kind, schema in doc_info["bodies"].items()}
            doc["requestBody"] = {"required": True, "content": content}
        return doc

    def _prepare_refusals_doc(
        self, doc: Document, doc_info: Document, *, app: Flask, method: str, **_kwargs: Any
    ) -> Document:
        statuses = {*doc_info.get("refusals", ()), 503}
        if "requestBody" in doc:
            statuses |= {400, 413, 415}
        elif "arguments" in doc_info:
            statuses |= {400}
        responses = doc.setdefault("responses", {})
        for status in sorted(statuses):
            responses[str(status)] = {
                "description": HTTPStatus(status).phrase,
                "content": {"application/json": {"schema": self._problems[status]}},
            }
        if doc_info.get("revalidates"):
            doc.setdefault("parameters", []).append(_IF_NONE_MATCH)
            responses["304"] = {"description": "What the client holds is still right."}
        # flask-smorest's own entry, whose shape is not ours.
        responses.pop(400, None)
        if doc_info.get("security"):
            doc["security"] = [{doc_info["security"]: []}]
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
    return FaceApi(app, spec_kwargs={"info": {"description": DESCRIPTION}})
