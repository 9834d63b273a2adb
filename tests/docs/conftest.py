"""The service as `scripts/run` starts it, and the project's folder as a reader has it."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from config import ROOT
from tests import servers
from tests.pictures import draw, encoded
from tests.walks.service import flask, served

# Whoever tries all pages at once comes from one address.
_LIMITS = {
    f"RATELIMIT_{name}": "10000 per minute" for name in ("ANON", "CREDENTIALS", "REGISTER", "USER")
}
_OURS = ("app", "config.py", "migrations", "wsgi.py")


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder with the project in it, whose service runs at an address."""

    folder: Path
    address: str
    environment: dict[str, str]

    def demo(self) -> "DemoKeys":
        """Make keys of the demo's account, as `scripts/run` and staff do."""
        password = {"email": "demo@nafasi.example", "password": "a demo for everybody"}
        answer = requests.post(f"{self.address}/api/auth/login/", json=password, timeout=60)
        token = {"Authorization": f"Bearer {answer.json()['data']['access']}"}
        answer = requests.post(
            f"{self.address}/api/auth/api-keys/", json={"name": "Docs"}, headers=token, timeout=60
        )
        made = answer.json()["data"]
        writing = ("create-api-key", "--user", "demo", "--scope", "RW")
        writes = flask(*writing, environment=self.environment).strip()
        return DemoKeys(made["user_id"], reads=made["key"], writes=writes)


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """What the lines of the tenant API need."""

    user_id: int
    reads: str
    writes: str


@pytest.fixture(scope="package")
def checkout() -> Iterator[Checkout]:
    """A checkout whose service runs in the embedded profile, with the demo and a few files."""
    folder = servers.run_folder() / f"docs-{os.getpid()}"
    instance = folder / "instance"
    instance.mkdir(parents=True)
    for name in _OURS:
        (folder / name).symlink_to(ROOT / name)
    # The one command that pages use: a link to the whole environment could be deleted through.
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "flask").symlink_to(Path(sys.prefix) / "bin" / "flask")
    for name in ("photo.jpg", "sea.jpg", "pool.jpg", "id.jpg", "proof.jpg"):
        (folder / name).write_bytes(encoded(draw(800, 600)))
    environment = {
        **_LIMITS,
        "PATH": os.environ["PATH"],
        "INSTANCE_PATH": str(instance),
        "WEB_WORKERS": "1",
    }
    with served(instance, environment, prepare=["load-demo"]) as address:
        yield Checkout(folder, address, environment)
