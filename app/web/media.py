"""The public files, under the address that stands before every image's path."""

from pathlib import PurePosixPath

from flask import Blueprint, Response, request
from werkzeug.wsgi import FileWrapper, wrap_file

from app.media import service as media

blp = Blueprint("media", __name__, url_prefix="/media", static_folder=None)

_PIECE_BYTES = 256 * 1024
# A name is given once and its file never changes, so whoever has it may keep it. Any site may
# show it; opened by itself it may do nothing at all.
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}


@blp.route("/<path:path>")
def get_public_file(path: str) -> Response:
    """Send a public file, or the part of it that is asked for."""
    file = media.open_public_file(path)
    # The server's own wrapper sends files without reading them, but cannot skip what comes
    # before a range.
    body = (
        FileWrapper(file.content, _PIECE_BYTES)
        if request.range
        else wrap_file(request.environ, file.content, _PIECE_BYTES)
    )
    response = Response(body, headers=_HEADERS, mimetype="image/webp", direct_passthrough=True)
    response.content_length = file.size
    response.set_etag(PurePosixPath(path).stem)
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=file.size)
    except BaseException:
        file.content.close()
        raise
    return response
