"""Files in folders: `public/` and `private/` beside each other in one of them.

A file gets its name once its content is on the disk, so that a name never means half a file, not
even after a crash. Until then it has none at all where the system can do that: of a process that
is killed while it writes, nothing stays. Folders are not split by the first letters of a name:
nothing lists them, file systems find one name among millions, and so a file's path is its address.
"""

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from app.adapters.storage.base import Area, FileMissing, Store, StoredFile, away_on, checked

_NOTHING_THERE = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class FileStore(Store):
    """The files of one area.

    A folder that somebody chose must be there: if its disk is not mounted, what was made in its
    place would be lost from sight once it is. With `is_made` it is made.
    """

    def __init__(self, base: Path, area: Area, *, is_made: bool = False) -> None:
        self._base = base
        self._root = base / area
        self._is_made = is_made
        is_private = area is Area.PRIVATE
        self._file_mode, self._folder_mode = (0o600, 0o700) if is_private else (0o644, 0o755)

    def put(self, path: str, data: bytes, content_type: str) -> None:
        target = self._root / checked(path)
        draft = _draft_in(target.parent)
        with away_on(OSError):
            self._make_folder(target.parent)
            try:
                _write(draft, data, self._file_mode)
                draft.replace(target)
            finally:
                draft.unlink(missing_ok=True)
            _sync(target.parent)

    def read(self, path: str) -> bytes:
        with away_on(OSError), self.open(path).content as content:
            return content.read()

    def open(self, path: str) -> StoredFile:
        target = self._root / checked(path)
        with away_on(OSError):
            try:
                content = target.open("rb")
            except _NOTHING_THERE:
                # Either the file is missing, or everything is.
                self._make_folder(self._root)
                raise FileMissing from None
            return StoredFile(os.fstat(content.fileno()).st_size, content)

    def delete(self, *paths: str) -> None:
        targets = [self._root / checked(path) for path in paths]
        with away_on(OSError):
            self._make_folder(self._root)
            for target in targets:
                with suppress(*_NOTHING_THERE):
                    target.unlink()
                    _sync(target.parent)

    def problem(self) -> str | None:
        draft = _draft_in(self._root)
        try:
            self._make_folder(self._root)
            try:
                # A full disk takes a name, but no byte.
                draft.write_bytes(b"written?")
            finally:
                draft.unlink(missing_ok=True)
        except OSError:
            return (
                "Files cannot be written to the folder of STORAGE_URL; look whether it is there, "
                "whose it is, and whether its disk is full."
            )
        return None

    def _make_folder(self, folder: Path) -> None:
        """Make a folder of this area, and what it lies in as far as that is ours to make."""
        if folder.is_dir():
            return
        if self._is_made:
            self._base.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = self._base
        for part in folder.relative_to(self._base).parts:
            made = made / part
            made.mkdir(exist_ok=True, mode=self._folder_mode)
            _sync(made.parent)


def _draft_in(folder: Path) -> Path:
    return folder / f".{token_hex(8)}"


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a new file that has its name only once its content is on the disk."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            descriptor = os.open(path.parent, os.O_WRONLY | os.O_TMPFILE, mode)
            is_named = False
        except (AttributeError, OSError):
            # Not every system and file system can do that.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            is_named = True
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
            if not is_named:
                # Only with a folder's descriptor does it follow the link to the file itself.
                os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=folder)
    finally:
        os.close(folder)


def _sync(folder: Path) -> None:
    """Wait until the disk knows the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
