"""The feed as a competent user of FastAPI, pydantic 2 and async SQLAlchemy writes it.

The same tables and the same answers as the other servers of this bench: joined loads for what
is one, select-in loads for what is many, keyset pages, models dumped by pydantic's own writer.
"""

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import redis.asyncio
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, PlainSerializer
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    String,
    Table,
    TypeDecorator,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
)

PAGE_SIZE = 50
LIMIT = 1_000_000_000

engine = create_async_engine(os.environ["RIVAL_ASYNC_DATABASE_URL"], pool_size=10)
sessions = async_sessionmaker(engine, expire_on_commit=False)
counters = redis.asyncio.Redis.from_url(os.environ["RIVAL_REDIS_URL"])


# ── tables ──────────────────────────────────────────────────────────────────────────────────


class FixedPoint(TypeDecorator):
    """A decimal, kept as an integer of its smallest unit."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value, dialect):
        return None if value is None else int(Decimal(value).scaleb(self.places))

    def process_result_value(self, value, dialect):
        return None if value is None else Decimal(value).scaleb(-self.places)


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True), str: String}


class AccountRow(Base):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    disabled_at: Mapped[datetime | None]


class ApiKeyRow(Base):
    __tablename__ = "api_key"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey(AccountRow.id))
    digest: Mapped[bytes]
    revoked_at: Mapped[datetime | None]


class _Named:
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]


class RegionRow(_Named, Base):
    __tablename__ = "region"


class DistrictRow(_Named, Base):
    __tablename__ = "district"
    region_id: Mapped[int] = mapped_column(ForeignKey(RegionRow.id))
    region: Mapped[RegionRow] = relationship()


class PropertyTypeRow(_Named, Base):
    __tablename__ = "property_type"


class TenureRow(_Named, Base):
    __tablename__ = "tenure"


class PlotSizeUnitRow(_Named, Base):
    __tablename__ = "plot_size_unit"


class AmenityRow(_Named, Base):
    __tablename__ = "amenity"
    icon: Mapped[str]


class CurrencyRow(Base):
    __tablename__ = "currency"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    symbol: Mapped[str]


listing_amenity = Table(
    "listing_amenity",
    Base.metadata,
    Column("listing_id", ForeignKey("listing.id"), primary_key=True),
    Column("amenity_id", ForeignKey("amenity.id"), primary_key=True),
)


class ImageRow(Base):
    __tablename__ = "listing_image"
    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    status: Mapped[str]
    position: Mapped[int]
    is_main: Mapped[bool]
    alt: Mapped[str]
    path: Mapped[str]
    width: Mapped[int | None]
    height: Mapped[int | None]
    variants: Mapped[list[Any]] = mapped_column(JSON)
    blurhash: Mapped[str]


class ListingRow(Base):
    __tablename__ = "listing"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int]
    external_id: Mapped[str | None]
    listing_type: Mapped[str]
    publish_status: Mapped[str]
    availability: Mapped[str]
    title: Mapped[str]
    description: Mapped[str]
    price: Mapped[Decimal | None] = mapped_column(FixedPoint(2))
    currency_id: Mapped[int] = mapped_column(ForeignKey(CurrencyRow.id))
    property_type_id: Mapped[int] = mapped_column(ForeignKey(PropertyTypeRow.id))
    district_id: Mapped[int | None] = mapped_column(ForeignKey(DistrictRow.id))
    location: Mapped[str]
    city: Mapped[str]
    latitude: Mapped[Decimal | None] = mapped_column(FixedPoint(6))
    longitude: Mapped[Decimal | None] = mapped_column(FixedPoint(6))
    bedrooms: Mapped[int | None]
    bathrooms: Mapped[int | None]
    floor_size: Mapped[Decimal | None] = mapped_column(FixedPoint(2))
    plot_size: Mapped[Decimal | None] = mapped_column(FixedPoint(2))
    plot_size_unit_id: Mapped[int | None] = mapped_column(ForeignKey(PlotSizeUnitRow.id))
    tenure_id: Mapped[int | None] = mapped_column(ForeignKey(TenureRow.id))
    furnished: Mapped[str]
    youtube_video_id: Mapped[str]
    is_verified: Mapped[bool]
    is_sponsored: Mapped[bool]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    currency: Mapped[CurrencyRow] = relationship()
    property_type: Mapped[PropertyTypeRow] = relationship()
    district: Mapped[DistrictRow | None] = relationship()
    tenure: Mapped[TenureRow | None] = relationship()
    plot_size_unit: Mapped[PlotSizeUnitRow | None] = relationship()
    amenities: Mapped[list[AmenityRow]] = relationship(
        secondary=listing_amenity, order_by=AmenityRow.name
    )
    images: Mapped[list[ImageRow]] = relationship(
        primaryjoin=(ImageRow.listing_id == id) & (ImageRow.status == "ready"),
        order_by=[ImageRow.is_main.desc(), ImageRow.position, ImageRow.id],
        viewonly=True,
    )


# ── answers ─────────────────────────────────────────────────────────────────────────────────

Money = Annotated[Decimal, PlainSerializer(lambda value: f"{value:.2f}", return_type=str)]
Degrees = Annotated[Decimal, PlainSerializer(lambda value: f"{value:.6f}", return_type=str)]
Slug = Annotated["Named", PlainSerializer(lambda value: value.slug, return_type=str)]
Instant = Annotated[
    datetime, PlainSerializer(lambda value: value.strftime("%Y-%m-%dT%H:%M:%SZ"), return_type=str)
]


class Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Named(Answer):
    name: str
    slug: str


class Currency(Answer):
    code: str
    symbol: str


class Amenity(Named):
    icon: str


class Image(Answer):
    id: int
    url: str
    is_main: bool
    alt: str
    width: int | None
    height: int | None
    variants: list[Any]
    blurhash: str


class Listing(Answer):
    id: int
    external_id: str | None
    title: str
    description: str
    price: Money | None
    currency: Currency
    property_type: Named
    listing_type: str
    location: str
    region: Named | None
    district: Named | None
    latitude: Degrees | None
    longitude: Degrees | None
    bedrooms: int | None
    bathrooms: int | None
    floor_size: Money | None
    plot_size: Money | None
    plot_size_unit: Slug | None
    tenure: Slug | None
    furnished: str
    is_verified: bool
    is_sponsored: bool
    publish_status: str
    availability: str
    amenities: list[Amenity]
    images: list[Image]
    youtube_video_id: str
    created_at: Instant
    updated_at: Instant


class Page(Answer):
    next: str | None
    previous: str | None
    results: list[Listing]


# ── the endpoint ────────────────────────────────────────────────────────────────────────────

app = FastAPI(openapi_url=None)


async def session():
    async with sessions() as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session)]


async def tenant(user_id: int, request: Request, database: Session) -> int:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    digest = hashlib.sha256(key.encode()).digest()
    statement = (
        select(ApiKeyRow.id, ApiKeyRow.owner_id)
        .join(AccountRow, AccountRow.id == ApiKeyRow.owner_id)
        .where(
            ApiKeyRow.digest == digest,
            ApiKeyRow.revoked_at.is_(None),
            AccountRow.disabled_at.is_(None),
        )
    )
    found = (await database.execute(statement)).first()
    if scheme.lower() != "bearer" or found is None:
        raise HTTPException(401, "Invalid or revoked API key.")
    counter = f"rival-fastapi/{found.id}"
    pipeline = counters.pipeline(transaction=False).incr(counter).expire(counter, 60, nx=True)
    count, _ = await pipeline.execute()
    if count > LIMIT:
        raise HTTPException(429, "Request was throttled.")
    if found.owner_id != user_id:
        raise HTTPException(403, "This API key is not permitted for this tenant or action.")
    return user_id


@app.get("/v1/{user_id}/properties/")
async def list_properties(
    request: Request,
    owner_id: Annotated[int, Depends(tenant)],
    database: Session,
    listing_type: str | None = None,
    availability: str | None = None,
    property_type: str | None = None,
    district: str | None = None,
    region: str | None = None,
    min_price: Decimal | None = None,
    max_price: Decimal | None = None,
    min_bedrooms: int | None = None,
    updated_after: datetime | None = None,
    search: str = "",
    cursor: str | None = None,
) -> Response:
    statement = (
        select(ListingRow)
        .where(
            ListingRow.owner_id == owner_id,
            ListingRow.publish_status == "published",
            ListingRow.deleted_at.is_(None),
        )
        .options(
            joinedload(ListingRow.currency),
            joinedload(ListingRow.property_type),
            joinedload(ListingRow.district).joinedload(DistrictRow.region),
            joinedload(ListingRow.tenure),
            joinedload(ListingRow.plot_size_unit),
            selectinload(ListingRow.amenities),
            selectinload(ListingRow.images),
        )
        .order_by(ListingRow.created_at.desc(), ListingRow.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if listing_type is not None:
        statement = statement.where(ListingRow.listing_type == listing_type)
    if availability is not None:
        statement = statement.where(ListingRow.availability == availability)
    if property_type is not None:
        statement = statement.where(ListingRow.property_type.has(slug=property_type))
    if district is not None:
        statement = statement.where(ListingRow.district.has(slug=district))
    if region is not None:
        of_region = DistrictRow.region.has(slug=region)
        statement = statement.where(ListingRow.district.has(of_region))
    if min_price is not None:
        statement = statement.where(ListingRow.price >= min_price)
    if max_price is not None:
        statement = statement.where(ListingRow.price <= max_price)
    if min_bedrooms is not None:
        statement = statement.where(ListingRow.bedrooms >= min_bedrooms)
    if updated_after is not None:
        statement = statement.where(ListingRow.updated_at >= updated_after)
    for word in search.split():
        statement = statement.where(_has(word))
    if cursor is not None:
        created_at, listing_id = urlsafe_b64decode(cursor).decode().split(" ")
        position = (datetime.fromisoformat(created_at), int(listing_id))
        statement = statement.where(tuple_(ListingRow.created_at, ListingRow.id) < position)
    rows = (await database.execute(statement)).scalars().all()
    return _page(request, rows)


def _has(word: str):
    place = DistrictRow.name.icontains(word) | DistrictRow.region.has(
        RegionRow.name.icontains(word)
    )
    return or_(
        ListingRow.title.icontains(word),
        ListingRow.description.icontains(word),
        ListingRow.location.icontains(word),
        ListingRow.district.has(place),
    )


def _page(request: Request, rows) -> Response:
    following = None
    if len(rows) > PAGE_SIZE:
        last = rows[PAGE_SIZE - 1]
        mark = urlsafe_b64encode(f"{last.created_at.isoformat()} {last.id}".encode()).decode()
        following = str(request.url.include_query_params(cursor=mark))
    media = f"{request.base_url}media/"
    for row in rows:
        row.region = row.district and row.district.region
        row.location = row.location or row.city
        for image in row.images:
            image.url = media + image.path
    page = Page(
        next=following,
        previous=None,
        results=[Listing.model_validate(row) for row in rows[:PAGE_SIZE]],
    )
    body = page.model_dump_json().encode()
    etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    return Response(body, media_type="application/json", headers={"ETag": etag})
