"""The rooms face, `/api/rooms`: a host's back office.

Lists are `data` and `meta.pagination`; errors are `{"message", "errors"}`.
"""

from flask import Flask

from app.api.rooms import access, rooms
from app.api.rooms.blueprints import describe_dialect
from app.api.smorest import FaceApi


def init_app(app: Flask, api: FaceApi) -> None:
    """Open the face, and count whoever comes."""
    access.init_app(app)
    describe_dialect(api)
    api.register_blueprint(rooms.blp)
