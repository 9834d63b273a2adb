"""The OpenAPI descriptions: one of everything, and one of each face.

They are made of what flask-smorest has collected. Here come the examples, and for a face what is
not its own goes: the paths of others, and whatever nothing refers to.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from app.api.examples import Document, Examples, merged

# Where `scripts/run` serves: what the exported descriptions name.
LOCAL = "http://127.0.0.1:8000"
# The name of the description of everything.
WHOLE = "openapi"
_TITLE = "Nafasi"
_VERBS = ("get", "put", "post", "delete", "patch")
_REFERENCE = re.compile(r"#/components/(\w+)/(.+)")
_LICENSE = {"name": "MIT", "identifier": "MIT"}

_DESCRIPTION = """\
One catalogue of spaces, served through documented APIs.

Every path answers with and without its trailing slash. Times are UTC, ISO 8601 with `Z`; money
is a decimal string with two places. Every answer carries `X-Request-ID`: name it when you report
a problem."""


@dataclass(frozen=True, slots=True)
class Face:
    """One of the APIs, as its own description shows it.

    `examples` is a table as `app.api.examples` reads it; `parameters` says what stands in paths.
    """

    name: str
    title: str
    prefix: str
    description: str
    examples: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, tuple[str, Any]] = field(default_factory=dict)


class Descriptions:
    """The descriptions of an application that is wired together, made when first asked for."""

    def __init__(self, collect: Callable[[], Document], faces: Sequence[Face]) -> None:
        self._collect = collect
        self._faces = faces
        self._made: dict[str, Document] = {}

    @property
    def names(self) -> list[str]:
        return [WHOLE, *(face.name for face in self._faces)]

    @property
    def titles(self) -> dict[str, str]:
        """The headings of the descriptions, by name."""
        return {WHOLE: "Everything", **{face.name: face.title for face in self._faces}}

    def get(self, name: str, server: str = LOCAL) -> Document:
        """Return the description of that name, for a service at an address.

        :raises KeyError: when there is none.
        """
        if not self._made:
            whole = self._complete(deepcopy(self._collect()))
            made = {face.name: self._only(whole, face) for face in self._faces}
            self._made = {WHOLE: _in_order(whole), **made}
        return {**self._made[name], "servers": [{"url": server}]}

    def _complete(self, whole: Document) -> Document:
        schemas = whole["components"]["schemas"]
        for schema in schemas.values():
            _modernize(schema)
        examples = {face.name: Examples(schemas, face.examples) for face in self._faces}
        for path, item in whole["paths"].items():
            face = self._face_of(path)
            for holder in (item, *_operations(item)):
                for parameter in holder.get("parameters", ()):
                    _complete_parameter(parameter, face, examples[face.name])
            for operation in _operations(item):
                bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
                for body in bodies:
                    for kind, media in body.get("content", {}).items():
                        _complete_media(kind, media, examples[face.name])
        whole["info"] |= {"description": _DESCRIPTION, "license": _LICENSE}
        return _pruned(whole)

    def _only(self, whole: Document, face: Face) -> Document:
        paths = {path: item for path, item in whole["paths"].items() if self._face_of(path) is face}
        used = {
            tag for item in paths.values() for each in _operations(item) for tag in each["tags"]
        }
        info = {
            **whole["info"],
            "title": f"{_TITLE}: {face.title}",
            "description": f"{face.description}\n\n{_DESCRIPTION}",
        }
        tags = [tag for tag in whole["tags"] if tag["name"] in used]
        return _in_order(_pruned({**whole, "info": info, "tags": tags, "paths": paths}))

    def _face_of(self, path: str) -> Face:
        """Return the face of a path: one may lie below another's prefix, so the longest decides."""
        fits = [face for face in self._faces if path.startswith(face.prefix)]
        return max(fits, key=lambda face: len(face.prefix))


def _operations(item: Document) -> Iterator[Document]:
    return (item[verb] for verb in _VERBS if verb in item)


def _modernize(schema: Any) -> None:
    """Write an example of a schema as JSON Schema does, and an address by its format's name."""
    if isinstance(schema, list):
        for each in schema:
            _modernize(each)
    if not isinstance(schema, dict):
        return
    for name, inner in schema.items():
        if name == "properties":
            for each in inner.values():
                _modernize(each)
        else:
            _modernize(inner)
    if "example" in schema:
        schema["examples"] = [schema.pop("example")]
    if schema.get("format") == "url":
        schema["format"] = "uri"


def _complete_parameter(parameter: Document, face: Face, examples: Examples) -> None:
    schema, name = parameter["schema"], parameter["name"]
    _modernize(schema)
    if parameter["in"] == "path":
        parameter["description"], example = face.parameters[name]
    else:
        example = examples.of(schema, f"?{name}", name)
    # What must be there is filled in where the description is tried out; what may be, is not.
    if parameter.get("required"):
        parameter["example"] = example
    else:
        schema["examples"] = [example]


def _complete_media(kind: str, media: Document, examples: Examples) -> None:
    _modernize(media["schema"])
    if media["schema"].get("format") == "binary":
        return
    example = examples.of(media["schema"])
    media["example"] = merged(example, media["example"]) if "example" in media else example


def _pruned(document: Document) -> Document:
    """Return a description without the components that nothing refers to."""
    components = document["components"]
    found: set[tuple[str, str]] = set()
    waiting: list[Any] = [document["paths"]]
    while waiting:
        for kind, name in _references(waiting.pop()) - found:
            found.add((kind, name))
            waiting.append(components[kind][name])
    kept = {
        kind: {name: each for name, each in named.items() if (kind, name) in found}
        for kind, named in components.items()
    }
    return {**document, "components": {kind: named for kind, named in kept.items() if named}}


def _references(part: Any) -> set[tuple[str, str]]:
    if isinstance(part, list):
        return {found for each in part for found in _references(each)}
    if not isinstance(part, dict):
        return set()
    found = {each for inner in part.values() for each in _references(inner)}
    if isinstance(part.get("$ref"), str) and (match := _REFERENCE.fullmatch(part["$ref"])):
        found.add((match[1], match[2]))
    for named in part.get("security", ()) if "operationId" in part else ():
        found |= {("securitySchemes", name) for name in named}
    return found


def _in_order(document: Document) -> Document:
    """Return a description that reads from the general to the particular."""
    order = ("openapi", "info", "servers", "tags", "paths", "components")
    return {name: document.get(name, []) for name in order}
