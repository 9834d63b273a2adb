"""The words of the support domain."""

from enum import StrEnum


class Ordering(StrEnum):
    """What comes first among the stays that are found."""

    NEWEST = "newest"
    CHEAPEST = "price"
    DEAREST = "-price"
    BEST_RATED = "rating"


class Platform(StrEnum):
    """Where somebody uses the marketplace."""

    WEB = "web"
    ANDROID = "android"
    IOS = "ios"
