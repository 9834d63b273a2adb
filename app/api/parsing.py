"""Reading requests: strict JSON bodies and query parameters, refused with plain sentences."""

from collections.abc import Mapping
from typing import Any, NoReturn

import orjson
from flask import Request, request
from flask.json.provider import JSONProvider
from marshmallow import Schema, ValidationError
from marshmallow.exceptions import SCHEMA
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.routing import IntegerConverter, Map

from app.core.errors import Invalid, InvalidFields
from app.core.fields import FormText, QueryList

FORM = "multipart/form-data"
RESPOND_ASYNC = "respond-async"
MAX_UPLOAD_BYTES = 64 * 1024 * 1024
# What stands in a form's text where its bytes could not be read.
REPLACEMENT = "\ufffd"
NAMELESS_PART = "Every part of the form must have a name."
NOT_UTF_8 = "This text is not valid UTF-8."


class OrjsonProvider(JSONProvider):
    """JSON by orjson: fast, and strict about NaN, deep nesting and broken UTF-8."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        return orjson.loads(s)


class IdConverter(IntegerConverter):
    """An id in a path: as many digits as a database's largest integer can take."""

    regex = "0|[1-9][0-9]{0,17}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=10**18 - 1)


class StrictParser(FlaskParser):
    """Parses for every face: malformed input raises the domain errors that dialects know."""

    DEFAULT_VALIDATION_STATUS = 400
    # Bodies name what they do not know as an error; a query may carry more than we read.
    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "upload": None, "query": "exclude"}
    __location_map__ = FlaskParser.__location_map__ | {"upload": "load_upload"}

    def load_json(self, req: Request, schema: Schema) -> Any:
        data = req.get_data()
        if not data:
            # Of whatever type it is said to be: then each field that is required is named.
            return {}
        if req.mimetype != "application/json" and not req.mimetype.endswith("+json"):
            raise UnsupportedMediaType
        if not req.content_length and len(data) >= (req.max_content_length or 0):
            # A body of undeclared length is cut off at the limit instead of refused.
            raise RequestEntityTooLarge
        try:
            body = orjson.loads(data)
        except orjson.JSONDecodeError:
            raise Invalid("The request body is not valid JSON.") from None
        if not isinstance(body, dict):
            raise Invalid("The request body must be a JSON object.")
        return body

    def load_upload(self, req: Request, schema: Schema) -> Any:
        """Return a JSON object, or the fields and the files of a form.

        A field that brings several files comes as their list.
        """
        if req.mimetype != FORM:
            return self.load_json(req, schema)
        return self.load_form(req, schema)

    def load_form(self, req: Request, schema: Schema) -> Any:
        """Return the fields and the files of a form, as `load_upload` does.

        :raises Invalid: when a part has no name, or none that can be read.
        :raises InvalidFields: naming the texts that are not UTF-8.
        """
        if req.mimetype != FORM:
            raise UnsupportedMediaType
        # The stream of files is only bounded by what is set before it is read.
        req.max_content_length = MAX_UPLOAD_BYTES
        texts = {name: FormText(values[-1]) for name, values in req.form.lists()}
        files = {name: each[0] if len(each) == 1 else each for name, each in req.files.lists()}
        given = {**texts, **files}
        # A part whose header names it illegibly comes without a name at all.
        if not all(given):
            raise Invalid(NAMELESS_PART)
        illegible = {name: [NOT_UTF_8] for name, text in texts.items() if REPLACEMENT in text}
        if illegible:
            raise InvalidFields(illegible)
        return given

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """Return the parameters that are not blank: all values of a list, the last of others."""
        given: dict[str, Any] = {}
        for name, values in req.args.lists():
            filled = [value for value in values if value.strip()]
            if filled:
                is_list = isinstance(schema.fields.get(name), QueryList)
                given[name] = filled if is_list else filled[-1]
        return given

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        raise InvalidFields(
            {
                field: sentences(found)
                for location in error.messages_dict.values()
                for field, found in location.items()
            }
        ) from error


def prefers_async() -> bool:
    """Tell whether the client would rather have an answer at once than the result (RFC 7240)."""
    return RESPOND_ASYNC in request.headers.get("Prefer", "").lower()


def sentences(found: Any, *places: str) -> list[str]:
    """Flatten Marshmallow's messages of one field: each says which item, and which key of it.

    What is wrong with an item as a whole names no key. `places` lead to what was found.
    """
    if isinstance(found, Mapping):
        return [
            each for key, inner in found.items() for each in sentences(inner, *places, *_place(key))
        ]
    where = f"{', '.join(places)}: " if places else ""
    return [f"{where}{each}" for each in found]


def _place(key: int | str) -> list[str]:
    if isinstance(key, int):
        return [f"Item {key + 1}"]
    return [] if key == SCHEMA else [key]
