"""Making accounts and keys by hand is written down, without an actor."""

from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.cli import accounts
from app.core.db import session
from tests.factories import make_account

pytestmark = pytest.mark.both


def _run(app: Flask, *args: str, stdin: str = "") -> str:
    result = app.test_cli_runner().invoke(args=args, input=stdin)
    assert result.exit_code == 0, result.output
    return result.stdout


def _entries() -> list[tuple[int | None, str]]:
    session.rollback()
    rows = session.execute(select(AuditEntry.actor_id, AuditEntry.action).order_by(AuditEntry.id))
    return [(actor, action) for actor, action in rows]


def test_an_account_that_is_made_is_in_the_log(app: Flask) -> None:
    _run(app, "create-account", "--email", "you@example.com", "--tier", "pro")
    assert _entries() == [(None, "account.created")]


def test_an_admin_that_is_made_or_promoted_is_in_the_log(app: Flask) -> None:
    args = ("create-admin", "--email", "boss@example.com", "--password-stdin")
    assert "made" in _run(app, *args, stdin="correct horse\n")
    assert "promoted" in _run(app, *args, stdin="correct horse two\n")
    assert _entries() == [(None, "account.created"), (None, "account.promoted")]


def test_a_person_at_a_terminal_is_asked_for_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(accounts, "getpass", lambda prompt: asked.append(prompt) or "a secret")
    assert accounts._password(True) == "a secret"
    assert asked == ["Password: "]


def test_a_key_that_is_made_or_revoked_is_in_the_log(app: Flask) -> None:
    make_account("you")
    key = _run(app, "create-api-key", "--user", "you", "--scope", "RW").strip()
    assert key.startswith("RW_")
    for _ in range(2):
        assert "is revoked" in _run(app, "revoke-api-key", key)
    assert _entries() == [(None, "api_key.issued"), (None, "api_key.revoked")]


def test_what_is_refused_is_a_sentence_and_not_in_the_log(app: Flask) -> None:
    for args in (["create-api-key", "--user", "nobody"], ["revoke-api-key", "R_nobody"]):
        result = app.test_cli_runner().invoke(args=args)
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: There is no")
    assert _entries() == []
