"""Public files, such as the branded images that every face links to."""

import re

from flask import Blueprint, Response, send_file
from werkzeug.exceptions import NotFound

from app.api.conditional import is_fresh, not_modified
from app.media import service as media

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# No other name is looked for at all.
_NAME = re.compile(rf"property_images/({_UUID}(?:-[0-9]{{1,4}})?)\.webp")
_HEADERS = {
    "Cache-Control": media.CACHE_CONTROL,
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}

blp = Blueprint("media", __name__)


@blp.route("/media/<path:path>")
def get_file(path: str) -> Response:
    """Return a public file. It may be kept for ever: its name is never used again."""
    name = _NAME.fullmatch(path)
    if name is None:
        raise NotFound
    etag = f'"{name[1]}"'
    file = media.open_public_file(path)
    if is_fresh(etag):
        response = not_modified(etag, media.CACHE_CONTROL)
    elif file.local_path is not None:
        response = send_file(file.local_path, media.PICTURE_TYPE, etag=False, conditional=True)
    else:
        response = Response(file.content, mimetype=media.PICTURE_TYPE)
    response.headers["ETag"] = etag
    response.headers.pop("Last-Modified", None)
    response.headers.update(_HEADERS)
    return response
