"""What people are told of what staff does to their accounts."""

from app.accounts.enums import Tier
from app.notifications.messages import Message

_TIERS = {Tier.FREE: "Free", Tier.PRO: "Pro", Tier.BUSINESS: "Business"}


def disabled() -> Message:
    """Say that an account opens nothing any more."""
    return Message(
        "Your Nafasi account is disabled",
        "Our staff has disabled your Nafasi account.\n\n"
        "You cannot log in, your API keys are refused, and your listings are hidden. Bookings "
        "that were made already stand.\n\n"
        "If you think that this is a mistake, please write to our support.\n",
        "Nafasi: your account is disabled. Bookings made already stand. "
        "If this is a mistake, please write to our support.",
    )


def enabled() -> Message:
    """Say that an account is as it was before it was disabled."""
    return Message(
        "Your Nafasi account is enabled again",
        "Our staff has enabled your Nafasi account again.\n\n"
        "You can log in, your API keys work, and your listings are shown as before.\n",
        "Nafasi: your account is enabled again. You can log in, and your listings are shown.",
    )


def tier_changed(tier: Tier) -> Message:
    """Say which subscription an account has now."""
    return Message(
        "Your Nafasi subscription has changed",
        f"Your Nafasi account has the subscription {_TIERS[tier]} from now on.\n",
        f"Nafasi: your account has the subscription {_TIERS[tier]} from now on.",
    )
