"""Frequent questions: read by everybody, written by staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.core import clock
from app.core.db import reading, transaction, violates
from app.support import repository, shipped
from app.support.errors import UnknownFaqItem
from app.support.limits import MAX_POSITION
from app.support.models import FaqItem

# Room to put questions between those that ship with the product.
STEP = 10


@dataclass(frozen=True, slots=True)
class Question:
    """A question as people read it."""

    uuid: UUID
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Topic:
    """The questions of one category."""

    category: str
    items: list[Question]


def list_faq() -> list[Topic]:
    """Return all questions by category; the category of the first question comes first."""
    with reading() as reader:
        rows = repository.list_faq(reader)
    topics: dict[str, Topic] = {}
    for uuid, category, question, answer in rows:
        topic = topics.setdefault(category, Topic(category, []))
        # SQLite gives UUIDs as text.
        known_as = uuid if isinstance(uuid, UUID) else UUID(uuid)
        topic.items.append(Question(known_as, question, answer))
    return list(topics.values())


def list_questions() -> Sequence[FaqItem]:
    """Return all questions for whoever edits them, in order."""
    return repository.list_faq_items()


def get_question(uuid: UUID) -> FaqItem:
    """Return a question for whoever edits it.

    :raises UnknownFaqItem: when there is no such question.
    """
    item = repository.find_faq_item(uuid)
    if item is None:
        raise UnknownFaqItem
    return item


def add_question(actor_id: int, values: Mapping[str, Any]) -> FaqItem:
    """Add a question: `category`, `question`, `answer`; without a `position` it is the last."""
    with transaction():
        item = FaqItem(**{"position": _next_position()} | dict(values))
        repository.add_faq_item(item)
        _note(actor_id, "created", item)
    return item


def update_question(actor_id: int, uuid: UUID, changes: Mapping[str, Any]) -> FaqItem:
    """Change `category`, `question`, `answer` or `position`; what is absent stays.

    :raises UnknownFaqItem: when there is no such question.
    """
    with transaction():
        item = _lock(uuid)
        changed = {name: new for name, new in changes.items() if getattr(item, name) != new}
        for name, new in changed.items():
            setattr(item, name, new)
        if changed:
            _note(actor_id, "updated", item, fields=sorted(changed))
    return item


def delete_question(actor_id: int, uuid: UUID) -> None:
    """Delete a question for good: loading what ships does not bring it back.

    :raises UnknownFaqItem: when there is no such question.
    """
    with transaction():
        item = _lock(uuid)
        item.deleted_at = clock.now()
        _note(actor_id, "deleted", item)


def load_faq() -> int:
    """Add the shipped questions that were never loaded; return how many.

    They are matched by key, and those that staff has changed or deleted stay so. An empty table
    would tell less: whoever deletes all of them would get all of them back.
    """
    with transaction():
        known = repository.list_faq_keys()
        missing = [row for row in shipped.list_questions() if row["key"] not in known]
        return sum(_add_shipped(row) for row in missing)


def _add_shipped(row: Mapping[str, Any]) -> bool:
    try:
        repository.add_faq_item(FaqItem(**row, position=_next_position()))
    except IntegrityError as error:
        if violates(error, "uq_faq_item_key", "faq_item.key"):
            return False  # another load was faster
        raise
    return True


def _next_position() -> int:
    return min(repository.last_position() + STEP, MAX_POSITION)


def _lock(uuid: UUID) -> FaqItem:
    item = repository.lock_faq_item(uuid)
    if item is None:
        raise UnknownFaqItem
    return item


def _note(actor_id: int, deed: str, item: FaqItem, **details: Any) -> None:
    details = {"question": item.question, **details}
    audit.record(actor_id, f"faq_item.{deed}", "faq_item", item.uuid, **details)
