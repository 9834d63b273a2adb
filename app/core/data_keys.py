"""Changing the data keys: what is encrypted under an older one is encrypted under the newest.

The columns are found by their type, so that none is forgotten. A value is replaced only where it is
still the one that was read: the service goes on meanwhile, and a run may be broken off and begun
again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import Column, func, select, update

from app.core import crypto
from app.core.db import Base, Encrypted, session, transaction

BATCH = 200


class Outcome(StrEnum):
    """What became of a value in a run."""

    KEPT = "kept"
    RENEWED = "renewed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Renewal:
    """One value of a run; `place` tells a person which."""

    place: str
    outcome: Outcome


def count_values() -> int:
    """Return how many encrypted values there are."""
    counts = [
        session.execute(select(func.count(column))).scalar_one() for column in _encrypted_columns()
    ]
    session.rollback()
    return sum(counts)


def renew_values() -> Iterator[Renewal]:
    """Encrypt every value under the newest data key that is not yet, a batch a transaction."""
    for column in _encrypted_columns():
        for rows in _batches(column):
            yield from _renew(column, rows)


def count_older() -> int:
    """Return how many values are not under the newest data key."""
    return sum(
        not crypto.is_newest(token)
        for column in _encrypted_columns()
        for rows in _batches(column)
        for _id, token in rows
    )


def _renew(column: Column[Any], rows: Sequence[tuple[int, bytes]]) -> list[Renewal]:
    done, newer = [], {}
    for row_id, token in rows:
        outcome = Outcome.KEPT
        if not crypto.is_newest(token):
            try:
                newer[row_id] = (token, crypto.reencrypt(token))
                outcome = Outcome.RENEWED
            except InvalidToken:
                outcome = Outcome.UNREADABLE
        done.append(Renewal(f"{column.table.name}.{column.name} of {row_id}", outcome))
    if newer:
        with transaction():
            for row_id, (before, after) in newer.items():
                session.execute(
                    update(column.table)
                    .where(_key(column) == row_id, column == before)
                    .values({column: after})
                )
    return done


def _batches(column: Column[Any]) -> Iterator[Sequence[tuple[int, bytes]]]:
    """Yield the ids and values of a column, in order; none of them is held meanwhile."""
    key, after_id = _key(column), 0
    while True:
        rows = [
            (row_id, token)
            for row_id, token in session.execute(
                select(key, column)
                .where(key > after_id, column.is_not(None))
                .order_by(key)
                .limit(BATCH)
            )
        ]
        session.rollback()
        if not rows:
            return
        yield rows
        after_id = rows[-1][0]


def _encrypted_columns() -> list[Column[Any]]:
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Encrypted)
    ]


def _key(column: Column[Any]) -> Column[Any]:
    key: Column[Any]
    [key] = column.table.primary_key.columns
    return key
