"""Periodic work: one broken part does not stop the others."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.core import outbox, sweeps


def test_a_round_does_every_part_though_one_fails(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def broken() -> None:
        done.append("broken")
        raise OSError("away")

    parts: dict[str, Callable[[], None]] = {
        "first": lambda: done.append("first"),
        "broken": broken,
        "last": lambda: done.append("last"),
    }
    monkeypatch.setattr(sweeps, "_sweeps", parts)
    sweeps.run()
    assert done == ["first", "broken", "last"]


def test_every_domain_has_added_its_own(app: Flask) -> None:
    assert sweeps._sweeps["outbox"] is outbox.sweep
    assert set(sweeps._sweeps) >= {"outbox", "codes", "key uses"}


def test_a_round_bears_being_run_twice(app: Flask) -> None:
    sweeps.run()
    sweeps.run()
