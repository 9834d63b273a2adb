"""The servers of other frameworks that the feed is held against, over the same tables.

They are installed into a throw-away environment, each as the project's users know it: the
targets of this bench are ratios to them.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import orjson
import psycopg

from scripts.bench.feed_scenarios import Asked, Rivals, deep_page, page_address, revalidations
from scripts.bench.kit import servers
from scripts.bench.kit.databases import Database
from scripts.bench.kit.http_client import Client, get
from scripts.bench.kit.measure import Contender, WrongAnswer
from scripts.bench.kit.servers import Server

DRF, FASTAPI = "DRF", "FastAPI"
FOLDER = Path(__file__).resolve().parent / "rivals"
_REVALIDATED = 40


@contextmanager
def running(database: Database, redis_url: str, folder: Path) -> Iterator[dict[str, Server]]:
    """Run the rivals, and yield them by name."""
    python = str(_environment(folder))
    settings = _settings(database, redis_url)
    drf = [python, "-m", "gunicorn", "--bind", "127.0.0.1:{port}", "--no-control-socket"]
    drf += ["--worker-class", "gthread", "--threads", "8", "--keep-alive", "75", "drf:application"]
    fastapi = [python, "-m", "uvicorn", "--port", "{port}"]
    fastapi += ["--log-level", "warning", "fastapi_app:app"]
    with (
        servers.command(drf, FOLDER, settings, folder / "drf.log") as first,
        servers.command(fastapi, FOLDER, settings, folder / "fastapi.log") as second,
    ):
        yield {DRF: first, FASTAPI: second}


def contender(name: str, server: Server, client: Client, asked: Asked) -> Contender | None:
    """Return a rival's part in a scenario; None where it has none.

    :raises WrongAnswer: when it does not answer with the same listings as we do.
    """
    match asked.rivals:
        case Rivals.NOTHING:
            return None
        case Rivals.THE_SAME:
            requests = asked.requests
        case Rivals.WITH_THEIR_ETAG:
            requests = revalidations(client, asked.owners[:_REVALIDATED])
        case Rivals.THEIR_DEEP_PAGE:
            owner = asked.owners[0]
            requests = [get(page_address(client, owner, deep_page(owner)), owner.key)]
    return Contender(name, server, requests, asked.status)


def compare(ours: bytes, theirs: bytes, asked: Asked, name: str) -> None:
    """Check that two answers to one request show the same listings in the same order.

    :raises WrongAnswer: when they do not.
    """
    if asked.status == 200 and _ids(ours) != _ids(theirs):
        raise WrongAnswer(f"{name} shows other listings in {asked.name!r}")


def _ids(body: bytes) -> list[int]:
    return [each["id"] for each in orjson.loads(body)["results"]]


def _environment(folder: Path) -> Path:
    """Make the rivals' environment, unless it is there; return its Python."""
    environment = folder / "rivals"
    python = environment / "bin" / "python"
    wanted = (FOLDER / "requirements.txt").read_text()
    stamp = environment / "installed.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        print("Installing the rivals …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        install += ["-r", str(FOLDER / "requirements.txt")]
        done = subprocess.run(install, capture_output=True, text=True)
        if done.returncode:
            raise servers.ServerFailed(f"The rivals could not be installed:\n{done.stderr}")
        stamp.write_text(wanted)
    return python


def _settings(database: Database, redis_url: str) -> Mapping[str, str]:
    with psycopg.connect(database.driver_url()) as connection:
        info = connection.info
        name, host, port, user = info.dbname, info.host, info.port, info.user
        password = info.password
    query = {"host": host, "port": port, "user": user} | (
        {"password": password} if password else {}
    )
    return {
        "RIVAL_DATABASE_NAME": name,
        "RIVAL_DATABASE_HOST": host,
        "RIVAL_DATABASE_PORT": str(port),
        "RIVAL_DATABASE_USER": user,
        "RIVAL_DATABASE_PASSWORD": password,
        "RIVAL_ASYNC_DATABASE_URL": f"postgresql+asyncpg:///{name}?{urlencode(query)}",
        "RIVAL_REDIS_URL": redis_url,
    }
