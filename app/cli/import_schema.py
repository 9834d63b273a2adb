"""What the import takes: the tenant API's write fields and those of stays, out of cells.

Cells are text that people wrote, so these fields first read what a cell means; the rules that
follow are those of `app.core.fields`, as everywhere. A partial schema: which fields a listing
must have depends on whether it exists already, and that is the catalogue's to know.
"""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

from marshmallow import Schema, ValidationError, missing
from marshmallow.fields import Field

from app.catalogue.enums import Availability, Furnishing, ListingType, PublishStatus, StayType
from app.catalogue.imports.cells import currency_marks, list_items, nights, plain_number
from app.catalogue.limits import (
    DESCRIPTION_CHARS,
    EXTERNAL_ID_CHARS,
    MAX_AMENITIES,
    MAX_COUNT,
    MAX_NIGHTS,
    PLACE_CHARS,
    TITLE_CHARS,
    YOUTUBE_ID_CHARS,
)
from app.catalogue.nights import MAX_NIGHTS_AHEAD
from app.core.fields import (
    MAX_MONEY,
    NOT_A_LIST,
    NOT_A_NUMBER,
    NOT_A_STRING,
    NOT_AN_INTEGER,
    REQUIRED,
    Choice,
    CleanStr,
    FixedDecimal,
    Items,
    Money,
    StrictInt,
)

NOT_WHOLE = "Not a whole number."
NAME_CHARS = 100
# A calendar goes two years ahead; files may also tell of the past.
MAX_TAKEN = 2 * MAX_NIGHTS_AHEAD
_LONGEST_DIGITS = 12


class CellInt(StrictInt):
    """A whole number, also written "2.0" or "1,000"; a fraction is refused, never rounded."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        text = plain_number(value) if isinstance(value, str) else None
        whole, _, fraction = (text or "").partition(".")
        if not whole or len(whole) > _LONGEST_DIGITS:
            raise ValidationError(NOT_AN_INTEGER)
        if fraction.strip("0"):
            raise ValidationError(NOT_WHOLE)
        return int(whole)


class CellDecimal(FixedDecimal):
    """A number, also with its thousands grouped."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        return super()._deserialize(_number(value), attr, data, **kwargs)


class CellMoney(Money):
    """A price as people write it: "$1,234.00", "KSh 350 000 000"."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        schema = cast("ImportRowSchema", self.parent)
        return super()._deserialize(_number(value, schema.price_marks), attr, data, **kwargs)


class CellChoice(Choice):
    """A word of an enumeration, in any case."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> StrEnum:
        text = value.strip().lower() if isinstance(value, str) else value
        return super()._deserialize(text, attr, data, **kwargs)


class CellNames(Items):
    """Names in a JSON list, or parted by commas, semicolons or pipes."""

    def __init__(self, *, maximum: int, **kwargs: Any) -> None:
        super().__init__(CleanStr(max_length=NAME_CHARS), maximum=maximum, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        items = list_items(value)
        if items is None:
            raise ValidationError(NOT_A_LIST)
        # Names are only looked up, so no more is asked of them.
        if not all(isinstance(item, str) for item in items):
            raise ValidationError(NOT_A_STRING)
        return items


class CellNights(Field[list[date]]):
    """Nights that are taken elsewhere: dates, and periods whose end is no part of them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[date]:
        try:
            return nights(value, MAX_TAKEN)
        except ValueError as error:
            raise ValidationError(str(error)) from None


def _number(value: object, marks: Collection[str] = ()) -> str:
    text = plain_number(value, marks) if isinstance(value, str) else None
    if text is None:
        raise ValidationError(NOT_A_NUMBER)
    return text


def _needed_text(**kwargs: Any) -> CleanStr:
    return CleanStr(required=True, blank=False, error_messages={"null": REQUIRED}, **kwargs)


def _text(max_length: int, **kwargs: Any) -> CleanStr:
    return CleanStr(max_length=max_length, load_default="", **kwargs)


def _name(**kwargs: Any) -> CleanStr:
    return CleanStr(max_length=NAME_CHARS, blank=False, allow_none=True, **kwargs)


def _count(minimum: int, maximum: int = MAX_COUNT) -> CellInt:
    return CellInt(minimum=minimum, maximum=maximum, allow_none=True)


def _size() -> CellDecimal:
    return CellDecimal(places=2, minimum=Decimal(0), maximum=MAX_MONEY, allow_none=True)


def _degrees(limit: int) -> CellDecimal:
    bound = Decimal(limit)
    return CellDecimal(places=6, minimum=-bound, maximum=bound, rounds=True, allow_none=True)


class ImportRowSchema(Schema):
    """One row. None stands for a missing cell; a field that is absent is not the row's to say."""

    external_id = CleanStr(max_length=EXTERNAL_ID_CHARS, blank=False, allow_none=True)
    listing_type = CellChoice(ListingType)
    publish_status = CellChoice(PublishStatus)
    availability = CellChoice(Availability)
    title = _needed_text(max_length=TITLE_CHARS)
    description = _text(DESCRIPTION_CHARS, trim=False)
    price = CellMoney(allow_none=True)
    currency = _needed_text(max_length=NAME_CHARS)
    property_type = _needed_text(max_length=NAME_CHARS)
    district = _name()
    location = _text(PLACE_CHARS)
    latitude = _degrees(90)
    longitude = _degrees(180)
    bedrooms = _count(0)
    bathrooms = _count(0)
    floor_size = _size()
    plot_size = _size()
    plot_size_unit = _name()
    tenure = _name()
    furnished = CellChoice(Furnishing)
    youtube_video_id = _text(YOUTUBE_ID_CHARS)
    amenities = CellNames(maximum=MAX_AMENITIES, load_default=list)

    address = _text(PLACE_CHARS)
    city = _text(PLACE_CHARS)
    country = _text(PLACE_CHARS)
    category = _name()
    stay_type = CellChoice(StayType, allow_none=True)
    max_guests = _count(1)
    standard_guests = _count(1)
    min_nights = _count(1, MAX_NIGHTS)
    max_nights = _count(1, MAX_NIGHTS)
    taken = CellNights(load_default=list)

    def __init__(self, currency_words: Collection[str] = ()) -> None:
        super().__init__()
        self.price_marks = currency_marks(currency_words)

    def read(self, cells: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
        """Return the values of a row's cells, and sentences for those that have none.

        It is `load` without what only bodies need, in half the time.
        """
        values: dict[str, Any] = {}
        errors: dict[str, list[str]] = {}
        for name, cell in cells.items():
            field = self.fields[name]
            try:
                if cell is not None or field.required or field.allow_none:
                    values[name] = field.deserialize(cell)
                elif field.load_default is not missing:
                    default = field.load_default
                    values[name] = default() if callable(default) else default
            except ValidationError as error:
                errors[name] = cast("list[str]", error.messages)
        return values, errors


FIELDS = tuple(ImportRowSchema().fields)
