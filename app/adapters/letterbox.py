"""Where messages go that nothing sends: a folder of the embedded profile, one file each."""

from pathlib import Path
from secrets import token_hex

from app.core import clock


def drop(folder: Path, suffix: str, content: bytes) -> None:
    """Write a message as a file that appears whole, named so that names sort by time.

    :raises OSError: when the folder does not take it.
    """
    make(folder)
    stamp = clock.now().strftime("%Y%m%dT%H%M%S.%fZ")
    name = f"{stamp}-{token_hex(4)}{suffix}"
    draft = folder / f".{name}"
    draft.write_bytes(content)
    draft.rename(folder / name)


def make(folder: Path) -> None:
    """Make the folder, for nobody else to look into: codes stand in these messages.

    :raises OSError: when that cannot be done.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
