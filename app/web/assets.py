"""The pages' own files, under names that change with what is in them."""

import hashlib
from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Response, abort

blp = Blueprint("assets", __name__, url_prefix="/assets", static_folder=None)

# A few kilobytes in all.
_FILES = {
    path.name: path.read_bytes() for path in (Path(__file__).resolve().parent / "static").iterdir()
}
_VERSIONS = {name: hashlib.sha256(body).hexdigest()[:12] for name, body in _FILES.items()}
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}


def address(name: str) -> str:
    """Return the address of a file, which a browser may keep for ever."""
    return f"/assets/{_VERSIONS[name]}/{name}"


@blp.route("/<version>/<name>")
def get_file(version: str, name: str) -> Response:
    """Return a file of the pages, by the name that it has now."""
    if _VERSIONS.get(name) != version:
        abort(404)
    return Response(_FILES[name], headers=_HEADERS, mimetype=guess_type(name)[0])
