"""What a stay costs: nights, extras and the cleaning fee, in exact decimals of two places."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.bookings.limits import MAX_TOTAL


class TooExpensive(ValueError):
    """The total is more than a booking can hold."""


@dataclass(frozen=True, slots=True)
class ChosenExtra:
    """An extra that a guest adds to a stay; its price is for the whole stay."""

    uuid: UUID
    name: str
    price: Decimal
    quantity: int

    @property
    def subtotal(self) -> Decimal:
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class StayPrice:
    """What a stay costs, all in one currency. The deposit is given back, and part of no total."""

    nights: int
    price_per_night: Decimal
    cleaning_fee: Decimal
    extras: tuple[ChosenExtra, ...]
    security_deposit: Decimal
    currency: str

    @property
    def subtotal(self) -> Decimal:
        return self.price_per_night * self.nights

    @property
    def total(self) -> Decimal:
        return self.subtotal + sum((each.subtotal for each in self.extras), self.cleaning_fee)

    def as_json(self) -> dict[str, Any]:
        """Return the price snapshot: amounts are strings of two places."""
        return {
            "nights": self.nights,
            "price_per_night": _amount(self.price_per_night),
            "subtotal": _amount(self.subtotal),
            "cleaning_fee": _amount(self.cleaning_fee),
            "extras": [
                {
                    "id": str(each.uuid),
                    "name": each.name,
                    "price": _amount(each.price),
                    "quantity": each.quantity,
                    "subtotal": _amount(each.subtotal),
                }
                for each in self.extras
            ],
            "total": _amount(self.total),
            "security_deposit": _amount(self.security_deposit),
            "currency": self.currency,
        }


def price_stay(
    nights: int,
    *,
    price_per_night: Decimal,
    cleaning_fee: Decimal,
    security_deposit: Decimal,
    currency: str,
    extras: Sequence[ChosenExtra] = (),
) -> StayPrice:
    """Return what a stay of so many nights costs.

    :raises TooExpensive: when that is more than a booking can hold.
    """
    price = StayPrice(
        nights, price_per_night, cleaning_fee, tuple(extras), security_deposit, currency
    )
    if price.total > MAX_TOTAL:
        raise TooExpensive
    return price


def _amount(value: Decimal) -> str:
    return f"{value:.2f}"
