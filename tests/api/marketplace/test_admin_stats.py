"""The staff's dashboard and the balance of text messages, over the API."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.adapters import sms
from app.adapters.sms import Balance, SmsFailed
from app.core import clock
from tests import factories
from tests.api.marketplace.conftest import Person
from tests.reviews.stays import make_booking

STATS = "/api/admin/stats/"
BALANCE = "/api/admin/sms/balance/"


@pytest.mark.both
def test_the_dashboard_has_all_its_figures(
    client: FlaskClient, boss: Person, owner: factories.Tenant
) -> None:
    make_booking(factories.make_stay(owner.id), boss.id)
    response = client.get(STATS, headers=boss.headers)
    assert response.status_code == 200
    data = response.json["data"]
    assert data["generated_at"].endswith("Z")
    # The owner, somebody with listings of every kind, John, somebody else, and the boss.
    assert data["accounts"] == {"total": 5, "verified": 5, "disabled": 0}
    assert data["hosts"] == {"not_started": 4, "pending_review": 0, "approved": 1, "rejected": 0}
    assert data["listings"] == {
        "total": 3,
        "by_status": {
            "draft": 0,
            "pending_review": 0,
            "rejected": 0,
            "active": 1,
            "inactive": 0,
        },
        "by_type": {"stay": 1, "rent": 0, "sale": 2},
    }
    assert data["bookings"]["total"] == data["bookings"]["by_status"]["completed"] == 1
    assert data["revenue"] == {"USD": "1450.00"}
    assert data["queues"] == {
        "hosts_pending_review": 0,
        "listings_pending_review": 0,
        "payments_submitted": 0,
        "refunds_due": 0,
        "stays_to_settle": 0,
    }
    assert len(data["last_30_days"]) == 30
    assert data["last_30_days"][-1] == {
        "date": clock.now().date().isoformat(),
        "registrations": 5,
        "listings": 4,
        "bookings": 1,
        "revenue": {"USD": "1450.00"},
    }
    assert data["last_30_days"][0]["revenue"] == {}


def test_the_balance_is_a_decimal_and_a_currency(
    client: FlaskClient, boss: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms, "balance", lambda: Balance(Decimal("123.4500"), "TZS"))
    response = client.get(BALANCE, headers=boss.headers)
    assert response.status_code == 200
    assert response.json["data"] == {"balance": "123.45", "currency": "TZS"}


def test_files_cost_nothing(client: FlaskClient, boss: Person, phone: Any) -> None:
    response = client.get(BALANCE, headers=boss.headers)
    assert response.json["data"] == {"balance": "0.00", "currency": "XXX"}


def test_a_gateway_that_is_down_is_503_in_the_envelope(
    client: FlaskClient, boss: Person, change_settings: Callable[..., None]
) -> None:
    change_settings(sms_url="africastalking://nafasi:secret@127.0.0.1:1?scheme=http")
    response = client.get(BALANCE, headers=boss.headers)
    assert response.status_code == 503
    assert response.json["data"] is None
    assert response.json["success"] is False
    [sentence] = response.json["errors"]["non_field_errors"]
    assert sentence == "The SMS gateway does not answer at the moment. Please try again shortly."


def test_what_the_gateway_says_stays_here(
    client: FlaskClient, boss: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Balance:
        raise SmsFailed("The SMS gateway does not take our name and key.")

    monkeypatch.setattr(sms, "balance", fail)
    response = client.get(BALANCE, headers=boss.headers)
    assert response.status_code == 503
    assert "key" not in response.get_data(as_text=True)


@pytest.mark.parametrize("url", [STATS, BALANCE])
def test_both_are_for_staff(client: FlaskClient, john: Person, url: str) -> None:
    assert client.get(url).status_code == 401
    assert client.get(url, headers=john.headers).status_code == 403
