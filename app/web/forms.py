"""What a page's form or search holds, read by a schema, with the sentences of what is wrong."""

from typing import Any

from flask import request
from marshmallow import Schema, ValidationError

from app.core.errors import Invalid, InvalidFields
from app.core.fields import FormText

# What forms carry for the pages themselves, not for their views.
_OWN_FIELDS = {"csrf_token", "next"}
_OWN_PARAMETERS = {"page"}


def read_form(schema: Schema) -> dict[str, Any]:
    """Return what the form that was sent holds, as a schema loads it; no form has files.

    :raises InvalidFields: with the sentences of each field that is wrong.
    """
    held = {name: text for name, text in request.form.items() if name not in _OWN_FIELDS}
    # Browsers end each line by two characters, of which people have typed one.
    texts = {name: FormText(text.replace("\r\n", "\n")) for name, text in held.items()}
    return _loaded(schema, texts)


def read_search(schema: Schema) -> dict[str, Any]:
    """Return what a search asks for, as a schema loads it; what was left empty is not there.

    :raises InvalidFields: with the sentences of each parameter that is wrong.
    """
    asked = {name: text for name, text in request.args.items() if name not in _OWN_PARAMETERS}
    return _loaded(schema, {name: text for name, text in asked.items() if text.strip()})


def sentence_about(refusal: Invalid | None, field: str) -> str:
    """Return what a refusal says about a field of the form; nothing where that is not at fault."""
    if isinstance(refusal, InvalidFields):
        return " ".join(refusal.errors.get(field, []))
    return refusal.message if refusal and refusal.field == field else ""


def _loaded(schema: Schema, given: dict[str, Any]) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(given)
    except ValidationError as error:
        raise InvalidFields(_sentences(error)) from None
    return loaded


def _sentences(error: ValidationError) -> dict[str, list[str]]:
    """Return the sentences of each field; those of a list's items stand together."""
    return {str(name): list(_flat(found)) for name, found in error.messages_dict.items()}


def _flat(messages: Any) -> list[str]:
    if isinstance(messages, dict):
        return [sentence for each in messages.values() for sentence in _flat(each)]
    return [str(each) for each in messages]
