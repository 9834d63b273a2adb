"""Somebody who has the documents, and puts in what they leave open."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

_SHORT = {"--request": "-X", "--header": "-H"}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Any

    @property
    def data(self) -> Any:
        """What an answer in the envelope is about."""
        return self.body["data"]


def agrees(documented: Any, found: Any) -> bool:
    """Tell whether an answer has everything that the document shows, if with other values.

    Every documented member is there and of the documented type, and each documented element of
    an array agrees with one that came. Null stands for what the document leaves open.
    """
    match documented:
        case None:
            return True
        case dict():
            return isinstance(found, dict) and all(
                name in found and agrees(value, found[name]) for name, value in documented.items()
            )
        case list():
            return isinstance(found, list) and all(
                any(agrees(each, one) for one in found) for each in documented
            )
    return type(documented) is type(found)


class Stranger:
    """Sends what the documents show, with words of it put in: `$HOST`, `12345`, `R_...`."""

    def __init__(self, folder: Path, host: str) -> None:
        self._folder = folder
        self._puts = {"$HOST": host}
        self.token = ""

    def send(self, request: str, body: Any = None, **form: str) -> Answer:
        """Send a request of the marketplace document: `send("POST /api/auth/mode/", {...})`.

        Fields of a form that begin with `@` are files.
        """
        method, path = request.split()
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = requests.request(
            method,
            self._puts["$HOST"] + path,
            headers=headers,
            json=body,
            files=[self._field(f"{name}={value}") for name, value in form.items()] or None,
            timeout=60,
        )
        return _read(answer)

    def put(self, word: str, value: str) -> None:
        """Put `value` in wherever a line has `word`, from now on."""
        self._puts[word] = value

    def log_in(self, email: str, password: str) -> Answer:
        """Log in; later requests carry the token."""
        self.token = ""
        answer = self.send("POST /api/auth/login/", {"email": email, "password": password})
        self.token = answer.data["access"]
        return answer

    def curl(self, line: str) -> Answer:
        """Do what a `curl` line does."""
        for word in sorted(self._puts, key=len, reverse=True):
            line = line.replace(word, self._puts[word])
        method, url, data = "", "", None
        headers: dict[str, str] = {}
        fields: list[tuple[str, Any]] = []
        words = iter(shlex.split(line.replace("\\\n", " "))[1:])
        for word in words:
            match _SHORT.get(word, word):
                case "-s":
                    continue
                case "-X":
                    method = next(words)
                case "-H":
                    name, _, value = next(words).partition(": ")
                    headers[name] = value
                case "-d":
                    data = next(words).encode()
                case "-F":
                    fields.append(self._field(next(words)))
                case "--url":
                    url = next(words)
                case _:
                    url = word
        method = method or ("POST" if data or fields else "GET")
        answer = requests.request(
            method, url, headers=headers, data=data, files=fields or None, timeout=60
        )
        return _read(answer)

    def _field(self, text: str) -> tuple[str, Any]:
        name, _, value = text.partition("=")
        if not value.startswith("@"):
            return name, (None, value)
        path = self._folder / Path(value[1:]).name
        return name, (path.name, path.read_bytes())


def _read(answer: requests.Response) -> Answer:
    return Answer(answer.status_code, answer.json() if answer.content else None)
