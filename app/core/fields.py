"""Marshmallow fields that refuse what Marshmallow lets pass.

Its own ones turn 1.9 into 1, round "1.999", take "yes" for true and keep NUL bytes. These take
exactly what the contract says and answer with one plain sentence. Fields whose name begins
with `Query` read the text of a query parameter; the others read JSON.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from app.core.text import shows_nothing

REQUIRED = "This field is required."
NULL = "This field may not be null."
BLANK = "This field may not be blank."
UNKNOWN = "Unknown field."
NOT_A_STRING = "Not a valid string."
NOT_A_LINE = "Line breaks and control characters are not allowed."
NOT_AN_INTEGER = "A valid integer is required."
NOT_A_BOOLEAN = "Must be a valid boolean."
NOT_A_NUMBER = "A valid number is required."
NOT_A_LIST = "Expected a list of items."
NOT_A_FILE = "The submitted data was not a file."
ONE_FILE = "Send one file."
EMPTY_FILE = "The submitted file is empty."
NOT_A_UUID = "Must be a valid UUID."
NOT_A_DATE = "Must be a date, such as 2026-09-01."
NOT_A_SLUG = "Use lower-case letters, digits and single hyphens, such as beach-villa."
NOT_A_TIME = "Must be a time of day, such as 14:00."
NOT_AN_INSTANT = "Must be an ISO 8601 date and time, such as 2026-06-01T00:00:00Z."

# Stands in a written listing where the media address goes. A raw control byte cannot occur in
# JSON, whose writers escape it, so no text of an owner's can look like it.
MEDIA_MARK = b"\x01"

MAX_MONEY = Decimal("99999999999999.99")
MAX_INT = 2**31 - 1

# Control characters, other ends of lines, and what turns around the direction of text beside it.
_NOT_ON_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_INTEGER = re.compile(r"[+-]?[0-9]{1,12}", re.ASCII)
_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
_TIME = re.compile(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", re.ASCII)
_MAX_DIGITS = 20
_DECIMAL = re.compile(rf"[+-]?[0-9]{{1,{_MAX_DIGITS}}}(\.[0-9]{{1,{_MAX_DIGITS}}})?", re.ASCII)

for _field_class in (fields.Field, fields.String, fields.Integer, fields.List, fields.Boolean):
    _field_class.default_error_messages = _field_class.default_error_messages | {
        "required": REQUIRED,
        "null": NULL,
    }


class FormText(str):
    """The text of a form's field, where everything is text."""


class StrictSchema(Schema):
    """A schema of something that comes in: names that it does not know are errors."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": UNKNOWN, "type": "Expected an object."}


def clean_text(value: object) -> str:
    """Return `value` if it is text that any database can keep.

    :raises ValidationError: for another type, a NUL byte or an unpaired surrogate.
    """
    if not isinstance(value, str):
        raise ValidationError(NOT_A_STRING)
    if "\0" in value:
        raise ValidationError("Null characters are not allowed.")
    if _SURROGATE.search(value):
        raise ValidationError("Unpaired surrogates are not allowed.")
    return value


class CleanStr(fields.String):
    """Text of at most `max_length` characters, without NUL bytes and unpaired surrogates.

    `trim` drops white space at both ends, as for anything that stands on one line; `blank`
    says whether nothing may remain, or nothing that can be seen.
    """

    default_error_messages = {"blank": BLANK}

    def __init__(
        self, *, max_length: int, trim: bool = True, blank: bool = True, **kwargs: Any
    ) -> None:
        self.max_length = max_length
        self.trim = trim
        self.blank = blank
        lengths = validate.Length(
            min=None if blank else 1,
            max=max_length,
            error=f"Ensure this field has no more than {max_length} characters.",
        )
        super().__init__(validate=lengths, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = clean_text(value)
        if self.trim:
            text = text.strip()
        if not self.blank and (shows_nothing(text) if self.trim else not text):
            raise self.make_error("blank")
        return text


class LineStr(CleanStr):
    """Text that stands on one line, such as a title or a name: no control characters in it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if _NOT_ON_A_LINE.search(text):
            raise ValidationError(NOT_A_LINE)
        return text


class Slug(CleanStr):
    """A word of at most `max_length` characters that fits into an address."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        metadata = {"pattern": rf"^{_SLUG}$", **kwargs.pop("metadata", {})}
        super().__init__(max_length=max_length, blank=False, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch(_SLUG, text):
            raise ValidationError(NOT_A_SLUG)
        return text


class StrictInt(fields.Integer):
    """A JSON integer between `minimum` and `maximum`: no booleans, fractions or strings."""

    def __init__(self, *, minimum: int = 0, maximum: int = MAX_INT, **kwargs: Any) -> None:
        super().__init__(validate=_bounds(minimum, maximum), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError(NOT_AN_INTEGER)
        return value


class StrictBool(fields.Boolean):
    """A JSON boolean, or in a form its word: `true`, `false`, `1` or `0`."""

    WORDS = {"true": True, "1": True, "false": False, "0": False}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if isinstance(value, FormText):
            value = self.WORDS.get(value.strip().lower())
        if not isinstance(value, bool):
            raise ValidationError(NOT_A_BOOLEAN)
        return value


class FixedDecimal(fields.Decimal):
    """A number with at most `places` decimals: a string of digits, or a JSON number.

    Answers show it as a string with exactly that many places. With `rounds`, further places
    of the input are rounded away instead of refused.
    """

    def __init__(
        self,
        *,
        places: int,
        minimum: Decimal,
        maximum: Decimal,
        rounds: bool = False,
        **kwargs: Any,
    ) -> None:
        self.fixed_places = places
        self.rounds = rounds
        self._check_bounds = _bounds(minimum, maximum)
        decimals = _MAX_DIGITS if rounds else places
        sign = "[+-]?" if minimum < 0 else r"\+?"
        digits = len(str(int(maximum)))
        # OpenAPI holds the bounds against numbers alone; of a string it knows the shape.
        metadata = {
            "type": ["string", "number"],
            "pattern": rf"^{sign}[0-9]{{1,{digits}}}(\.[0-9]{{1,{decimals}}})?$",
            "minimum": float(minimum),
            "maximum": float(maximum),
            **kwargs.pop("metadata", {}),
        }
        super().__init__(as_string=True, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValidationError(NOT_A_NUMBER)
        # The repr of a float is the shortest text that gives it back: what the client wrote.
        number = Decimal(repr(value)) if isinstance(value, int | float) else _decimal(value)
        self._check_bounds(number)
        if number != round(number, self.fixed_places):
            if not self.rounds:
                raise ValidationError(
                    f"Ensure that there are no more than {self.fixed_places} decimal places."
                )
            number = round(number, self.fixed_places)
        return number + 0  # a negative zero is just zero

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{value:.{self.fixed_places}f}"


class ShownDecimal(fields.String):
    """A decimal in an answer: a string with exactly `places` places."""

    def __init__(self, *, places: int, **kwargs: Any) -> None:
        self.shape = f".{places}f"
        super().__init__(metadata={"pattern": rf"^-?\d+\.\d{{{places}}}$"}, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else format(value, self.shape)


class Money(FixedDecimal):
    """An amount of money, two places, not negative."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(places=2, minimum=Decimal(0), maximum=MAX_MONEY, **kwargs)


class Choice(fields.String):
    """One word of an enumeration. Loads to the enumeration's member."""

    def __init__(
        self, words: type[StrEnum], *, only: Iterable[StrEnum] = (), **kwargs: Any
    ) -> None:
        self.words = words
        self.only = tuple(only) or tuple(words)
        metadata = {"enum": [str(word) for word in self.only], **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> StrEnum:
        text = clean_text(value)
        for word in self.only:
            if text == word:
                return word
        raise ValidationError(f'"{text[:50]}" is not a valid choice.')


class Items(fields.List[Any]):
    """A JSON list of at most `maximum` items."""

    def __init__(self, inner: fields.Field[Any], *, maximum: int, **kwargs: Any) -> None:
        limit = validate.Length(
            max=maximum, error=f"Ensure there are no more than {maximum} items."
        )
        super().__init__(inner, validate=limit, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValidationError(NOT_A_LIST)
        return super()._deserialize(value, attr, data, **kwargs)


class StrictDate(fields.Date):
    """A date as `YYYY-MM-DD`, and in no other spelling that ISO 8601 knows."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        text = clean_text(value)
        try:
            if _DATE.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise ValidationError(NOT_A_DATE)


class UploadedFile(fields.Raw):
    """The one file of a form's field, at most `max_bytes` long. Loads to its bytes.

    `metadata` may describe what it must be; its type is for others to find from the bytes.
    """

    def __init__(self, *, max_bytes: int, **kwargs: Any) -> None:
        self.max_bytes = max_bytes
        metadata = {"type": "string", "format": "binary", **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bytes:
        if isinstance(value, list):
            raise ValidationError(ONE_FILE)
        if not hasattr(value, "stream"):
            raise ValidationError(NOT_A_FILE)
        # One byte more than may come is enough to see that it is too much.
        content: bytes = value.stream.read(self.max_bytes + 1)
        if not content:
            raise ValidationError(EMPTY_FILE)
        if len(content) > self.max_bytes:
            raise ValidationError(f"The file is larger than {self.max_bytes // 1024**2} MB.")
        return content


class StrictTime(fields.String):
    """A time of day as `HH:MM`."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"pattern": _TIME.pattern, **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = clean_text(value)
        if not _TIME.fullmatch(text):
            raise ValidationError(NOT_A_TIME)
        return time.fromisoformat(text)


class StrictUuid(fields.UUID):
    """A UUID, written as the API writes it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> UUID:
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            raise ValidationError(NOT_A_UUID)
        return UUID(value)


class NamedFile(NamedTuple):
    """A file of a form: what its sender calls it, and its bytes."""

    name: str
    content: bytes


class UploadedFiles(fields.Raw):
    """The files of a form's field, at most `maximum`. Loads to them in their order.

    Of a file that is longer than `max_bytes` one byte more than that is read.
    """

    def __init__(self, *, max_bytes: int, maximum: int, **kwargs: Any) -> None:
        self.max_bytes = max_bytes
        self.maximum = maximum
        metadata = {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "minItems": 1,
            "maxItems": maximum,
            **kwargs.pop("metadata", {}),
        }
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> list[NamedFile]:
        files = value if isinstance(value, list) else [value]
        if not all(hasattr(file, "stream") for file in files):
            raise ValidationError(NOT_A_FILE)
        if len(files) > self.maximum:
            raise ValidationError(f"Send at most {self.maximum} files at once.")
        return [
            NamedFile(file.filename or "", file.stream.read(self.max_bytes + 1)) for file in files
        ]


class ReferredId(fields.String):
    """The id of something that a body refers to. Loads to a UUID.

    What is text and no UUID loads to None: nothing has such an id, as with one in a path.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"format": "uuid", **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = clean_text(value)
        return UUID(text) if _UUID.fullmatch(text) else None


class ShownInstant(fields.DateTime):
    """An instant in an answer: ISO 8601, UTC, to the second, with `Z`."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.strftime("%Y-%m-%dT%H:%M:%SZ")


class MediaUrl(fields.String):
    """The address of an image file, written with the mark that answers replace by the base."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        # A fragment is written as it is: as plain text the mark would come out escaped.
        return orjson.Fragment(b'"' + MEDIA_MARK + b"/" + str(value).encode() + b'"')


# ── query parameters ────────────────────────────────────────────────────────────────────────


class QueryInt(StrictInt):
    """An integer in a query parameter."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, str) or not _INTEGER.fullmatch(value):
            raise ValidationError(NOT_AN_INTEGER)
        return int(value)


class QueryBool(StrictBool):
    """A boolean's word in a query parameter, as `StrictBool` reads it in a form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        return super()._deserialize(FormText(clean_text(value)), attr, data, **kwargs)


class QueryUuid(StrictUuid):
    """A UUID in a query parameter."""


class QueryList(fields.List[Any]):
    """Several values of one query parameter: with commas between them, or as many parameters."""

    def __init__(self, inner: fields.Field[Any], *, maximum: int, **kwargs: Any) -> None:
        limit = validate.Length(
            max=maximum, error=f"Ensure there are no more than {maximum} items."
        )
        super().__init__(inner, validate=limit, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        given = value if isinstance(value, list) else [value]
        parts = [part.strip() for each in given for part in clean_text(each).split(",")]
        return super()._deserialize([part for part in parts if part], attr, data, **kwargs)


class QueryInstant(fields.DateTime):
    """An ISO 8601 instant in a query parameter, with any offset; without one it is UTC.

    Fractions are cut off: what it is compared with was shown to the second.
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        # A plus sign that was not escaped arrives as a blank; it can only be the offset's.
        text = re.sub(r" (?=\d\d:?(\d\d)?$)", "+", clean_text(value).strip())
        try:
            instant = datetime.fromisoformat(text)
            aware = instant.replace(tzinfo=instant.tzinfo or UTC, microsecond=0)
            return aware.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(NOT_AN_INSTANT) from None


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ValidationError(NOT_A_NUMBER)
    return Decimal(text)


def _bounds(minimum: int | Decimal, maximum: int | Decimal) -> validate.Range:
    return validate.Range(
        min=minimum,
        max=maximum,
        error="Ensure this value is between {min} and {max}.",
    )
