"""The shared vocabularies, each addressed by its slug (a currency by its code).

Nothing here is ever deleted: what is no longer wanted is deactivated, so that the listings
that carry it keep showing it.
"""

from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, FixedPoint
from app.reference.limits import ICON_CHARS, NAME_CHARS, SLUG_CHARS


class ReferenceState(Base):
    """One row: the version of all reference data, moved by every change to any of it."""

    __tablename__ = "reference_state"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]


class Region(Base):
    __tablename__ = "region"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_CHARS))
    name: Mapped[str] = mapped_column(String(NAME_CHARS))
    country: Mapped[str] = mapped_column(String(2), doc="ISO 3166-1 alpha-2")


class District(Base):
    __tablename__ = "district"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey(Region.id), index=True)
    slug: Mapped[str] = mapped_column(String(SLUG_CHARS))
    name: Mapped[str] = mapped_column(String(NAME_CHARS))


class Currency(Base):
    __tablename__ = "currency"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(3), doc="ISO 4217")
    symbol: Mapped[str] = mapped_column(String(10))


class PropertyType(Base):
    __tablename__ = "property_type"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_CHARS))
    name: Mapped[str] = mapped_column(String(NAME_CHARS))


class Category(Base):
    """A kind of stay, below another one or at the top. A listing carries at most one."""

    __tablename__ = "category"
    __table_args__ = (
        UniqueConstraint("uuid"),
        UniqueConstraint("slug"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    slug: Mapped[str] = mapped_column(String(SLUG_CHARS))
    name: Mapped[str] = mapped_column(String(NAME_CHARS))
    icon: Mapped[str] = mapped_column(String(ICON_CHARS))
    is_active: Mapped[bool] = mapped_column(default=True)


class Extra(Base):
    """Something that guests may add to a stay and pay for; listings may ask another price."""

    __tablename__ = "extra"
    __table_args__ = (
        UniqueConstraint("uuid"),
        UniqueConstraint("slug"),
        CheckConstraint("price >= 0", name="price_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
    slug: Mapped[str] = mapped_column(String(SLUG_CHARS))
    name: Mapped[str] = mapped_column(String(NAME_CHARS))
    icon: Mapped[str] = mapped_column(String(ICON_CHARS), doc="name of a Bootstrap icon")
    price: Mapped[Decimal] = mapped_column(FixedPoint(2))
    is_active: Mapped[bool] = mapped_column(default=True)


class Amenity(Base):
    __tablename__ = "amenity"
    __table_args__ = (UniqueConstraint("uuid"), UniqueConstraint("slug"))

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
    slug: Mapped[str] = mapped_column(String(SLUG_CHARS))
    name: Mapped[str] = mapped_column(String(NAME_CHARS))
    icon: Mapped[str] = mapped_column(String(ICON_CHARS), doc="name of a Bootstrap icon")
    is_active: Mapped[bool] = mapped_column(default=True)


class Tenure(Base):
    __tablename__ = "tenure"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_CHARS))
    name: Mapped[str] = mapped_column(String(NAME_CHARS))


class PlotSizeUnit(Base):
    __tablename__ = "plot_size_unit"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_CHARS))
    name: Mapped[str] = mapped_column(String(NAME_CHARS))
