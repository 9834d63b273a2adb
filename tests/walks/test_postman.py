"""Newman walks the whole Postman collection, from its first request to its last."""

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from app.core import clock
from config import ROOT
from tests import servers
from tests.adapters.loopback import serving
from tests.factories import code_in_text
from tests.pictures import draw, encoded
from tests.walks.service import Service, running, wait_until

COLLECTION = ROOT / "openapi" / "nafasi.postman_collection.json"
ENVIRONMENT = ROOT / "openapi" / "nafasi.postman_environment.json"
PASSWORD = "SecurePass@123"
CLIENT_ID = "web.apps.googleusercontent.com"
GOOGLE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@contextmanager
def _codes_of(service: Service) -> Iterator[str]:
    """Serve the codes that come by mail and text message, each once; yield the address.

    Scripts of a collection read no files and no mail: `codes_url` in the environment is where they
    ask, and nobody else knows this address.
    """
    given: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            [to] = parse_qs(urlsplit(self.path).query)["to"]

            def codes() -> list[str]:
                letters = service.letters(to)
                return [code_in_text(each) for each in letters if re.search(r"\b\d{6}\b", each)]

            wait_until(lambda: len(codes()) > given[to])
            body = orjson.dumps({"code": codes()[given[to]]})
            given[to] += 1
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def _google_token() -> str:
    now = int(clock.now().timestamp())
    claims = {
        "iss": "https://accounts.google.com",
        "aud": CLIENT_ID,
        "sub": "110169484474386276334",
        "email": "johnny@example.com",
        "email_verified": True,
        "given_name": "Johnny",
        "family_name": "Google",
        "iat": now - 10,
        "exp": now + 3590,
    }
    return jwt.encode(claims, GOOGLE_KEY, algorithm="RS256", headers={"kid": "first"})


def test_newman_runs_the_whole_collection(tmp_path: Path) -> None:
    picture = encoded(draw(800, 600))
    for name in ("photo.jpg", "id.jpg", "proof.jpg"):
        (tmp_path / name).write_bytes(picture)
    report = tmp_path / "report.json"
    with serving() as google, serving() as gallery:
        public = RSAAlgorithm.to_jwk(GOOGLE_KEY.public_key(), as_dict=True)
        google.answer({"keys": [public | {"kid": "first", "alg": "RS256", "use": "sig"}]})
        gallery.body, gallery.headers = picture, {"Content-Type": "image/jpeg"}
        settings = {
            "GOOGLE_CLIENT_ID": CLIENT_ID,
            "GOOGLE_JWKS_URL": f"{google.address}/certs",
            "FETCH_ALLOW_HOSTS": urlsplit(gallery.address).netloc,
        }
        folder = servers.run_folder() / "postman"
        with running(folder, **settings) as service, _codes_of(service) as codes_url:
            for command, email in (
                ("create-account", "guest@example.com"),
                ("create-admin", "admin@example.com"),
            ):
                service.command(command, "--email", email, "--password-stdin", typed=PASSWORD)
            variables = {
                "base_url": service.address,
                "guest_password": PASSWORD,
                "admin_password": PASSWORD,
                "google_id_token": _google_token(),
                "image_url": f"{gallery.address}/photo.jpg",
                "codes_url": codes_url,
            }
            done = subprocess.run(
                [
                    os.environ["TEST_NEWMAN"],
                    *("run", str(COLLECTION), "--environment", str(ENVIRONMENT)),
                    *("--working-dir", str(tmp_path), "--color", "off"),
                    *("--reporters", "cli,json", "--reporter-json-export", str(report)),
                    *(
                        word
                        for name, value in variables.items()
                        for word in ("--env-var", f"{name}={value}")
                    ),
                ],
                capture_output=True,
                text=True,
                timeout=300,
            )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
    run = orjson.loads(report.read_bytes())["run"]
    assert run["failures"] == []
    answered = Counter(each["item"]["name"] for each in run["executions"] if "response" in each)
    left_out = Counter(_names(orjson.loads(COLLECTION.read_bytes()))) - answered
    # Nobody can wait for the dates of a stay to pass.
    assert left_out == Counter(["Complete a stay that is over"])


def _names(folder: Any) -> Iterator[str]:
    """Return what the requests of a folder are called, those of its folders included."""
    for each in folder["item"]:
        if "item" in each:
            yield from _names(each)
        else:
            yield each["name"]
