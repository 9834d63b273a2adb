"""load-reference: everything that ships, once."""

from flask import Flask

from app.support import faq_service as faq
from app.support import shipped


def test_what_ships_is_loaded_and_counted(app: Flask) -> None:
    first = app.test_cli_runner().invoke(args=["load-reference"])
    assert first.exit_code == 0, first.output
    assert "Reference data: 0 added, 0 changed, " in first.output
    assert f"Frequent questions: {len(shipped.list_questions())} added." in first.output
    again = app.test_cli_runner().invoke(args=["load-reference"])
    assert "Frequent questions: 0 added." in again.output
    assert sum(len(topic.items) for topic in faq.list_faq()) == len(shipped.list_questions())
