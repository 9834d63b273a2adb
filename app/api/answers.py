"""What the answers of a face have in common in OpenAPI: their headers, and its refusals.

Each is described once, as a component, and the operations refer to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from app.api.clients import THROTTLED
from app.api.problems import INTERNAL, UNAVAILABLE, Problem

Document = dict[str, Any]

REQUEST_ID = "X-Request-ID"
LIMIT_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
VALIDATORS = ("ETag", "Cache-Control")

_WHOLE_NUMBER: Document = {"type": "integer", "minimum": 0}


def _header(description: str, schema: Document, example: Any, *, always: bool = True) -> Document:
    described = {"description": description, "schema": schema, "example": example}
    return described | ({"required": True} if always else {})


_TEXT: Document = {"type": "string"}
_HEADERS: dict[str, Document] = {
    REQUEST_ID: _header(
        "The request's own id where it carried a sane one, else a new one. Name it when you "
        "report a problem.",
        _TEXT,
        "0b8f4f7c2f1d4a0e9d3c5b6a7e8f9012",
    ),
    "X-RateLimit-Limit": _header(
        "How many requests the tightest limit allows in its window.", _WHOLE_NUMBER, 120
    ),
    "X-RateLimit-Remaining": _header("How many of them are left.", _WHOLE_NUMBER, 119),
    "X-RateLimit-Reset": _header("Seconds until the window ends.", _WHOLE_NUMBER, 60),
    "Retry-After": _header("Seconds to wait before the next request.", _WHOLE_NUMBER, 42),
    "WWW-Authenticate": _header("The scheme of the credential.", {"const": "Bearer"}, "Bearer"),
    "ETag": _header(
        "Send it back as `If-None-Match`: while nothing changed the answer is an empty 304.",
        {"type": "string", "pattern": '^"[0-9a-f]+"$'},
        '"9f86d081884c7d659a"',
    ),
    "Cache-Control": _header("Who may keep the answer, and how long.", _TEXT, "private, no-cache"),
    "Location": _header(
        "The address of what was made.",
        {"type": "string", "format": "uri"},
        "http://127.0.0.1:8000/v1/12345/properties/987/",
    ),
    "Preference-Applied": _header(
        "Sent where `Prefer` asked for an answer at once.",
        {"const": "respond-async"},
        "respond-async",
        always=False,
    ),
    "X-Content-Type-Options": _header("Browsers may not guess.", {"const": "nosniff"}, "nosniff"),
    "Content-Security-Policy": _header(
        "Opened by itself the file may do nothing at all.", {"const": "sandbox"}, "sandbox"
    ),
    "Content-Disposition": _header(
        "Sent with a PDF, which is for saving.",
        _TEXT,
        'attachment; filename="payment-proof.pdf"',
        always=False,
    ),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a status means in a face, and a problem that is answered with it."""

    meaning: str
    problem: Problem
    headers: tuple[str, ...]
    is_counted: bool


def refusal(
    status: int,
    meaning: str,
    message: str,
    fields: Mapping[str, list[str]] | None = None,
    *,
    is_counted: bool = True,
) -> Refusal:
    """Return the refusal with a status; `message` or the sentences of `fields` are an example.

    One that is counted tells how much of the limit is left.
    """
    headers = {401: ("WWW-Authenticate",), 429: ("Retry-After",)}.get(status, ())
    return Refusal(meaning, Problem(status, message, dict(fields or {})), headers, is_counted)


COMMON = (
    refusal(
        413, "The body is larger than 1 MB, or a form than 64 MB.", "The request body is too large."
    ),
    refusal(
        415, "The body is of another media type.", 'Unsupported media type "text/plain" in request.'
    ),
    refusal(429, "A limit is used up: wait for `Retry-After` seconds.", THROTTLED.format(42)),
    refusal(500, "Something went wrong on our side.", INTERNAL, is_counted=False),
    refusal(
        503, "Something that this needs is away: try again shortly.", UNAVAILABLE, is_counted=False
    ),
)


def describe_headers(components: Any) -> None:
    """Put every header that an answer can have into the OpenAPI description."""
    for name, header in _HEADERS.items():
        components.header(name, header)


def describe_refusals(
    components: Any,
    face: str,
    refusals: tuple[Refusal, ...],
    body_of: Callable[[Problem], Document],
    schemas: Mapping[int | None, str],
) -> None:
    """Put the refusals of a face into the OpenAPI description.

    `schemas` names the schema of a status; the one at None is that of all others.
    """
    for each in refusals:
        status = each.problem.status
        limits = LIMIT_HEADERS if each.is_counted else ()
        schema = schemas.get(status, schemas[None])
        components.response(
            refusal_name(face, status),
            {
                "description": each.meaning,
                "headers": {name: name for name in (REQUEST_ID, *limits, *each.headers)},
                "content": {
                    "application/json": {
                        "schema": {"$ref": f"#/components/schemas/{schema}"},
                        "example": body_of(each.problem),
                    }
                },
            },
        )


def refusal_name(face: str, status: int) -> str:
    """Return the name of the component that describes a face's refusal."""
    return f"{face.title()}{HTTPStatus(status).phrase.title().replace(' ', '')}"
