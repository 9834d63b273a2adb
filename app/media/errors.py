"""What the media domain refuses."""

from app.core.errors import Invalid


class BadPicture(Invalid):
    """What was sent is no picture that can be used; the message says why."""


class OriginalMissing(Invalid):
    """What a picture is to be made from is not there."""
