"""What may become a picture of ours, what it becomes, and how the rest is refused."""

MAX_BYTES = 15 * 1024 * 1024
# Of a document that somebody shows: a page or a card, not a view of a house.
MAX_DOCUMENT_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
# What making a picture may take. With the worker itself, which has 120 MB, no job passes 512 MB.
MAX_MEMORY_BYTES = 384 * 1024 * 1024

# The widths that a picture is offered in. One that is narrower has its own width as the largest.
WIDTHS = (320, 640, 1280, 1920)
# WebP takes at most 16,383; a page has no use for half of that.
MAX_HEIGHT = 8192

# Raised whenever the same bytes would give other files, so that old ones can be made anew.
PIPELINE_VERSION = 1


class UnusablePicture(ValueError):
    """The bytes cannot become a picture; the message is a sentence for a person."""
