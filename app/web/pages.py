"""What all pages share: their frame, their headers, their forms and their failures."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from marshmallow import ValidationError

from app.accounts.caller import Caller
from app.api.conditional import base_url
from app.api.problems import Problem
from app.core.errors import Forbidden, Invalid
from app.core.fields import clean_text
from app.web import assets, forms

View = Callable[..., Any]

STALE_FORM = "This form has expired, or was not sent by this site. Please reload the page."
# Of a form's text, before the services say what they take.
MAX_TEXT_CHARS = 20_000
# A picture may come from wherever the public files are.
_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: {media}; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

# Words that are names, and written in their own way.
_NAMES = {"ios": "iOS"}

_csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    # The APIs have no cookies, so nothing can be forged there; pages call `protect` themselves.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    _csrf.init_app(app)
    app.jinja_env.globals["asset"] = assets.address
    app.jinja_env.globals["sentence_about"] = forms.sentence_about
    app.jinja_env.filters["words"] = in_words


def page_blueprint(name: str, prefix: str) -> Blueprint:
    """Return a blueprint of pages: every form is checked, every answer has their headers."""
    blp = Blueprint(
        name, __name__, url_prefix=prefix, static_folder=None, template_folder="templates"
    )
    blp.before_request(_refuse_forgery)
    blp.after_request(_harden)
    return blp


def show(template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page; templates find the signed-in `caller` among its values, where there is one."""
    return make_response(render_template(template, **{"given": {}, **values}), status)


def write_problem(problem: Problem, caller: Caller | None, **frame: Any) -> Response:
    """Write a failure as a page, with what `caller` may do from there; `frame` is the layout and
    what it needs."""
    sentences = [each for found in problem.fields.values() for each in found]
    response = show(
        "problem.html",
        status=problem.status,
        code=problem.status,
        title=HTTPStatus(problem.status).phrase,
        sentences=sentences or [problem.message],
        caller=caller,
        **{"layout": "base.html", **frame},
    )
    response.headers.update(problem.headers)
    return _harden(response)


def in_words(word: str) -> str:
    """Return a word of an enumeration as people write it."""
    if word in _NAMES:
        return _NAMES[word]
    return word.replace("_", " ").capitalize()


def given() -> dict[str, str]:
    """Return what the form held, for showing it again beside a refusal."""
    return request.form.to_dict()


def form_text(name: str, *, trim: bool = True) -> str:
    """Return what a form's field holds; an absent one is empty.

    :raises Invalid: on the field, when no database could keep it.
    """
    try:
        text = clean_text(request.form.get(name, ""))
    except ValidationError as error:
        raise Invalid(str(error.messages[0]), name) from None
    if len(text) > MAX_TEXT_CHARS:
        raise Invalid(f"Ensure this field has no more than {MAX_TEXT_CHARS} characters.", name)
    return text.strip() if trim else text


def form_lines(name: str) -> list[str]:
    """Return the lines of a form's field that are not empty."""
    return lines_of(form_text(name))


def lines_of(text: str) -> list[str]:
    """Return the lines of a text that are not empty."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _refuse_forgery() -> None:
    if request.method in _SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != base_url():
        raise Forbidden(STALE_FORM)
    try:
        _csrf.protect()
    except CSRFError:
        raise Forbidden(STALE_FORM) from None


def _harden(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _CSP.format(media=base_url()))
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    # What is private must not come back by the browser's button after signing out.
    response.headers.setdefault("Cache-Control", "no-store")
    return response
