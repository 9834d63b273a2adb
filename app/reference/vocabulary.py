"""The reference data as values that a process keeps in memory and shares between its threads.

Every listing answer names a handful of them, so they are looked up in mappings built once for
each version of the data, never joined in SQL.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Protocol, TypeVar
from uuid import UUID

from app.reference.category_tree import CategoryItem, flatten, grow_categories

COUNTRY_ORDER = ("UG", "TZ", "KE")


@dataclass(frozen=True, slots=True)
class RegionLabel:
    """A region as a district shows it."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class DistrictItem:
    id: int
    slug: str
    name: str
    region: RegionLabel


@dataclass(frozen=True, slots=True)
class RegionItem:
    """A region with its districts by name. `country` is ISO 3166-1 alpha-2."""

    id: int
    slug: str
    name: str
    country: str
    districts: tuple[DistrictItem, ...]


@dataclass(frozen=True, slots=True)
class CurrencyItem:
    """A currency; `code` is ISO 4217."""

    id: int
    code: str
    symbol: str


@dataclass(frozen=True, slots=True)
class PropertyTypeItem:
    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class AmenityItem:
    """An amenity. One that is not active is shown where it is set, and refused in new writes."""

    id: int
    uuid: UUID
    slug: str
    name: str
    icon: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class ExtraItem:
    """An extra, and what it costs where a listing asks no other price, in its own currency."""

    id: int
    uuid: UUID
    slug: str
    name: str
    icon: str
    price: Decimal
    is_active: bool


@dataclass(frozen=True, slots=True)
class TenureItem:
    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class PlotSizeUnitItem:
    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """All reference data at one version: a tuple of each kind, and mappings into it.

    Tuples are in order of name; currencies of code; regions of country (`COUNTRY_ORDER`, then
    any other), then name; districts follow their regions. `categories` are those at the top.
    What is inactive is included.
    """

    version: int
    regions: tuple[RegionItem, ...]
    regions_by_slug: Mapping[str, RegionItem]
    regions_by_id: Mapping[int, RegionItem]
    districts: tuple[DistrictItem, ...]
    districts_by_slug: Mapping[str, DistrictItem]
    districts_by_id: Mapping[int, DistrictItem]
    currencies: tuple[CurrencyItem, ...]
    currencies_by_code: Mapping[str, CurrencyItem]
    currencies_by_id: Mapping[int, CurrencyItem]
    property_types: tuple[PropertyTypeItem, ...]
    property_types_by_slug: Mapping[str, PropertyTypeItem]
    property_types_by_id: Mapping[int, PropertyTypeItem]
    amenities: tuple[AmenityItem, ...]
    amenities_by_slug: Mapping[str, AmenityItem]
    amenities_by_id: Mapping[int, AmenityItem]
    categories: tuple[CategoryItem, ...]
    categories_by_slug: Mapping[str, CategoryItem]
    categories_by_id: Mapping[int, CategoryItem]
    extras: tuple[ExtraItem, ...]
    extras_by_uuid: Mapping[UUID, ExtraItem]
    extras_by_id: Mapping[int, ExtraItem]
    tenures: tuple[TenureItem, ...]
    tenures_by_slug: Mapping[str, TenureItem]
    tenures_by_id: Mapping[int, TenureItem]
    plot_size_units: tuple[PlotSizeUnitItem, ...]
    plot_size_units_by_slug: Mapping[str, PlotSizeUnitItem]
    plot_size_units_by_id: Mapping[int, PlotSizeUnitItem]


Rows = Sequence[Sequence[Any]]


def build_reference(
    version: int,
    *,
    regions: Rows,
    districts: Rows,
    currencies: Rows,
    property_types: Rows,
    amenities: Rows,
    categories: Rows,
    extras: Rows,
    tenures: Rows,
    plot_size_units: Rows,
) -> Reference:
    """Build the view from rows in any order.

    Rows hold their item's attributes in order of definition, but for regions, which end with
    the country, districts, which end with the id of their region, and categories, whose parent's
    id comes third.
    """
    region_items = _nest(regions, districts)
    district_items = tuple(each for region in region_items for each in region.districts)
    currency_items = tuple(sorted((CurrencyItem(*row) for row in currencies), key=_code))
    type_items = _named(PropertyTypeItem(*row) for row in property_types)
    amenity_items = _named(_amenity(*row) for row in amenities)
    category_items = grow_categories(categories)
    all_categories = tuple(flatten(category_items))
    extra_items = _named(_extra(*row) for row in extras)
    tenure_items = _named(TenureItem(*row) for row in tenures)
    unit_items = _named(PlotSizeUnitItem(*row) for row in plot_size_units)
    return Reference(
        version=version,
        regions=region_items,
        regions_by_slug=_by_slug(region_items),
        regions_by_id=_by_id(region_items),
        districts=district_items,
        districts_by_slug=_by_slug(district_items),
        districts_by_id=_by_id(district_items),
        currencies=currency_items,
        currencies_by_code=MappingProxyType({each.code: each for each in currency_items}),
        currencies_by_id=_by_id(currency_items),
        property_types=type_items,
        property_types_by_slug=_by_slug(type_items),
        property_types_by_id=_by_id(type_items),
        amenities=amenity_items,
        amenities_by_slug=_by_slug(amenity_items),
        amenities_by_id=_by_id(amenity_items),
        categories=category_items,
        categories_by_slug=_by_slug(all_categories),
        categories_by_id=_by_id(all_categories),
        extras=extra_items,
        extras_by_uuid=MappingProxyType({each.uuid: each for each in extra_items}),
        extras_by_id=_by_id(extra_items),
        tenures=tenure_items,
        tenures_by_slug=_by_slug(tenure_items),
        tenures_by_id=_by_id(tenure_items),
        plot_size_units=unit_items,
        plot_size_units_by_slug=_by_slug(unit_items),
        plot_size_units_by_id=_by_id(unit_items),
    )


class _Identified(Protocol):
    @property
    def id(self) -> int: ...


class _Named(Protocol):
    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...


_I = TypeVar("_I", bound=_Identified)
_N = TypeVar("_N", bound=_Named)


def _nest(regions: Rows, districts: Rows) -> tuple[RegionItem, ...]:
    members: dict[int, list[tuple[int, str, str]]] = {}
    for district_id, slug, name, region_id in districts:
        members.setdefault(region_id, []).append((district_id, slug, name))
    items = []
    for region_id, slug, name, country in regions:
        label = RegionLabel(slug, name)
        nested = _named(DistrictItem(*row, region=label) for row in members.get(region_id, ()))
        items.append(RegionItem(region_id, slug, name, country, nested))
    return tuple(sorted(items, key=_country_and_name))


def _amenity(
    id_: int, uuid: UUID | str, slug: str, name: str, icon: str, is_active: int
) -> AmenityItem:
    return AmenityItem(id_, _uuid(uuid), slug, name, icon, bool(is_active))


def _extra(
    id_: int, uuid: UUID | str, slug: str, name: str, icon: str, price: int, is_active: int
) -> ExtraItem:
    return ExtraItem(id_, _uuid(uuid), slug, name, icon, Decimal(price).scaleb(-2), bool(is_active))


def _uuid(value: UUID | str) -> UUID:
    # SQLite gives UUIDs as text, and booleans as integers.
    return value if isinstance(value, UUID) else UUID(value)


def _named(items: Iterable[_N]) -> tuple[_N, ...]:
    return tuple(sorted(items, key=_name))


def _by_slug(items: Iterable[_N]) -> Mapping[str, _N]:
    return MappingProxyType({each.slug: each for each in items})


def _by_id(items: Iterable[_I]) -> Mapping[int, _I]:
    return MappingProxyType({each.id: each for each in items})


def _name(item: _Named) -> tuple[str, str]:
    # Two countries may share a name; the slug keeps the order the same at every load.
    return item.name.casefold(), item.slug


def _code(item: CurrencyItem) -> str:
    return item.code


def _country_and_name(item: RegionItem) -> tuple[int, str, tuple[str, str]]:
    known = item.country in COUNTRY_ORDER
    rank = COUNTRY_ORDER.index(item.country) if known else len(COUNTRY_ORDER)
    return rank, item.country, _name(item)
