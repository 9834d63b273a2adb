"""The last row of each external id."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from app.catalogue.imports.duplicates import LastRows


@pytest.fixture
def last_rows() -> Iterator[LastRows]:
    with closing(LastRows()) as rows:
        yield rows


def test_only_the_last_line_of_an_id_counts(last_rows: LastRows) -> None:
    for line, external_id in enumerate(["a", "b", "a", "a"], 1):
        last_rows.note(external_id, line)
    assert [last_rows.is_last("a", line) for line in (1, 3, 4)] == [False, False, True]
    assert last_rows.is_last("b", 2)


def test_ids_are_compared_exactly(last_rows: LastRows) -> None:
    for line, external_id in enumerate(["a", "A", "a ", "\udcfc", "\0"], 1):
        last_rows.note(external_id, line)
    assert all(last_rows.is_last(each, 1 + at) for at, each in enumerate(["a", "A", "a "]))
    assert last_rows.is_last("\udcfc", 4)
    assert last_rows.is_last("\0", 5)


def test_a_line_that_came_after_the_first_pass_counts(last_rows: LastRows) -> None:
    last_rows.note("a", 1)
    assert last_rows.is_last("a", 2)
    assert last_rows.is_last("b", 3)
