"""Proofs of payment: a photo or a screenshot, or a bank's PDF."""

from dataclasses import dataclass

from app.media.documents import make_document
from app.media.limits import MAX_DOCUMENT_BYTES, UnusablePicture

# Readers take the header anywhere in the first bytes; whoever writes a PDF begins with it.
_PDF_HEADER = b"%PDF-"
_IMAGE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
JPEG_TYPE, PDF_TYPE = "image/jpeg", "application/pdf"


@dataclass(frozen=True, slots=True)
class Proof:
    """A file as it is kept, and its media type."""

    content: bytes
    media_type: str


def make_proof(data: bytes) -> Proof:
    """Return a picture drawn anew as a JPEG without metadata, or a PDF as it is.

    :raises UnusablePicture: when the bytes are neither, or too many.
    """
    if len(data) > MAX_DOCUMENT_BYTES:
        raise UnusablePicture(f"The file is larger than {MAX_DOCUMENT_BYTES // 1024**2} MB.")
    if data.startswith(_PDF_HEADER):
        return Proof(data, PDF_TYPE)
    if not data.startswith(_IMAGE_STARTS):
        raise UnusablePicture("Send a JPEG, PNG, WebP or PDF file.")
    return Proof(make_document(data), JPEG_TYPE)
