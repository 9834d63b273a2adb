"""The first page: what waits, and how things are going."""

from flask import Response

from app.accounts.caller import Caller
from app.reporting import stats_service
from app.web.staff import plots
from app.web.staff.frame import show, staff_blueprint, staff_page

blp = staff_blueprint("staff")


@staff_page(blp, "/")
def show_start(caller: Caller) -> Response:
    stats = stats_service.read_stats()
    days = stats.last_30_days
    return show(
        "start.html",
        caller,
        stats=stats,
        plots=plots.make_plots(days),
        plot_height=plots.HEIGHT,
        currencies=plots.currencies(days),
    )
