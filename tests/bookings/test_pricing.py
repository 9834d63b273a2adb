"""What a stay costs, to the cent."""

from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bookings.limits import MAX_TOTAL
from app.bookings.pricing import ChosenExtra, StayPrice, TooExpensive, price_stay

_ID = UUID(int=7)
_amounts = st.decimals(0, MAX_TOTAL, places=2)


def _price(nights: int, per_night: str, **changes: object) -> StayPrice:
    values: dict[str, object] = {
        "price_per_night": Decimal(per_night),
        "cleaning_fee": Decimal(0),
        "security_deposit": Decimal(0),
        "currency": "USD",
    }
    return price_stay(nights, **(values | changes))  # type: ignore[arg-type]


def test_the_stay_of_the_document() -> None:
    snapshot = _price(4, "350.00", cleaning_fee=Decimal("50.00")).as_json()
    assert snapshot["subtotal"] == "1400.00"
    assert snapshot["total"] == "1450.00"
    assert list(snapshot)[:4] == ["nights", "price_per_night", "subtotal", "cleaning_fee"]


def test_an_extra_costs_its_price_times_its_quantity_for_the_whole_stay() -> None:
    extra = ChosenExtra(_ID, "Breakfast", Decimal("12.345").quantize(Decimal("0.01")), 3)
    price = _price(10, "10.00", extras=[extra], security_deposit=Decimal("99.99"))
    assert price.total == Decimal("137.02")
    assert price.as_json()["security_deposit"] == "99.99"


def test_what_no_column_holds_is_refused() -> None:
    assert _price(1, str(MAX_TOTAL)).total == MAX_TOTAL
    for price in ({"nights": 2}, {"nights": 1, "cleaning_fee": Decimal("0.01")}):
        nights = int(price.pop("nights"))
        with pytest.raises(TooExpensive):
            _price(nights, str(MAX_TOTAL), **price)
    extra = ChosenExtra(_ID, "Everything", MAX_TOTAL, 100)
    with pytest.raises(TooExpensive):
        _price(730, str(MAX_TOTAL), extras=[extra] * 100)


@given(
    st.integers(1, 730),
    _amounts,
    _amounts,
    st.lists(st.tuples(_amounts, st.integers(1, 100)), max_size=5),
)
def test_the_total_is_exact(
    nights: int, per_night: Decimal, fee: Decimal, chosen: list[tuple[Decimal, int]]
) -> None:
    extras = [ChosenExtra(_ID, "Extra", price, quantity) for price, quantity in chosen]
    exact = Fraction(per_night) * nights + Fraction(fee)
    exact += sum(Fraction(price) * quantity for price, quantity in chosen)
    try:
        snapshot = _price(nights, str(per_night), cleaning_fee=fee, extras=extras).as_json()
    except TooExpensive:
        assert exact > MAX_TOTAL
    else:
        assert Fraction(snapshot["total"]) == exact
