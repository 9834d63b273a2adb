"""The staff's dashboard, and what is left for text messages."""

from typing import Any

from app.api.marketplace import stats_schemas as schemas
from app.api.marketplace.access import admin_required
from app.api.marketplace.blueprints import marketplace_blueprint
from app.notifications import service as notifications
from app.reporting import stats_service as stats

SHOWN = "Dashboard stats retrieved successfully."
BALANCE = "SMS balance retrieved successfully."

blp = marketplace_blueprint("Admin dashboard", "What staff sees first")


@blp.route("/admin/stats/")
@admin_required
@blp.answers(200, schemas.StatsSchema, SHOWN)
def get_stats() -> Any:
    """Return the dashboard's figures, a minute old at most."""
    return stats.read_stats()


@blp.route("/admin/sms/balance/")
@admin_required
@blp.answers(200, schemas.SmsBalanceSchema, BALANCE)
def get_sms_balance() -> Any:
    """Return what is left at the SMS gateway; a gateway that does not answer is a 503."""
    return notifications.sms_balance()
