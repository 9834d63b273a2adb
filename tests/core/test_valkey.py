"""The bundled Valkey: one server an instance, private, and gone when it is told to go."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from redis import Redis

from app.core import valkey


def _client(instance: Path) -> Redis:
    return Redis(unix_socket_path=str(valkey.socket_path(instance)))


def _pid(instance: Path) -> int:
    return int((instance / "valkey" / "valkey.pid").read_text())


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def test_it_starts_once_and_stops(private_folder: Path) -> None:
    assert valkey.ensure_running(private_folder)
    assert not valkey.ensure_running(private_folder)
    with _client(private_folder) as client:
        assert client.ping()

    valkey.stop(private_folder)
    assert not valkey._answers(valkey.socket_path(private_folder))
    assert not (private_folder / "valkey" / "valkey.pid").exists()
    valkey.stop(private_folder)


def test_processes_that_start_at_once_start_one(private_folder: Path) -> None:
    # By its path, since importing it by name imports the whole application.
    code = (
        "import sys; from pathlib import Path; from runpy import run_path;"
        "print(run_path(sys.argv[1])['ensure_running'](Path(sys.argv[2])))"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, valkey.__file__, str(private_folder)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    said = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert sorted(said) == ["False", "False", "False", "True"]


def test_what_it_holds_outlives_it(private_folder: Path) -> None:
    valkey.ensure_running(private_folder)
    with _client(private_folder) as client:
        client.set("key", "value")
    valkey.stop(private_folder)
    valkey.ensure_running(private_folder)
    with _client(private_folder) as client:
        assert client.get("key") == b"value"


def test_a_killed_one_is_replaced(private_folder: Path) -> None:
    valkey.ensure_running(private_folder)
    killed = _pid(private_folder)
    _kill(killed)
    assert valkey.socket_path(private_folder).exists()

    assert valkey.ensure_running(private_folder)
    assert _pid(private_folder) != killed


def test_a_busy_one_is_left_alone(private_folder: Path) -> None:
    valkey.ensure_running(private_folder)
    pid = _pid(private_folder)
    os.kill(pid, signal.SIGSTOP)
    try:
        assert not valkey.ensure_running(private_folder)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert _pid(private_folder) == pid


def test_nobody_else_can_reach_it(private_folder: Path) -> None:
    valkey.ensure_running(private_folder)
    assert valkey.socket_path(private_folder).stat().st_mode & 0o777 == 0o700
    assert (private_folder / "valkey").stat().st_mode & 0o777 == 0o700
    with _client(private_folder) as client:
        assert client.config_get("port") == {"port": "0"}


def test_a_path_too_long_for_a_socket_moves(
    private_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(private_folder))
    instance = private_folder / ("a" * 60) / ("b" * 60)
    instance.mkdir(parents=True)
    path = valkey.socket_path(instance)
    assert len(os.fsencode(path)) <= valkey.MAX_SOCKET_PATH_BYTES
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert valkey.socket_path(private_folder / ("a" * 60) / ("c" * 60)) != path

    try:
        assert valkey.ensure_running(instance)
        with _client(instance) as client:
            assert client.ping()
        assert (instance / "valkey" / "appendonlydir").is_dir()
    finally:
        valkey.stop(instance)


def test_a_folder_that_others_can_write_to_is_refused(
    private_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(private_folder))
    instance = private_folder / ("a" * 120)
    valkey.socket_path(instance).parent.chmod(0o777)
    with pytest.raises(valkey.ValkeyFailed, match="belongs to somebody else"):
        valkey.socket_path(instance)


def test_a_link_in_its_place_is_refused(
    private_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(private_folder))
    instance = private_folder / ("a" * 120)
    place = valkey.socket_path(instance).parent
    place.rmdir()
    elsewhere = private_folder / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    place.symlink_to(elsewhere)
    with pytest.raises(valkey.ValkeyFailed):
        valkey.socket_path(instance)


def test_a_server_that_does_not_start_is_a_sentence(
    private_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey, "START_TIMEOUT_S", 0.3)
    # What it would append to is no folder.
    (private_folder / "valkey").mkdir()
    (private_folder / "valkey" / "appendonlydir").write_text("in the way")
    with pytest.raises(valkey.ValkeyFailed, match=r"did not start; see .*valkey\.log"):
        valkey.ensure_running(private_folder)
