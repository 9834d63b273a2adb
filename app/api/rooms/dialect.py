"""The rooms face's shapes: the one place that knows its pages and its errors."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, request

from app.api.conditional import base_url
from app.api.problems import Problem

PREFIX = "/api/rooms"
INVALID = "The given data was invalid."
INVALID_STATUS = 422
# Whatever else is known of these, the document has one sentence.
_SENTENCES = {401: "Unauthenticated.", 404: "Not Found."}


def problem_body(problem: Problem) -> dict[str, Any]:
    """Return a problem as its sentence, and with the sentences of the parameters at fault."""
    if problem.fields:
        return {"message": INVALID, "errors": problem.fields}
    return {"message": _SENTENCES.get(problem.status, problem.message)}


def write_problem(problem: Problem) -> Response:
    """Write a problem with its status and its headers."""
    response = jsonify(problem_body(problem))
    response.status_code = INVALID_STATUS if problem.fields else problem.status
    response.headers.update(problem.headers)
    return response


def write_page(items: list[Any], total: int, *, page: int, per_page: int) -> dict[str, Any]:
    """Return the body of a page of a list that has `total` items."""
    total_pages = max(1, -(-total // per_page))
    pagination = {
        "total": total,
        "count": len(items),
        "per_page": per_page,
        "current_page": page,
        "total_pages": total_pages,
        "links": _links(page, total_pages),
    }
    return {"data": items, "meta": {"pagination": pagination}}


def _links(page: int, total_pages: int) -> dict[str, str] | list[Any]:
    """Return the addresses of the pages beside this one, or as documented `[]` for a single page.

    Before a page past the end comes the last one.
    """
    links = {}
    if page < total_pages:
        links["next"] = _address(page + 1)
    if page > 1 and total_pages > 1:
        links["previous"] = _address(min(page - 1, total_pages))
    return links or []


def _address(page: int) -> str:
    """Return this request's address with another page number, and the rest of its query."""
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return f"{base_url()}{PREFIX}?{urlencode([*query, ('page', str(page))])}"
