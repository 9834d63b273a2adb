"""How commands fail: a domain's refusal is a sentence on stderr and exit status 1."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from app.core.errors import DomainError, InvalidFields

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

    return guarded
