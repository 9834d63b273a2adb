"""Reference data that ships with the product: shown, and changed by no page."""

from flask import Response

from app.accounts.caller import Caller
from app.reference import service as reference
from app.web.staff.frame import show, staff_blueprint, staff_page

blp = staff_blueprint("staff_reference", "/reference")


@staff_page(blp, "/")
def show_reference(caller: Caller) -> Response:
    return show("reference.html", caller, state=reference.snapshot())
