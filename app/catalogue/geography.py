"""Places on the globe: how far apart they are, and which of them can lie near another one.

A place is a point of the unit sphere, and the square of the straight line between two of them
grows with their distance. So a database compares distances with three products and no
trigonometry, and neither the poles nor the 180th meridian are special. To find the points, the
globe is cut into strips of latitude: those near a place lie in a few strips, between two
longitudes.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import asin, cos, degrees, floor, pi, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
# As coordinates are stored: millionths of a degree.
UNITS = 1_000_000
STRIP_DEGREES = 0.05
_HALF_TURN = 180 * UNITS
# More than rounding takes from a box: about ten metres.
_MARGIN_DEGREES = 0.0001

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """Where to look: from the first strip to the last, between longitudes in millionths.

    There are two ranges of longitudes where it reaches across the 180th meridian.
    """

    first_strip: int
    last_strip: int
    longitudes: tuple[tuple[int, int], ...]


def unit_vector(latitude: Decimal, longitude: Decimal) -> Vector:
    """Return the point of the unit sphere at these degrees."""
    phi, theta = radians(latitude), radians(longitude)
    return cos(phi) * cos(theta), cos(phi) * sin(theta), sin(phi)


def strip_of(latitude: float | Decimal) -> int:
    """Return the number of the strip that holds a latitude; that of the equator's north is 0."""
    return floor(float(latitude) / STRIP_DEGREES)


def squared_chord(distance_km: float) -> float:
    """Return the squared length of the straight line between points of the unit sphere."""
    return (2 * sin(min(distance_km / (2 * EARTH_RADIUS_KM), pi / 2))) ** 2


def distance_km(chord_squared: float) -> float:
    """Return the distance along the surface, of points that this line joins."""
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord_squared) / 2))


def box_around(latitude: Decimal, longitude: Decimal, radius_km: float) -> Box:
    """Return a box that holds every point within the radius of a place."""
    angle = radius_km / EARTH_RADIUS_KM
    height = degrees(angle) + _MARGIN_DEGREES
    south, north = float(latitude) - height, float(latitude) + height
    longitudes: tuple[tuple[int, int], ...] = ((-_HALF_TURN, _HALF_TURN),)
    # A circle around a pole has points of every longitude.
    if south > -90 and north < 90:
        width = degrees(asin(min(1.0, sin(angle) / cos(radians(latitude))))) + _MARGIN_DEGREES
        longitudes = _between(float(longitude) - width, float(longitude) + width)
    return Box(strip_of(max(south, -90)), strip_of(min(north, 90)), longitudes)


def _between(west: float, east: float) -> tuple[tuple[int, int], ...]:
    first, last = floor(west * UNITS), floor(east * UNITS) + 1
    if first < -_HALF_TURN:
        return (-_HALF_TURN, last), (first + 2 * _HALF_TURN, _HALF_TURN)
    if last > _HALF_TURN:
        return (first, _HALF_TURN), (-_HALF_TURN, last - 2 * _HALF_TURN)
    return ((first, last),)
