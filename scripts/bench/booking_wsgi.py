"""The application with one route more: the rival, which refuses whatever comes with a constant.

The rival passes through everything that an intent passes through before its service is called,
the token's account and the rate limit included. What an intent costs above that is what looking at
the calendar and writing into it costs.
"""

from flask import Response

from app.api.marketplace.access import login_required
from wsgi import app

__all__ = ["app"]

_BODY = (
    b'{"data":null,"errors":{"non_field_errors":["These nights are not available: 1 to 5 May'
    b' 2030."]},"message":"These nights are not available: 1 to 5 May 2030.","success":false}\n'
)


@app.post("/api/bench/constant/")
@login_required
def refuse_constantly() -> Response:
    """Refuse with the same bytes every time, about as many as a real refusal has."""
    return Response(_BODY, 409, mimetype="application/json")
