"""Where the districts that the demo names are: their chief towns, to a hundredth of a degree."""

from math import cos, hypot, radians

KM_PER_DEGREE = 111.2
COUNTRIES = {
    "TZ": ("Tanzania", {"TZS", "USD"}, (-11.8, -0.9), (29.3, 40.5)),
    "KE": ("Kenya", {"KES", "USD"}, (-4.8, 5.1), (33.9, 41.9)),
    "UG": ("Uganda", {"UGX", "USD"}, (-1.5, 4.3), (29.5, 35.1)),
}
TOWNS = {
    "arusha-city": (-3.37, 36.69),
    "bagamoyo": (-6.44, 38.90),
    "dar-es-salaam": (-6.82, 39.28),
    "dodoma": (-6.17, 35.74),
    "gulu": (2.77, 32.30),
    "jinja": (0.43, 33.20),
    "kabale": (-1.25, 29.99),
    "kabarole": (0.65, 30.27),
    "kampala": (0.32, 32.58),
    "karatu": (-3.34, 35.67),
    "kaskazini-a": (-5.88, 39.27),
    "kiambu": (-1.17, 36.83),
    "kigamboni": (-6.83, 39.32),
    "kilifi": (-3.63, 39.85),
    "kinondoni": (-6.77, 39.25),
    "kisumu": (-0.10, 34.76),
    "kusini": (-6.27, 39.45),
    "lamu": (-2.27, 40.90),
    "lushoto": (-4.79, 38.29),
    "machakos": (-1.52, 37.26),
    "mbale": (1.08, 34.18),
    "mbarara": (-0.61, 30.66),
    "meru": (-3.37, 36.86),
    "mityana": (0.40, 32.04),
    "mjini": (-6.16, 39.20),
    "mombasa": (-4.05, 39.67),
    "moshi": (-3.30, 37.50),
    "moshi-municipal": (-3.35, 37.34),
    "mukono": (0.35, 32.76),
    "mwanza": (-2.52, 32.90),
    "nairobi": (-1.29, 36.82),
    "nakuru": (-0.72, 36.43),
    "narok": (-1.09, 35.87),
    "temeke": (-6.86, 39.26),
    "uasin-gishu": (0.51, 35.27),
    "ubungo": (-6.79, 39.21),
    "wakiso": (0.32, 32.55),
}
# Counties of Kenya are wider than districts elsewhere.
FARTHEST_KM = {"TZ": 25, "UG": 40, "KE": 90}


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return how far apart two places near the equator are."""
    down = one[0] - other[0]
    across = (one[1] - other[1]) * cos(radians(one[0]))
    return hypot(down, across) * KM_PER_DEGREE
