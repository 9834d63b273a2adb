"""The tenant face's way to write a problem down: the one place that knows its error shapes."""

from typing import Any

from flask import Response, jsonify

from app.api.problems import Problem

PREFIX = "/v1"
NO_SUCH_ENDPOINT = "No such API endpoint."


def problem_body(problem: Problem) -> dict[str, Any]:
    """Return a problem as `{field: [sentence]}` where fields are at fault, else as `detail`."""
    if problem.fields:
        return dict(problem.fields)
    if problem.is_protocol and problem.status == 404:
        return {"detail": NO_SUCH_ENDPOINT}
    return {"detail": problem.message}


def write_problem(problem: Problem) -> Response:
    """Write a problem with its status and its headers."""
    response = jsonify(problem_body(problem))
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response
