"""What lists of stays, and the calendar of one, are asked for."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, post_load

from app.api.marketplace.paging import PageQuerySchema
from app.catalogue.browse import BrowseOrder
from app.catalogue.enums import StayType
from app.catalogue.limits import MAX_AMENITIES, MAX_COUNT, PLACE_CHARS
from app.core.fields import (
    Choice,
    CleanStr,
    FixedDecimal,
    Money,
    QueryInt,
    QueryList,
    StrictDate,
    StrictSchema,
)

MAX_SEARCH_CHARS = 200
SLUG_CHARS = 100
MAX_RADIUS_KM = 500


def _degrees(limit: int, description: str) -> FixedDecimal:
    bound = Decimal(limit)
    return FixedDecimal(
        required=True,
        places=6,
        minimum=-bound,
        maximum=bound,
        rounds=True,
        metadata={"description": description},
    )


class StayFilterSchema(PageQuerySchema):
    """The filters of every list of stays. All of them combine."""

    category = CleanStr(
        max_length=SLUG_CHARS,
        metadata={"description": "Category slug; those below it are included."},
    )
    min_price = Money(
        metadata={"description": "Minimum price per night, in the listing's own currency."}
    )
    max_price = Money(
        metadata={"description": "Maximum price per night, in the listing's own currency."}
    )
    guests = QueryInt(
        minimum=1, maximum=MAX_COUNT, metadata={"description": "Minimum guest capacity."}
    )
    stay_type = Choice(
        StayType,
        metadata={"description": "`short_stay` and `long_stay` find `both` as well."},
    )
    check_in = StrictDate(metadata={"description": "Goes together with `check_out`."})
    check_out = StrictDate(
        metadata={"description": "The day of leaving: its own night need not be free."}
    )
    city = CleanStr(
        max_length=PLACE_CHARS,
        metadata={"description": "The whole name, whatever its case, accents and punctuation."},
    )
    bedrooms = QueryInt(
        minimum=0, maximum=MAX_COUNT, metadata={"description": "Minimum number of bedrooms."}
    )
    amenities = QueryList(
        CleanStr(max_length=SLUG_CHARS),
        maximum=MAX_AMENITIES,
        metadata={"description": "Amenity slugs: listings that have all of them."},
    )
    search = CleanStr(
        max_length=MAX_SEARCH_CHARS,
        metadata={"description": "Words in any order, over title, description, address and city."},
    )

    @post_load
    def _freeze(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        return data | {"amenities": tuple(sorted(set(data.get("amenities", ()))))}


class BrowseQuerySchema(StayFilterSchema):
    """What the list of stays is asked for."""

    ordering = Choice(
        BrowseOrder,
        load_default=BrowseOrder.NEWEST,
        metadata={"description": "What comes first: `-price` is the dearest."},
    )


class NearbyQuerySchema(StayFilterSchema):
    """Where the list of stays near a place looks. It has one order: the nearest first."""

    lat = _degrees(90, "The latitude of the place, in degrees.")
    lng = _degrees(180, "The longitude of the place, in degrees.")
    radius = FixedDecimal(
        places=3,
        minimum=Decimal(0),
        maximum=Decimal(MAX_RADIUS_KM),
        rounds=True,
        load_default=Decimal(10),
        metadata={"description": "In kilometres; at most 500."},
    )


class CalendarQuerySchema(StrictSchema):
    """Which nights to tell of: those of `[from, to)`."""

    first = StrictDate(data_key="from", metadata={"description": "Today by default."})
    end = StrictDate(
        data_key="to",
        metadata={
            "description": "Exclusive; 90 nights after `from` by default, at most 370.",
            "example": "2026-10-01",
        },
    )


class NightSchema(Schema):
    """A night, by the date that it begins on; an available one can be booked."""

    date = fields.Date(required=True)
    state = fields.String(required=True, metadata={"enum": ["available", "unavailable"]})


class CalendarSchema(Schema):
    """The nights of a listing, in order."""

    nights = fields.List(fields.Nested(NightSchema), required=True)
