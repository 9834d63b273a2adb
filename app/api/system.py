"""What belongs to no face: the front door, the documentation, and the health of the process."""

from typing import Any

import flask_swagger_ui
import orjson
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    render_template,
    request,
    send_from_directory,
)

from app.api.conditional import base_url
from app.api.openapi import WHOLE, Descriptions
from app.api.problems import Problem
from app.core import health, metrics

blp = Blueprint("system", __name__, template_folder="templates", static_folder=None)

_UI_ASSETS = f"{flask_swagger_ui.__path__[0]}/dist"
_FACES = {"marketplace": "/api/", "tenant": "/v1/", "rooms": "/api/rooms"}
_DOCS_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
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
        "openapi": f"{base_url()}/{WHOLE}.json",
        "apis": {
            face: {"base_url": base_url() + path, "documentation": f"{base_url()}/docs/{face}"}
            for face, path in _FACES.items()
        },
    }


@blp.route(f"/{WHOLE}.json", defaults={"name": WHOLE})
@blp.route(f"/{WHOLE}/<name>.json")
def get_openapi(name: str) -> Response:
    """Return the OpenAPI description of everything this service answers, or of one of its APIs."""
    descriptions = _descriptions()
    if name not in descriptions.titles:
        abort(404)
    document = descriptions.get(name, base_url())
    return Response(orjson.dumps(document), mimetype="application/json")


@blp.route("/docs", defaults={"name": WHOLE})
@blp.route("/docs/<name>")
def get_docs(name: str) -> Response:
    """Show an OpenAPI description with Swagger UI, without any other host."""
    titles = _descriptions().titles
    if name not in titles:
        abort(404)
    pages = [
        {
            "title": title,
            "page": "/docs" if each == WHOLE else f"/docs/{each}",
            "is_shown": each == name,
        }
        for each, title in titles.items()
    ]
    source = f"/{WHOLE}.json" if name == WHOLE else f"/{WHOLE}/{name}.json"
    page = render_template("docs.html", title=titles[name], pages=pages, source=source)
    response = Response(page, mimetype="text/html")
    # A call that is tried out goes to the address that the description names.
    response.headers["Content-Security-Policy"] = f"{_DOCS_CSP}; connect-src 'self' {base_url()}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@blp.route("/docs/start.js")
def get_docs_script() -> Response:
    """Return the few lines that start Swagger UI, apart so that the page needs no inline script."""
    return Response(render_template("docs.js"), mimetype="text/javascript")


@blp.route("/docs/style.css")
def get_docs_style() -> Response:
    """Return what the page looks like around Swagger UI."""
    return Response(render_template("docs.css"), mimetype="text/css")


@blp.route("/docs/assets/<path:name>")
def get_docs_asset(name: str) -> Response:
    """Return a file of Swagger UI's."""
    return send_from_directory(_UI_ASSETS, name, max_age=86400)


def _descriptions() -> Descriptions:
    found: Descriptions = current_app.extensions["nafasi.descriptions"]
    return found


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


@blp.route("/metrics")
def get_metrics() -> Response:
    """Return the figures for Prometheus, where this port is for them."""
    if not metrics.is_offered(request):
        abort(404)
    return Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
