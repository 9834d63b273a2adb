"""How often a race is run: once by default, many times under the profile for nights."""

from hypothesis import settings

DEEP_ROUNDS = 30


def rounds() -> range:
    """Return the rounds of a race: `scripts/test --hypothesis-profile=deep` makes them many."""
    return range(DEEP_ROUNDS if settings.get_current_profile_name() == "deep" else 1)
