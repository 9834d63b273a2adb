"""Frequent questions, the help centre of the marketplace."""

from typing import Any
from uuid import UUID

from app.api.marketplace.access import admin_required, current_caller, public
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.marketplace.support_schemas import (
    NewQuestionSchema,
    QuestionChangeSchema,
    QuestionDetailSchema,
    TopicSchema,
)
from app.api.smorest import refuses
from app.support import faq_service as faq

LISTED = "Frequently asked questions retrieved successfully."
CREATED = "Question created successfully."
UPDATED = "Question updated successfully."
DELETED = "Question deleted."

blp = marketplace_blueprint("FAQ", "Help-center content grouped by category")


@blp.route("/faq/")
@public
@blp.answers(200, TopicSchema, LISTED, many=True)
def list_faq() -> Any:
    """List the frequently asked questions by category."""
    return faq.list_faq()


@blp.write_route("/faq/")
@admin_required
@blp.arguments(NewQuestionSchema)
@blp.answers(201, QuestionDetailSchema, CREATED)
def add_question(wanted: dict[str, Any]) -> Any:
    """Add a question. Without a position it is the last one."""
    return faq.add_question(current_caller().account_id, wanted)


@blp.write_route("/faq/<uuid:question_id>/", "PATCH")
@admin_required
@refuses(404)
@blp.arguments(QuestionChangeSchema)
@blp.answers(200, QuestionDetailSchema, UPDATED)
def update_question(changes: dict[str, Any], question_id: UUID) -> Any:
    """Change a question, its answer, its category or its place."""
    return faq.update_question(current_caller().account_id, question_id, changes)


@blp.route("/faq/<uuid:question_id>/", methods=["DELETE"])
@admin_required
@refuses(404)
@blp.answers(200, None, DELETED)
def delete_question(question_id: UUID) -> None:
    """Delete a question."""
    faq.delete_question(current_caller().account_id, question_id)
