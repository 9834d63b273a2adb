"""What reference data refuses."""

from app.core.errors import Invalid, NotFound


class UnknownEntry(NotFound):
    """There is no such category, amenity or extra."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no such {kind}.")


class SlugTaken(Invalid):
    """Another entry of the same kind has this slug, active or not."""
