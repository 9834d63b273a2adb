"""The marketplace face's envelope: the one place that knows its four keys."""

from typing import Any

from flask import Response, jsonify

from app.api.problems import Problem

PREFIX = "/api"
NON_FIELD_ERRORS = "non_field_errors"


def envelope(message: str, data: Any) -> dict[str, Any]:
    """Return the body of a success."""
    return {"success": True, "message": message, "data": data, "errors": None}


def problem_body(problem: Problem) -> dict[str, Any]:
    """Return a failure: sentences by field, and under `non_field_errors` what belongs to none."""
    return {
        "success": False,
        "message": problem.message,
        "data": None,
        "errors": problem.fields or {NON_FIELD_ERRORS: [problem.message]},
    }


def write_problem(problem: Problem) -> Response:
    """Write a problem with its status and its headers."""
    response = jsonify(problem_body(problem))
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response
