"""What tests of adapters share."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask

from app.adapters import fetch as fetch_module
from app.adapters.connections import Socket
from tests.adapters.internet import Internet


@pytest.fixture
def internet(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """An internet of the test's own."""
    with ExitStack() as stack:
        made = Internet(stack)
        monkeypatch.setattr(fetch_module, "look_up", made.look_up)
        monkeypatch.setattr(Socket, "connect", lambda sock, address: made.dial(sock, address))
        yield made
