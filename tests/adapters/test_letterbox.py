"""The folder of messages that nothing sends."""

from pathlib import Path

import pytest

from app.adapters import letterbox


def test_a_message_is_a_file_that_sorts_by_time(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    for content in (b"first", b"second"):
        letterbox.drop(folder, ".eml", content)
    files = sorted(folder.iterdir())
    assert [file.read_bytes() for file in files] == [b"first", b"second"]
    assert {file.suffix for file in files} == {".eml"}


def test_nobody_else_may_look_into_it(tmp_path: Path) -> None:
    letterbox.make(tmp_path / "outbox")
    assert (tmp_path / "outbox").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "outbox").touch()
    with pytest.raises(OSError, match="outbox"):
        letterbox.drop(tmp_path / "outbox", ".eml", b"x")
