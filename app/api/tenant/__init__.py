"""The tenant face, `/v1/`: an owner's listings for the owner's own website and systems.

Bare JSON; errors are `{"detail": sentence}` or `{field: [sentence]}`.
"""

from app.api.smorest import FaceApi
from app.api.tenant import documents, images, keys, properties, reference
from app.api.tenant.blueprints import describe_dialect
from app.catalogue.documents import register


def init_app(api: FaceApi) -> None:
    """Open the face, and teach the catalogue how it writes a listing."""
    register(documents.RENDERER)
    describe_dialect(api)
    for blueprint in (keys.blp, properties.blp, images.blp, reference.blp):
        api.register_blueprint(blueprint)
