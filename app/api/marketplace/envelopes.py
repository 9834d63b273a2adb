"""The envelope in OpenAPI: one named schema for each kind of data, however many views give it."""

from functools import cache

from marshmallow import Schema, fields

from app.core.fields import StrictInt


class _EnvelopeSchema(Schema):
    """What every success has in common; `data` and then `errors` are added by its kind."""

    success = fields.Boolean(required=True, metadata={"enum": [True]})
    message = fields.String(required=True, metadata={"description": "A sentence for a person."})


class FailureSchema(Schema):
    """A failure: `errors` maps each field at fault to its sentences.

    What belongs to no field stands under `non_field_errors`.
    """

    success = fields.Boolean(required=True, metadata={"enum": [False]})
    message = fields.String(required=True, metadata={"description": "A sentence for a person."})
    data = fields.Raw(required=True, metadata={"type": "null"})
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


@cache
def envelope_of(data: type[Schema] | None, *, many: bool = False) -> type[Schema]:
    """Return the schema of a success whose `data` is of this kind, or null without one."""
    if data is None:
        return _named("EmptyEnvelope", fields.Raw(required=True, metadata={"type": "null"}))
    name = data.__name__.removesuffix("Schema")
    if many:
        return _named(f"{name}ListEnvelope", fields.Nested(data, many=True, required=True))
    return _named(f"{name}Envelope", fields.Nested(data, required=True))


@cache
def page_of(item: type[Schema]) -> type[Schema]:
    """Return the schema of one page of a list."""
    name = item.__name__.removesuffix("Schema")
    return type(
        f"{name}PageSchema",
        (Schema,),
        {
            "__doc__": "One page of a list, and where its neighbours are.",
            "count": StrictInt(required=True),
            "next": fields.Url(required=True, allow_none=True),
            "previous": fields.Url(required=True, allow_none=True),
            "results": fields.Nested(item, many=True, required=True),
        },
    )


def _named(name: str, data: fields.Field[object]) -> type[Schema]:
    errors = fields.Raw(required=True, metadata={"type": "null"})
    return type(f"{name}Schema", (_EnvelopeSchema,), {"data": data, "errors": errors})
