"""The marketplace face, `/api/`: guests, hosts and staff, in web and mobile apps.

Every answer is an envelope: `success`, `message`, `data`, `errors`.
"""

from flask import Flask

from app.api.marketplace import access, apikeys, auth, profile
from app.api.marketplace.blueprints import describe_dialect
from app.api.smorest import FaceApi


def init_app(app: Flask, api: FaceApi) -> None:
    """Open the face, and count whoever comes."""
    access.init_app(app)
    describe_dialect(api)
    for blueprint in (auth.blp, profile.blp, apikeys.blp):
        api.register_blueprint(blueprint)
