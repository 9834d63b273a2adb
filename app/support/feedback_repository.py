"""Queries about what people say about the platform."""

from sqlalchemy import select

from app.core.counts import Slice, read_slice
from app.core.db import session
from app.support.enums import Platform
from app.support.models import AppFeedback


def add_feedback(feedback: AppFeedback) -> None:
    session.add(feedback)


def list_feedback(
    *, rating: int | None, platform: Platform | None, offset: int, limit: int
) -> Slice:
    """Return what people have said, newest first."""
    query = select(AppFeedback).order_by(AppFeedback.created_at.desc(), AppFeedback.id.desc())
    if rating is not None:
        query = query.where(AppFeedback.rating == rating)
    if platform is not None:
        query = query.where(AppFeedback.platform == platform)
    return read_slice(query, offset=offset, limit=limit)
