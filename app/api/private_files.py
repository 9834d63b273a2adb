"""Files that are for one person's eyes: sent by the application itself, and kept by nobody."""

from flask import Response

# Opened by itself it may do nothing at all, and no browser guesses what else it could be.
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox",
}


def private_file(content: bytes, mimetype: str) -> Response:
    """Return a private file to show in its place."""
    return Response(content, mimetype=mimetype, headers=HEADERS)
