"""What belongs to no face: the front door, the documentation, and the health of the process."""

from typing import Any

import flask_swagger_ui
import orjson
from flask import Blueprint, Response, current_app, jsonify, render_template, send_from_directory

from app.api.conditional import base_url
from app.api.problems import Problem
from app.core import health

blp = Blueprint("system", __name__, template_folder="templates", static_folder=None)

_UI_ASSETS = f"{flask_swagger_ui.__path__[0]}/dist"
_DOCS_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def write_problem(problem: Problem) -> Response:
    """Write a problem outside every face: the same bare JSON as most APIs."""
    response = jsonify(problem.fields or {"detail": problem.message})
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


@blp.route("/")
def get_front_door() -> dict[str, Any]:
    """Say what this is and where its documentation is."""
    return {
        "name": "Nafasi",
        "description": "One catalogue of spaces, served through documented APIs.",
        "documentation": f"{base_url()}/docs",
        "openapi": f"{base_url()}/openapi.json",
        "apis": {"tenant": f"{base_url()}/v1/"},
    }


@blp.route("/openapi.json")
def get_openapi() -> Response:
    """Return the OpenAPI description of everything this service answers."""
    spec = current_app.extensions["nafasi.api"].spec.to_dict()
    return Response(orjson.dumps(spec), mimetype="application/json")


@blp.route("/docs")
def get_docs() -> Response:
    """Show the OpenAPI description with Swagger UI, without any other host."""
    response = Response(render_template("docs.html"), mimetype="text/html")
    response.headers["Content-Security-Policy"] = _DOCS_CSP
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@blp.route("/docs/start.js")
def get_docs_script() -> Response:
    """Return the few lines that start Swagger UI, apart so that the page needs no inline script."""
    return Response(render_template("docs.js"), mimetype="text/javascript")


@blp.route("/docs/assets/<path:name>")
def get_docs_asset(name: str) -> Response:
    """Return a file of Swagger UI's."""
    return send_from_directory(_UI_ASSETS, name, max_age=86400)


@blp.route("/healthz")
def get_health() -> dict[str, str]:
    """Tell that the process answers."""
    return {"status": "ok"}


@blp.route("/readyz")
def get_readiness() -> tuple[dict[str, Any], int]:
    """Tell whether everything that a request may need answers; 503 names what does not."""
    failed = [check.name for check in health.run_checks() if check.problem]
    body = {"status": "unavailable" if failed else "ok", "failed": failed}
    return body, 503 if failed else 200
