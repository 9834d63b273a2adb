"""Photos of documents that staff looks at: an identity card, a receipt.

What is kept is drawn anew from the pixels, so it holds neither the place where the photo was taken
nor anything that some viewer might take for more than a picture.
"""

from io import BytesIO

from app.media.decoding import Acceptance, decode
from app.media.file_types import FileType
from app.media.limits import MAX_DOCUMENT_BYTES, UnusablePicture

# It is decoded while its sender waits: what takes minutes is no photo of a document.
ACCEPTED = Acceptance(
    types=(FileType.JPEG, FileType.PNG, FileType.WEBP),
    max_bytes=MAX_DOCUMENT_BYTES,
    max_scanned_pixels=1_000_000_000,
)
# Small print must stay legible.
_QUALITY = 90


def make_document(data: bytes) -> bytes:
    """Return the picture of a JPEG, PNG or WebP file as an upright JPEG without metadata.

    :raises UnusablePicture: when the bytes cannot be accepted.
    """
    try:
        picture = decode(data, ACCEPTED)
        file = BytesIO()
        picture.save(file, "JPEG", quality=_QUALITY, subsampling=0)
        return file.getvalue()
    except MemoryError as error:
        raise UnusablePicture("The image takes too much memory to be processed.") from error
