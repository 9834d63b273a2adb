"""What every schema of query parameters of this face has in common."""

from typing import Any

from marshmallow import pre_load

from app.core.fields import StrictSchema


class QuerySchema(StrictSchema):
    """Query parameters: a name that it does not know is an error, and a blank value is none."""

    @pre_load
    def _leave_blanks_out(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        return {
            name: value
            for name, value in data.items()
            if not isinstance(value, str) or value.strip()
        }
