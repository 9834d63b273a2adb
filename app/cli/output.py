"""How commands fail: a domain's refusal is a sentence on stderr and exit status 1."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
import structlog

from app.core import health
from app.core.errors import DomainError, InvalidFields

DATABASE_FAILED = "The database failed; `flask --app wsgi doctor` tells more."

log = structlog.get_logger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


def refusals_as_sentences(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a domain's refusal into click's way to fail."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except InvalidFields as error:
            sentences = [f"{name}: {' '.join(found)}" for name, found in error.errors.items()]
            raise click.ClickException("; ".join(sentences)) from error
        except DomainError as error:
            raise click.ClickException(error.message) from error
        except Exception as error:
            if not health.is_database_error(error):
                raise
            log.error("database failed", exc_info=error)
            raise click.ClickException(DATABASE_FAILED) from error

    return guarded


def printable(text: str) -> str:
    """Return somebody's text as one line that cannot steer a terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
