"""A visitor of the pages, who fills in the forms that are there."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_TAG = re.compile(r"<[^>]+>")


class Visitor:
    """Somebody with cookies. `open` and `send` return the answer; `text` is what it says."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._token = ""

    def open(self, path: str) -> Any:
        return self._note(self._client.get(path))

    def send(self, path: str, *, headers: Any = None, **fields: Any) -> Any:
        """Send a form with the token of the page that was opened last."""
        data = {"csrf_token": self._token, **fields}
        return self._note(self._client.post(path, data=data, headers=headers))

    def sign_in(self, email: str, password: str, **fields: str) -> Any:
        self.open("/users/sign-in/")
        return self.send("/users/sign-in/", email=email, password=password, **fields)

    def _note(self, response: Any) -> Any:
        found = response.mimetype == "text/html" and _TOKEN.search(response.text)
        if found:
            self._token = found[1]
        return response


def text_of(response: Any) -> str:
    """Return the words of a page, as somebody reads them."""
    text = response.text.replace("<wbr>", "")
    return " ".join(unescape(_TAG.sub(" ", text)).split())
