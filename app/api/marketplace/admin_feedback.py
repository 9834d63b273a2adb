"""What people say of the platform, for staff."""

from typing import Any

from app.api.marketplace import reviews_schemas as schemas
from app.api.marketplace.access import admin_required
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.marketplace.paging import make_page
from app.api.smorest import refuses
from app.support import feedback_service as feedback

LISTED = "Feedback retrieved successfully."

blp = marketplace_blueprint("Admin feedback", "What people say of the platform, for staff")


@blp.route("/admin/feedback/")
@admin_required
@refuses(404)
@blp.arguments(schemas.FeedbackQuerySchema, location="query")
@blp.answers(200, schemas.FeedbackSchema, LISTED, paged=True)
def list_feedback(query: dict[str, Any]) -> Any:
    """List what people have said of the platform, newest first."""
    page = query.pop("page")
    return make_page(page, *feedback.list_feedback(**query, offset=page.offset, limit=page.limit))
