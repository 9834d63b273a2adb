"""Storage: what folders and buckets both promise, and what each does in its own way."""

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from flask import Flask
from requests import Response

from app.adapters import storage
from app.adapters.storage import FileMissing, StorageAway, Store
from app.adapters.storage.s3 import PIECE_BYTES
from config import ROOT
from tests.s3 import S3Server
from tests.stores import Place
from tests.threads import at_once

ChangeSettings = Callable[..., None]

NAME = "property_images/one.webp"
WEBP = "image/webp"
BOTH_AREAS = pytest.mark.parametrize("area", [storage.public, storage.private])


# ── what every store promises ───────────────────────────────────────────────────────────────


@BOTH_AREAS
def test_what_was_stored_is_read(storage_place: Place, area: Callable[[], Store]) -> None:
    area().put(NAME, b"\x00picture\xff", WEBP)
    assert area().read(NAME) == b"\x00picture\xff"


def test_the_areas_do_not_mix(storage_place: Place) -> None:
    storage.public().put("both", b"for all", WEBP)
    storage.private().put("both", b"for us", WEBP)
    storage.private().put("secret", b"for us", WEBP)
    assert storage.public().read("both") == b"for all"
    assert storage.private().read("both") == b"for us"
    with pytest.raises(FileMissing):
        storage.public().read("secret")


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES, 2 * PIECE_BYTES + 1])
def test_a_file_is_read_in_pieces(storage_place: Place, size: int) -> None:
    data = bytes(number % 251 for number in range(size))
    storage.public().put(NAME, data, WEBP)
    file = storage.public().open(NAME)
    with file.content as content:
        pieces = list(iter(lambda: content.read(PIECE_BYTES), b""))
    assert file.size == size
    assert b"".join(pieces) == data
    assert all(len(piece) <= PIECE_BYTES for piece in pieces)


def test_a_file_is_read_from_any_place(storage_place: Place) -> None:
    data = bytes(number % 251 for number in range(PIECE_BYTES + 100))
    storage.public().put(NAME, data, WEBP)
    with storage.public().open(NAME).content as content:
        assert content.seek(PIECE_BYTES - 10) == PIECE_BYTES - 10
        assert content.read(20) == data[PIECE_BYTES - 10 : PIECE_BYTES + 10]
        assert content.seek(-5, 2) == len(data) - 5
        assert content.read() == data[-5:]
        assert content.read(1) == b""
        assert content.seek(0) == 0
        assert content.read() == data


def test_a_file_takes_the_place_of_another(storage_place: Place) -> None:
    storage.public().put(NAME, b"the first, longer one", WEBP)
    storage.public().put(NAME, b"the second", WEBP)
    assert storage.public().read(NAME) == b"the second"


@pytest.mark.parametrize("name", ["nothing", "no/such/folder", "property_images", f"{NAME}/below"])
def test_what_is_not_there_is_missing(storage_place: Place, name: str) -> None:
    storage.public().put(NAME, b"x", WEBP)
    with pytest.raises(FileMissing):
        storage.public().read(name)
    with pytest.raises(FileMissing):
        storage.public().open(name)


def test_before_anything_was_stored_everything_is_missing(storage_place: Place) -> None:
    with pytest.raises(FileMissing):
        storage.public().open(NAME)
    storage.private().delete(NAME)


def test_only_what_is_named_is_deleted(storage_place: Place) -> None:
    for name in ("a", "b", "c"):
        storage.public().put(name, b"x", WEBP)
    storage.private().put("a", b"x", WEBP)
    storage.public().delete("a", "never-there", "no/folder", "c")
    for name in ("a", "c"):
        with pytest.raises(FileMissing):
            storage.public().read(name)
    assert storage.public().read("b") == b"x"
    assert storage.private().read("a") == b"x"
    storage.public().delete()


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "/etc/passwd",
        "../private/secret",
        "property_images/../../private/secret",
        "property_images//one.webp",
        "property_images/",
        "property_images/./one.webp",
        "property_images\\one.webp",
        ".hidden",
        "property_images/One.webp",
        "one.webp\x00",
        "one.webp\n",
        "%2e%2e/private/secret",
        "ö.webp",
        "x" * 201,
    ],
)
def test_a_name_that_could_lead_elsewhere_is_refused(storage_place: Place, name: str) -> None:
    storage.private().put("secret", b"for us", WEBP)
    public = storage.public()
    for call in (
        lambda: public.put(name, b"x", WEBP),
        lambda: public.read(name),
        lambda: public.open(name),
        lambda: public.delete(name),
    ):
        with pytest.raises(ValueError, match="is no name of a stored file"):
            call()
    assert storage.private().read("secret") == b"for us"


def test_writers_of_one_name_leave_one_whole_file(storage_place: Place, app: Flask) -> None:
    versions = [bytes([letter]) * 200_000 for letter in b"abcd"]
    storage.public().put(NAME, versions[0], WEBP)

    def write(version: bytes) -> None:
        with app.app_context():
            for _ in range(3):
                storage.public().put(NAME, version, WEBP)

    def read() -> set[bytes]:
        with app.app_context():
            return {storage.public().read(NAME) for _ in range(6)}

    seen = at_once([*(lambda each=each: write(each) for each in versions), read, read])
    assert seen[-1] | seen[-2] | {storage.public().read(NAME)} <= set(versions)


def test_a_store_that_is_well_has_no_problem(storage_place: Place) -> None:
    assert storage.problem() is None
    assert storage.problem() is None


@BOTH_AREAS
def test_a_store_that_is_away_says_so_until_it_is_back(
    storage_place: Place, area: Callable[[], Store], caplog: pytest.LogCaptureFixture
) -> None:
    area().put(NAME, b"before", WEBP)
    with storage_place.away():
        for call in (
            lambda: area().put(NAME, b"lost", WEBP),
            lambda: area().read(NAME),
            lambda: area().read("nothing"),
            lambda: area().open(NAME),
            lambda: area().delete(NAME),
            lambda: area().delete("nothing"),
        ):
            with pytest.raises(StorageAway) as caught:
                call()
            assert caught.value.message == (
                "Files are not available at the moment. Please try again shortly."
            )
            assert caught.value.__cause__ is None
        problem = area().problem()
        assert problem is not None
        assert "STORAGE_URL" in problem
    assert "storage failed" in caplog.text
    assert area().problem() is None
    assert area().read(NAME) == b"before"
    area().put(NAME, b"after", WEBP)
    assert area().read(NAME) == b"after"


# ── folders ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def folder(change_settings: ChangeSettings, tmp_path: Path) -> Path:
    """The folder that files are kept in."""
    folder = tmp_path / "media"
    folder.mkdir()
    change_settings(storage_url=f"file:{folder}")
    return folder


def _files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_files_place_is_its_name(folder: Path) -> None:
    storage.public().put("property_images/one.webp", b"x", WEBP)
    storage.private().put("originals/one", b"y", "image/png")
    assert _files_in(folder) == {"public/property_images/one.webp", "private/originals/one"}


def test_private_files_are_for_the_owner_alone(folder: Path) -> None:
    storage.private().put("originals/of/one", b"x", WEBP)
    for path in (folder / "private").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert stat.S_IMODE((folder / "private").stat().st_mode) == 0o700


def test_unset_files_are_kept_in_the_instance_folder(
    change_settings: ChangeSettings, tmp_path: Path
) -> None:
    change_settings(storage_url="", instance_path=str(tmp_path / "not" / "there"))
    assert storage.problem() is None
    storage.public().put("one", b"x", WEBP)
    media = tmp_path / "not" / "there" / "media"
    assert (media / "public" / "one").read_bytes() == b"x"
    assert stat.S_IMODE(media.stat().st_mode) == 0o700


def test_a_folder_that_was_chosen_is_not_made(
    change_settings: ChangeSettings, tmp_path: Path
) -> None:
    change_settings(storage_url=f"file:{tmp_path / 'mount' / 'media'}")
    assert storage.problem() is not None
    with pytest.raises(StorageAway):
        storage.public().put("one", b"x", WEBP)
    with pytest.raises(StorageAway):
        storage.public().open("one")
    assert list(tmp_path.iterdir()) == []


def test_a_folders_name_may_be_percent_encoded(
    change_settings: ChangeSettings, tmp_path: Path
) -> None:
    (tmp_path / "our files").mkdir()
    change_settings(storage_url=f"file://{tmp_path}/our%20files")
    storage.public().put("one", b"x", WEBP)
    assert _files_in(tmp_path) == {"our files/public/one"}


def test_a_file_that_does_not_fit_leaves_nothing_behind(folder: Path) -> None:
    storage.public().put("one", b"before", WEBP)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(StorageAway):
            storage.public().put("one", b"x" * 2_000_000, WEBP)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert storage.public().read("one") == b"before"
    assert _files_in(folder) == {"public/one"}


_KILLED_BEFORE_THE_RENAME = """
import os, pathlib, signal, sys
from app.adapters.storage.base import Area
from app.adapters.storage.files import FileStore
pathlib.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
FileStore(pathlib.Path(sys.argv[1]), Area.PUBLIC).put(sys.argv[2], b"half", "image/webp")
"""


@pytest.mark.parametrize("name", ["old", "new"])
def test_a_process_killed_in_the_middle_leaves_nothing_to_see(folder: Path, name: str) -> None:
    storage.public().put("old", b"before", WEBP)
    done = subprocess.run(
        [sys.executable, "-c", _KILLED_BEFORE_THE_RENAME, str(folder), name], cwd=ROOT, timeout=60
    )
    assert done.returncode == -9
    assert storage.public().read("old") == b"before"
    with pytest.raises(FileMissing):
        storage.public().read("new")
    [draft] = _files_in(folder) - {"public/old"}
    with pytest.raises(ValueError, match="is no name"):
        storage.public().read(draft.removeprefix("public/"))


def test_what_was_stored_has_reached_the_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []

    def note(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        synced.append(Path(f"/dev/fd/{descriptor}").resolve().name if is_folder else "the content")

    monkeypatch.setattr("os.fsync", note)
    storage.public().put("a/one", b"x", WEBP)
    assert synced == ["media", "public", "the content", "a"]


@pytest.mark.parametrize("knows_unnamed_files", [True, False])
def test_a_draft_becomes_the_file_whether_it_had_a_name_or_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch, knows_unnamed_files: bool
) -> None:
    if not knows_unnamed_files:
        monkeypatch.delattr("os.O_TMPFILE", raising=False)
    for data in (b"first", b"second"):
        storage.private().put("a/one", data, WEBP)
    [file] = [path for path in folder.rglob("*") if path.is_file()]
    assert file.read_bytes() == b"second"
    assert file.stat().st_mode & 0o777 == 0o600


# ── buckets ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def bucket(s3: S3Server, change_settings: ChangeSettings) -> Callable[[str], Response]:
    """A bucket that files are kept in, below `a prefix/`; ask it for an object by its key."""
    url = s3.new_bucket("a%20prefix/")
    change_settings(storage_url=url)
    return lambda key: s3.get(f"{urlsplit(url).hostname}/{key}")


def test_an_object_says_what_it_is_and_how_long_it_may_be_kept(
    bucket: Callable[[str], Response],
) -> None:
    storage.public().put(NAME, b"x", WEBP)
    answer = bucket(f"a prefix/public/{NAME}")
    assert answer.content == b"x"
    assert answer.headers["Content-Type"] == WEBP
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_private_object_is_nothing_to_keep(bucket: Callable[[str], Response]) -> None:
    storage.private().put("originals/one", b"x", "image/png")
    answer = bucket("a prefix/private/originals/one")
    assert answer.headers["Content-Type"] == "image/png"
    assert "Cache-Control" not in answer.headers


def test_a_large_object_is_put_at_once(bucket: Callable[[str], Response]) -> None:
    data = b"x" * 15_000_000
    storage.private().put("originals/large", data, WEBP)
    assert storage.private().read("originals/large") == data
    # Of an object put in parts the ETag ends with their number.
    assert "-" not in bucket("a prefix/private/originals/large").headers["ETag"]


def test_a_bucket_that_is_not_there_is_a_problem(
    s3: S3Server, change_settings: ChangeSettings
) -> None:
    change_settings(storage_url=f"s3://k:s@no-such-bucket/?endpoint={s3.endpoint}")
    assert storage.problem() == (
        "The bucket of STORAGE_URL does not take us; look at its name, its endpoint and the "
        "credentials."
    )
    with pytest.raises(StorageAway):
        storage.public().put("one", b"x", WEBP)


def test_a_store_may_go_away_while_a_file_is_read(
    s3: S3Server, change_settings: ChangeSettings
) -> None:
    change_settings(storage_url=s3.new_bucket())
    storage.public().put(NAME, b"x" * (2 * PIECE_BYTES), WEBP)
    with storage.public().open(NAME).content as content:
        content.read(PIECE_BYTES)
        with s3.away(), pytest.raises(StorageAway):
            content.read(PIECE_BYTES)
        assert content.read() == b"x" * PIECE_BYTES


class _Refusing(ThreadingHTTPServer):
    """A store that takes nobody, and repeats what it was told, as S3 does."""

    def __init__(self) -> None:
        self.heard: list[dict[str, str]] = []
        super().__init__(("127.0.0.1", 0), _Refusal)

    def url(self, credentials: str = "") -> str:
        return f"s3://{credentials}media?endpoint=http://127.0.0.1:{self.server_port}"


class _Refusal(BaseHTTPRequestHandler):
    server: _Refusing

    def do_GET(self) -> None:
        self.server.heard.append({name.lower(): value for name, value in self.headers.items()})
        body = f"<Error><AWSAccessKeyId>{self.headers['authorization']}</AWSAccessKeyId></Error>"
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def refusing(app: Flask) -> Iterator[_Refusing]:
    """A store that takes nobody."""
    with _Refusing() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_credentials_are_decoded_and_go_before_the_environments(
    refusing: _Refusing, change_settings: ChangeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of-another")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    change_settings(storage_url=refusing.url("a%2Fkey%3A:s%40cret%2F@"))
    with pytest.raises(StorageAway):
        storage.public().read("one")
    [headers] = refusing.heard
    assert "Credential=a/key:/" in headers["authorization"]
    assert "x-amz-security-token" not in headers


def test_without_credentials_those_of_the_environment_are_used(
    refusing: _Refusing, change_settings: ChangeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-the-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "af-south-1")
    change_settings(storage_url=refusing.url())
    with pytest.raises(StorageAway):
        storage.public().read("one")
    [headers] = refusing.heard
    assert "Credential=of-the-environment/" in headers["authorization"]
    assert "/af-south-1/s3/" in headers["authorization"]


def test_a_refusal_is_logged_without_what_the_store_said(
    refusing: _Refusing, change_settings: ChangeSettings, caplog: pytest.LogCaptureFixture
) -> None:
    change_settings(storage_url=refusing.url("thekey:thesecret@"))
    assert storage.problem() is not None
    with pytest.raises(StorageAway) as caught:
        storage.public().read("one")
    assert "thekey" in refusing.heard[-1]["authorization"]
    assert [(record.getMessage(), record.kind) for record in caplog.records] == [
        ("storage failed", "PermissionDeniedError")
    ]
    assert "thekey" not in caplog.text + str(caught.value) + repr(storage.public())


_FORKED = """
import os, sys
from app.adapters.storage.base import Area
from app.adapters.storage.s3 import S3Store

def use():
    store = S3Store(sys.argv[1], Area.PUBLIC)
    store.put("one", b"x", "image/webp")
    assert store.read("one") == b"x"

def fork():
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        use()
        os._exit(0)
    except RuntimeError:
        os._exit(7)

print(fork(), fork(), use(), fork())
"""


def test_a_forked_process_has_a_client_of_its_own_or_none(s3: S3Server) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FORKED, s3.new_bucket()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    # The last one's parent had used its own already.
    assert (done.stdout, done.stderr) == ("0 0 None 7\n", "")
