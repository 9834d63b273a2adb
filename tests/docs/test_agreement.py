"""What counts as the answer that a page shows."""

from typing import Any

import pytest

from tests.docs.agreement import difference

SHOWN = {
    "id": "a1b2c3d4-0000-4000-8000-000000000000",
    "at": "2026-06-01T12:00:00Z",
    "status": "active",
    "price": "350.00",
    "nights": 4,
    "count": 2,
    "is_main": True,
    "next": None,
    "key": "R_…",
    "tags": [{"slug": "wifi", "…": "…"}, "…"],
}
FOUND = SHOWN | {
    "id": "0f9e8d7c-1111-4222-8333-444444444444",
    "at": "2027-01-02T03:04:05Z",
    "count": 7,
    "key": "R_abc",
    "tags": [{"slug": "pool", "name": "Pool"}, {"slug": "wifi", "name": "Wi-Fi"}],
}


def test_ids_times_counts_and_what_is_left_out_may_be_others() -> None:
    assert difference(SHOWN, FOUND) is None


@pytest.mark.parametrize(
    "change",
    [
        {"id": "none"},
        {"at": "2027-01-02"},
        {"status": "inactive"},
        {"price": "351.00"},
        {"nights": 5},
        {"nights": "4"},
        {"count": "2"},
        {"is_main": 1},
        {"is_main": False},
        {"next": "http://127.0.0.1/"},
        {"key": "RW_abc"},
        {"tags": [{"slug": "pool"}]},
        {"tags": None},
        {"more": 1},
    ],
)
def test_everything_else_is_meant(change: dict[str, Any]) -> None:
    assert difference(SHOWN, FOUND | change) is not None


def test_a_member_that_is_missing_is_a_difference() -> None:
    assert difference({"status": "active"}, {}) == "the answer has no status"
    assert difference({"status": "active", "…": "…"}, {"more": 1}) is not None


def test_an_array_without_an_ellipsis_is_whole() -> None:
    assert difference(["a", "b"], ["a", "b"]) is None
    assert difference(["a", "b"], ["b", "a"]) is not None
    assert difference(["a"], ["a", "b"]) is not None
