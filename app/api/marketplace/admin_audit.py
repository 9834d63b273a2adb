"""Staff and the audit log."""

from typing import Any

from app.api.marketplace import admin_accounts_schemas as schemas
from app.api.marketplace.access import admin_required
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.marketplace.paging import make_page
from app.api.smorest import refuses
from app.reporting import audit_service as audit

LISTED = "Audit log retrieved successfully."

blp = marketplace_blueprint("Admin audit log", "Who did what to which object, and when")


@blp.route("/admin/audit/")
@admin_required
@refuses(404)
@blp.arguments(schemas.AuditQuerySchema, location="query")
@blp.answers(200, schemas.AuditEntrySchema, LISTED, paged=True)
def list_audit_entries(query: dict[str, Any]) -> Any:
    """List what staff did, newest first. `from` is inclusive, `to` is not."""
    page = query.pop("page")
    return make_page(page, *audit.list_entries(**query, offset=page.offset, limit=page.limit))
