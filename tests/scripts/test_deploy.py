"""The files of scripts/deploy: they run what the Procfile runs, with settings that are taken."""

import re
import shlex

import orjson

import config
from app.api.parsing import MAX_UPLOAD_BYTES
from app.core import queue
from config import ROOT

DEPLOY = ROOT / "scripts" / "deploy"
SECRETS = {
    "SECRET_KEY": "a secret key that only the tests use, long enough",
    "DATA_KEY": "c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlISE=",
}
FACES = {
    "default": {"success", "message", "data", "errors"},
    "/api/rooms": {"message"},
    "/v1/": {"detail"},
}


def _read(name: str) -> str:
    return (DEPLOY / name).read_text()


def _command(unit: str) -> list[str]:
    [line] = re.findall(r"^ExecStart=/srv/nafasi/\.venv/bin/(.+)$", _read(unit), re.MULTILINE)
    return _without_address(line)


def _without_address(line: str) -> list[str]:
    """Return the words of a command, without where it listens."""
    return shlex.split(re.sub(r'--bind \S+|--bind ".+?"', "", line))


def test_the_units_run_what_the_procfile_runs() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    processes = [_without_address(line.partition(": ")[2]) for line in lines]
    worker = _command("nafasi-worker@.service")
    workers = [[name if word == "%i" else word for word in worker] for name in queue.WORKERS]
    assert sorted(processes) == sorted([_command("nafasi-web.service"), *workers])


def test_the_settings_are_those_of_a_server() -> None:
    lines = [line for line in _read("nafasi.env").splitlines() if not line.startswith("#")]
    given = dict(line.replace("CHANGE-ME", "mine").split("=", 1) for line in lines)
    # As the shell and systemd read it: a value with blanks is quoted.
    values = {name: shlex.split(value)[0] for name, value in given.items()}
    settings = config.load(values | SECRETS)
    assert settings.is_production
    assert settings.mail_from == "Nafasi <no-reply@example.com>"
    assert set(values) <= {name for name, _ in config.setting_fields()}


def test_nginx_lets_through_what_the_service_takes() -> None:
    [megabytes] = re.findall(r"client_max_body_size (\d+)m;", _read("nginx.conf"))
    assert int(megabytes) * 2**20 > MAX_UPLOAD_BYTES
    [seconds] = re.findall(r"proxy_read_timeout (\d+)s;", _read("nginx.conf"))
    assert int(seconds) > config.Settings().image_wait_s


def test_what_nginx_says_by_itself_is_in_each_face_s_words() -> None:
    site = _read("nginx.conf")
    [block] = re.findall(r"map \$request_uri \$nafasi_refusal {(.+?)\n}", site, re.DOTALL)
    found = re.findall(r'^    (?:~\^)?(\S+) "(.+)";$', block, re.MULTILINE)
    assert {path: set(orjson.loads(text.replace('\\"', '"'))) for path, text in found} == FACES
    refusals = re.findall(r"location (?:= )?(\S+) {\s+internal;", site)
    assert sorted(re.findall(r"error_page [\d =]+ (\S+);", site)) == sorted(refusals)
    said = r'set \$nafasi_sentence "([A-Z][^"]+\.)";\s+return (\d+) \$nafasi_(?:refusal|away);'
    statuses = [status for _sentence, status in re.findall(said, site)]
    assert sorted(statuses) == ["400", "413", "414", "431", "503"]


def test_people_at_their_browsers_are_told_of_a_restart_by_a_page() -> None:
    site = _read("nginx.conf")
    prefix = re.escape(r"~^/(staff|users)/")
    [away, kind] = re.findall(rf'^    {prefix} "(.+)";$', site, re.MULTILINE)
    assert away.startswith("<!doctype html>")
    assert "<p>$nafasi_sentence</p>" in away
    assert kind == "text/html; charset=utf-8"
    assert "add_header Content-Type $nafasi_away_type always;" in site
