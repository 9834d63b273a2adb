"""Whole examples, made of the examples of their parts.

A face has a table of what its words mean everywhere: `first_name` is John wherever it stands. In it
`Room.name` is for the field of one schema, and `Room` for an object as a whole, as the documents
show it. A field that its schema gives an example itself needs no entry, nor does one whose schema
leaves no choice: an enumeration, a date, a truth.
"""

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]

# What a table says of a field that examples leave out.
ABSENT = object()

_PREFIX = "#/components/schemas/"
_BY_FORMAT = {
    "date": "2026-09-01",
    "date-time": "2026-06-01T12:00:00Z",
    "uuid": "a1b2c3d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
    "binary": "<binary>",
}
_BY_TYPE = {"boolean": True, "null": None}


class Examples:
    """Makes examples of the schemas of one face, by its table."""

    def __init__(self, schemas: Mapping[str, Document], table: Mapping[str, Any]) -> None:
        self._schemas = schemas
        self._table = table

    def of(self, schema: Document, *names: str) -> Any:
        """Return an example of a schema, by the first of these names that tells one.

        The first is its own; the others are words that mean the same in other places.

        :raises LookupError: when nothing tells what it could be.
        """
        if "anyOf" in schema:
            return self.of(schema["anyOf"][0], *names)
        if names and names[0] in self._table:
            return self._table[names[0]]
        if schema.get("examples"):
            return schema["examples"][0]
        if "$ref" in schema:
            return self._of_named(schema["$ref"].removeprefix(_PREFIX))
        for name in names[1:]:
            if name in self._table and self._table[name] in schema.get("enum", [self._table[name]]):
                return self._table[name]
        return self._of_plain(schema, names)

    def _of_named(self, name: str) -> Any:
        if name in self._table:
            return self._table[name]
        schema = self._schemas[name]
        if "properties" not in schema:
            return self.of(schema, name)
        fields = {
            field: self.of(inner, f"{name}.{field}", field)
            for field, inner in schema["properties"].items()
        }
        return {field: example for field, example in fields.items() if example is not ABSENT}

    def _of_plain(self, schema: Document, names: tuple[str, ...]) -> Any:
        kinds = schema.get("type", "string")
        kind = kinds if isinstance(kinds, str) else kinds[0]
        if kind == "array":
            item = self.of(schema["items"], *(f"{name}[]" for name in names))
            return [] if item is ABSENT else [item]
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        if schema.get("format") in _BY_FORMAT:
            return _BY_FORMAT[schema["format"]]
        if kind in _BY_TYPE:
            return _BY_TYPE[kind]
        raise LookupError(f"There is no example for {' or '.join(names)}: {schema}")


def merged(example: Any, said: Any) -> Any:
    """Return an example with what is said of some of its parts."""
    if isinstance(example, dict) and isinstance(said, dict):
        parts = {name: merged(example.get(name), part) for name, part in said.items()}
        return {**example, **parts}
    return said
