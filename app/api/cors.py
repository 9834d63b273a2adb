"""Browsers on other sites: flask-cors, asked only where a browser says that it is on one."""

from flask import Flask, Response, request
from flask_cors import CORS

ANYBODY = "*"
EXPOSED_HEADERS = (
    "ETag",
    "Location",
    "Preference-Applied",
    "Retry-After",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-ID",
)


def init_app(app: Flask, origins: str) -> None:
    """Let browsers of these origins, comma-separated or `*`, call the APIs; never with cookies."""
    CORS(
        app,
        resources={r"/(v1|api)(/.*)?": {"origins": [each.strip() for each in origins.split(",")]}},
        allow_headers=["Authorization", "Content-Type", "If-None-Match", "Prefer", "X-Request-ID"],
        expose_headers=list(EXPOSED_HEADERS),
        send_wildcard=origins == ANYBODY,
        max_age=86400,
        intercept_exceptions=False,
    )
    # It looks at every answer, and most are for servers: that would cost more than the limit.
    add_headers = app.after_request_funcs[None].pop()

    def add_headers_for_browsers(response: Response) -> Response:
        if "Origin" in request.headers:
            added: Response = add_headers(response)  # type: ignore[assignment]
            return added
        if origins != ANYBODY:
            response.vary.add("Origin")
        return response

    app.after_request(add_headers_for_browsers)
