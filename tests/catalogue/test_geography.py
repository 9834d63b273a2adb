"""Distances and boxes on the globe, against the formulas of textbooks."""

from decimal import Decimal
from math import asin, atan2, cos, degrees, pi, radians, sin, sqrt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.catalogue import geography
from app.catalogue.geography import EARTH_RADIUS_KM

LATITUDES = st.decimals(-90, 90, places=6)
LONGITUDES = st.decimals(-180, 180, places=6)


def haversine_km(lat1: float, lng1: float, lat2: float, lng2: float) -> float:
    """Return the distance of two places, by the formula that everybody uses."""
    phi1, phi2 = radians(lat1), radians(lat2)
    a = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin(radians(lng2 - lng1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(a)))


def _chord(a: geography.Vector, b: geography.Vector) -> float:
    return sum((one - other) ** 2 for one, other in zip(a, b, strict=True))


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
@example(Decimal("-6.79"), Decimal("39.20"), Decimal("-6.790009"), Decimal("39.2"))
@example(Decimal(0), Decimal(180), Decimal(0), Decimal(-180))
@example(Decimal(90), Decimal(7), Decimal(90), Decimal(-120))
def test_the_line_between_two_points_tells_their_distance(
    lat1: Decimal, lng1: Decimal, lat2: Decimal, lng2: Decimal
) -> None:
    chord = _chord(geography.unit_vector(lat1, lng1), geography.unit_vector(lat2, lng2))
    wanted = haversine_km(float(lat1), float(lng1), float(lat2), float(lng2))
    # Of antipodes the arcsine is steep; nobody asks for more than 500 km.
    assert geography.distance_km(chord) == pytest.approx(wanted, abs=1e-6 if wanted < 1e4 else 1e-2)


@given(st.floats(0, 10_000))
def test_a_distance_and_its_line_belong_together(distance_km: float) -> None:
    chord = geography.squared_chord(distance_km)
    assert geography.distance_km(chord) == pytest.approx(distance_km, abs=1e-6)


@given(LATITUDES, LONGITUDES, st.floats(0, 500), st.floats(0, 2 * pi), st.floats(0, 1))
@example(Decimal(0), Decimal(180), 100.0, pi / 2, 1.0)
@example(Decimal(0), Decimal(-180), 100.0, 3 * pi / 2, 1.0)
@example(Decimal("89.9"), Decimal(0), 500.0, 0.0, 1.0)
@example(Decimal("-89.9"), Decimal(0), 500.0, pi, 1.0)
@example(Decimal("85.4"), Decimal(10), 500.0, 1.2, 1.0)
def test_a_box_holds_every_place_within_its_radius(
    latitude: Decimal, longitude: Decimal, radius_km: float, bearing: float, share: float
) -> None:
    angle = share * radius_km / EARTH_RADIUS_KM
    phi = radians(latitude)
    sine = sin(phi) * cos(angle) + cos(phi) * sin(angle) * cos(bearing)
    there = asin(max(-1.0, min(1.0, sine)))
    turn = atan2(sin(bearing) * sin(angle) * cos(phi), cos(angle) - sin(phi) * sin(there))
    east = (float(longitude) + degrees(turn) + 180) % 360 - 180
    box = geography.box_around(latitude, longitude, radius_km)
    assert box.first_strip <= geography.strip_of(degrees(there)) <= box.last_strip
    units = round(east * geography.UNITS)
    assert any(west <= units <= last for west, last in box.longitudes)


def test_a_box_is_not_much_larger_than_it_must_be() -> None:
    box = geography.box_around(Decimal("-6.79"), Decimal("39.2"), 25)
    assert box.last_strip - box.first_strip <= 10
    [(west, east)] = box.longitudes
    assert east - west < 500_000


def test_a_box_across_the_meridian_has_two_ranges() -> None:
    box = geography.box_around(Decimal("-18.14"), Decimal("179.99"), 25)
    assert len(box.longitudes) == 2
    assert {bound for each in box.longitudes for bound in each} >= {-180_000_000, 180_000_000}


@pytest.mark.parametrize(
    ("latitude", "strip"),
    [("0", 0), ("0.049999", 0), ("-0.000001", -1), ("90", 1800), ("-90", -1800)],
)
def test_strips_are_numbered_from_the_equator(latitude: str, strip: int) -> None:
    assert geography.strip_of(Decimal(latitude)) == strip
