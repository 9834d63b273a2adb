"""The tenant face's way to write a problem down: the one place that knows its error shapes."""

from typing import Any

from flask import Response, jsonify

from app.api.problems import Problem

PREFIX = "/v1"
NO_SUCH_ENDPOINT = "No such API endpoint."


def write_problem(problem: Problem) -> Response:
    """Write a problem as `{field: [sentence]}` where fields are at fault, else as `detail`."""
    body: dict[str, Any] = {"detail": problem.message}
    if problem.fields:
        body = problem.fields
    elif problem.is_protocol and problem.status == 404:
        body = {"detail": NO_SUCH_ENDPOINT}
    response = jsonify(body)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response
