"""Pictures: checked, branded and stored, the public files apart from the private originals.

A public file's name is never used for anything else, so that it may be cached for ever. What a
picture was made from stays private, for the day that the brand changes. Photos of documents are
private too, and each is encrypted under a key of its own: who has the files alone has nothing, and
changing the data keys of the service touches no file.
"""

import re
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.adapters import fetch, storage
from app.adapters.storage import StoredFile
from app.core import crypto
from app.core.memory import take_at_most
from app.core.settings import current_settings
from app.media import decoding
from app.media.branding import Watermark
from app.media.documents import make_document
from app.media.errors import BadPicture, OriginalMissing
from app.media.limits import MAX_BYTES, MAX_MEMORY_BYTES, WIDTHS, UnusablePicture
from app.media.pipeline import make_picture, rehearse
from app.media.proofs import Proof, make_proof

PICTURE_TYPE = "image/webp"
DOCUMENT_TYPE = "image/jpeg"
INCOMPLETE = "This image did not arrive whole. Please send it again."

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# An image, or one of its smaller widths. Nothing else is looked for, wherever that would lead.
_PUBLIC_PATH = re.compile(rf"property_images/{_UUID}(?:-[1-9][0-9]{{0,4}})?\.webp")


@dataclass(frozen=True, slots=True)
class Published:
    """A picture as it is shown: its largest size in pixels, and its files, smallest first."""

    width: int
    height: int
    variants: list[dict[str, Any]]
    blurhash: str

    def columns(self) -> dict[str, Any]:
        """Return what is kept about it, by name."""
        return asdict(self)


def public_path(name: str) -> str:
    """Return where the largest file of the picture with this name is, in the public area."""
    return f"property_images/{name}.webp"


def original_path(name: str) -> str:
    """Return where what a picture is made from is kept, in the private area."""
    return f"originals/{name}"


def warm_up() -> None:
    """Make the watermark once, before a worker forks for each of its jobs.

    :raises BadPicture: when the settings name no usable one.
    """
    try:
        rehearse(_current_watermark())
    except UnusablePicture as refusal:
        raise BadPicture(f"WATERMARK_IMAGE cannot be used: {refusal}") from refusal


def check_upload(data: bytes) -> None:
    """Refuse what its size and its first bytes give away, without decoding anything.

    :raises BadPicture: when it cannot be a picture that we take.
    """
    try:
        decoding.check(data)
    except UnusablePicture as refusal:
        raise BadPicture(str(refusal)) from refusal


def check_url(url: str) -> None:
    """Refuse what the writing of somebody's URL gives away.

    :raises FetchRefused: when nothing is ever fetched from there.
    """
    fetch.check(url)


def fetch_picture(url: str) -> bytes:
    """Return what is at somebody's URL.

    :raises FetchRefused: when it cannot be had from there, or not safely.
    """
    return fetch.fetch(url, max_bytes=MAX_BYTES)


def publish(path: str, data: bytes) -> Published:
    """Brand a picture and store it in every width under `path`.

    :raises BadPicture: when it cannot be used.
    :raises StorageAway: when the files cannot be stored.
    """
    mark = _current_watermark()
    try:
        with take_at_most(MAX_MEMORY_BYTES):
            picture = make_picture(data, mark)
    except UnusablePicture as refusal:
        raise BadPicture(str(refusal)) from refusal
    variants = []
    for width, body in sorted(picture.files.items()):
        variant = path if width == picture.width else _variant_path(path, width)
        storage.public().put(variant, body, PICTURE_TYPE)
        variants.append({"width": width, "path": variant})
    return Published(picture.width, picture.height, variants, picture.blurhash)


def discard_public(path: str) -> None:
    """Delete the files of the picture under `path`, in whatever widths there are.

    :raises StorageAway: when that cannot be done now.
    """
    storage.public().delete(path, *(_variant_path(path, width) for width in WIDTHS))


def open_public_file(path: str) -> StoredFile:
    """Open a file of the public area; the caller closes its content.

    :raises FileMissing: when there is none, or the path is none that a public file could have.
    :raises StorageAway: when the store does not answer.
    """
    if not _PUBLIC_PATH.fullmatch(path):
        raise storage.FileMissing
    return storage.public().open(path)


def keep_original(path: str, data: bytes) -> None:
    """Keep what a picture is made from.

    :raises StorageAway: when it cannot be stored.
    """
    storage.private().put(path, data, "application/octet-stream")


def read_original(path: str) -> bytes:
    """Return what a picture is made from.

    :raises OriginalMissing: when it is not there.
    :raises StorageAway: when that cannot be known now.
    """
    try:
        return storage.private().read(path)
    except storage.FileMissing as error:
        raise OriginalMissing(INCOMPLETE) from error


def discard_original(path: str) -> None:
    """Delete what a picture was made from.

    :raises StorageAway: when that cannot be done now.
    """
    storage.private().delete(path)


def document_path(name: str) -> str:
    """Return where the photo of a document is kept, in the private area."""
    return f"documents/{name}"


def clean_document(data: bytes) -> bytes:
    """Return the photo of a document as a JPEG that holds its pixels and nothing else.

    :raises BadPicture: when it is no JPEG, PNG or WebP that can be used.
    """
    try:
        with take_at_most(MAX_MEMORY_BYTES):
            return make_document(data)
    except UnusablePicture as refusal:
        raise BadPicture(str(refusal)) from refusal


def keep_document(path: str, document: bytes) -> bytes:
    """Keep a document, encrypted under a key of its own; return that key, encrypted in turn.

    :raises StorageAway: when it cannot be stored.
    """
    sealed, key = crypto.seal(document)
    storage.private().put(path, sealed, "application/octet-stream")
    return key


def read_document(path: str, key: bytes) -> bytes:
    """Return a document by the path and the encrypted key that it was kept with.

    :raises FileMissing: when it is not there.
    :raises StorageAway: when that cannot be known now.
    """
    return crypto.unseal(storage.private().read(path), key)


def discard_document(path: str) -> None:
    """Delete a document.

    :raises StorageAway: when that cannot be done now.
    """
    storage.private().delete(path)


def proof_path(name: str) -> str:
    """Return where a proof of payment is kept, in the private area."""
    return f"proofs/{name}"


def clean_proof(data: bytes) -> Proof:
    """Return a proof of payment as it can be kept: a picture drawn anew, or a PDF.

    :raises BadPicture: when it is neither a JPEG, PNG or WebP that can be used, nor a PDF.
    """
    try:
        with take_at_most(MAX_MEMORY_BYTES):
            return make_proof(data)
    except UnusablePicture as refusal:
        raise BadPicture(str(refusal)) from refusal


def keep_proof(path: str, proof: Proof) -> None:
    """Keep a proof of payment.

    :raises StorageAway: when it cannot be stored.
    """
    storage.private().put(path, proof.content, proof.media_type)


def read_proof(path: str) -> bytes:
    """Return a proof of payment.

    :raises FileMissing: when it is not there.
    :raises StorageAway: when that cannot be known now.
    """
    return storage.private().read(path)


def discard_proof(path: str) -> None:
    """Delete a proof of payment.

    :raises StorageAway: when that cannot be done now.
    """
    storage.private().delete(path)


def _variant_path(path: str, width: int) -> str:
    return f"{path.removesuffix('.webp')}-{width}.webp"


def _current_watermark() -> Watermark:
    settings = current_settings()
    return _watermark(settings.watermark_text, settings.watermark_image)


@lru_cache(maxsize=4)
def _watermark(text: str, image_path: str) -> Watermark:
    return (
        Watermark.of_png(Path(image_path).read_bytes()) if image_path else Watermark.of_text(text)
    )


def storage_problem() -> str | None:
    """Say what keeps files from being stored; None where nothing does."""
    return storage.problem()
