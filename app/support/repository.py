"""Queries about frequent questions and saved searches."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from app.core.db import Reader, session
from app.support.models import FaqItem, SavedSearch

_LIST_FAQ = """
    SELECT uuid, category, question, answer FROM faq_item
    WHERE deleted_at IS NULL ORDER BY position, id
"""


# ── frequent questions ──────────────────────────────────────────────────────────────────────


def list_faq(reader: Reader) -> Sequence[Any]:
    """Return (UUID, category, question, answer) of every question, in order."""
    return reader.rows(_LIST_FAQ, {})


def list_faq_items() -> Sequence[FaqItem]:
    """Return every question that is not deleted, in order."""
    return session.scalars(
        select(FaqItem).where(FaqItem.deleted_at.is_(None)).order_by(FaqItem.position, FaqItem.id)
    ).all()


def find_faq_item(uuid: UUID) -> FaqItem | None:
    """Return a question, unless it is deleted."""
    return session.scalar(select(FaqItem).where(FaqItem.uuid == uuid, FaqItem.deleted_at.is_(None)))


def list_faq_keys() -> set[str]:
    """Return the keys of shipped questions that were ever loaded, deleted ones too."""
    return set(session.scalars(select(FaqItem.key).where(FaqItem.key.is_not(None))))


def last_position() -> int:
    """Return the highest position of a question that is not deleted; 0 without any."""
    last = session.scalar(select(func.max(FaqItem.position)).where(FaqItem.deleted_at.is_(None)))
    return last or 0


def lock_faq_item(uuid: UUID) -> FaqItem | None:
    """Return and hold a question, unless it is deleted."""
    return session.scalar(
        select(FaqItem)
        .where(FaqItem.uuid == uuid, FaqItem.deleted_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def add_faq_item(item: FaqItem) -> None:
    """Add a question; a constraint that refuses it leaves the transaction usable."""
    with session.begin_nested():
        session.add(item)


# ── saved searches ──────────────────────────────────────────────────────────────────────────


def list_searches(account_id: int) -> list[SavedSearch]:
    """Return a person's searches, newest first."""
    return list(
        session.scalars(
            select(SavedSearch)
            .where(SavedSearch.account_id == account_id)
            .order_by(SavedSearch.id.desc())
        )
    )


def count_searches(account_id: int) -> int:
    return session.execute(
        select(func.count()).select_from(SavedSearch).where(SavedSearch.account_id == account_id)
    ).scalar_one()


def add_search(search: SavedSearch) -> None:
    session.add(search)
    session.flush()


def delete_search(account_id: int, uuid: UUID) -> bool:
    """Delete a search of a person's; tell whether there was one."""
    found = session.execute(
        delete(SavedSearch)
        .where(SavedSearch.account_id == account_id, SavedSearch.uuid == uuid)
        .returning(SavedSearch.id)
    )
    return found.one_or_none() is not None
