"""The tenant API's document names an operator's command: it works as it is printed there."""

import shlex

import pytest
from flask import Flask
from flask.cli import ScriptInfo

import manage
from tests.factories import make_account

LINE = 'python manage.py create_api_key --user you --scope RW --name "CRM sync"'


@pytest.fixture(autouse=True)
def _tests_application(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScriptInfo, "load_app", lambda _self: app)


def _run(*arguments: str) -> int | str | None:
    with pytest.raises(SystemExit) as left:
        manage.main(arguments)
    return left.value.code


@pytest.mark.both
def test_the_documents_line_makes_a_key_that_writes(capsys: pytest.CaptureFixture[str]) -> None:
    make_account("you")
    assert _run(*shlex.split(LINE)[2:]) == 0
    key = capsys.readouterr().out.strip()
    assert key.startswith("RW_")
    assert _run("list_api_keys", "--user", "you") == 0
    assert "CRM sync" in capsys.readouterr().out


def test_only_the_commands_name_is_rewritten(capsys: pytest.CaptureFixture[str]) -> None:
    make_account("under_score")
    assert _run("create-api-key", "--user", "under_score", "--name", "a_b") == 0
    assert _run("list-api-keys", "--user", "under_score") == 0
    assert "a_b" in capsys.readouterr().out


def test_a_command_that_is_not_there_is_refused() -> None:
    assert _run("make_coffee") == 2
