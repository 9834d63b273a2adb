"""The table of docs/architecture.md: which kind of module may import which.

`breach` is the whole rule. What it allows beyond the table's words:

- A concept is pure, so its values may be used by every layer above it, like an enumeration.
- Models refer to the models of earlier domains, since that is what a foreign key is.
"""

from dataclasses import dataclass

from tests.house.source import Import

# Domains of one step do not know each other; every domain may use those of earlier steps.
ORDER = (
    ("audit",),
    ("reference", "notifications", "media"),
    ("accounts",),
    ("apikeys",),
    ("catalogue",),
    ("bookings",),
    ("reviews",),
    ("support",),
    ("reporting",),
    ("demo",),
)
STEPS = {name: step for step, names in enumerate(ORDER) for name in names}
PURE = {"concept", "enums"}

# (importing module, imported module): why it may. Each must still be needed.
EXCEPTIONS = {
    ("app.accounts.identity", "email_validator"): "addresses are what this concept is about",
    ("app.accounts.passwords", "argon2"): "hashing is all that this concept is about",
    ("app.accounts.phones", "phonenumbers"): "numbering plans are all that this concept is about",
    ("app.accounts.repository", "redis"): "where somebody logs in from is kept in Redis",
    ("app.apikeys.repository", "redis"): "a key's last use is kept in Redis until a sweep",
    ("app.apikeys.service", "app.accounts.models"): "an owner is passed as accounts returned it",
    (
        "app.apikeys.staff_service",
        "app.accounts.models",
    ): "an owner is passed as accounts returned it",
    ("app.catalogue.repository", "app.reference.service"): "the type of what it is handed",
    ("app.cli.operations", "app.core.queue"): "its commands are the worker and its queues",
    ("app.demo.painting", "PIL"): "pictures are all that this concept is about",
    ("app.demo.papers", "PIL"): "pictures are all that this concept is about",
    ("app.demo.service", "app.accounts.models"): "an owner is passed as accounts returned it",
    ("app.media.branding", "PIL"): "pictures are all that this concept is about",
    ("app.media.decoding", "PIL"): "pictures are all that this concept is about",
    ("app.media.pipeline", "PIL"): "pictures are all that this concept is about",
    ("app.reference.service", "sqlalchemy"): "the engine is the key of what is held in memory",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a module stands: its kind, and the domain or face that it belongs to."""

    kind: str
    group: str = ""


def place_of(module: str) -> Place:
    """Return where a module of the application stands."""
    parts = module.split(".")
    if len(parts) == 1:
        return Place("wiring")
    area, name = parts[1], parts[-1]
    if area in ("core", "adapters"):
        return Place(area, area)
    if area in ("api", "web", "cli"):
        face = ".".join(parts[:3]) if area == "api" and _is_in_face(parts) else f"app.{area}"
        if area == "api" and face == "app.api":
            return Place("api kit", "app.api")
        is_schema = "schemas" in parts or name.endswith(("_schema", "_schemas"))
        return Place("schema" if is_schema else "face", face)
    if len(parts) == 2:
        return Place("package", area)
    for kind in ("service", "repository"):
        if name == kind or name.endswith(f"_{kind}"):
            return Place(kind, area)
    return Place(name if name in ("models", "enums", "errors", "jobs") else "concept", area)


def _is_in_face(parts: list[str]) -> bool:
    return len(parts) > 2 and parts[2] in ("marketplace", "tenant", "rooms")


def breach(module: str, what: Import) -> str | None:
    """Return why a module may not import this, or None where it may."""
    if (module, what.module) in EXCEPTIONS or (module, what.package) in EXCEPTIONS:
        return None
    place = place_of(module)
    if what.package == "app":
        return _breach_within(place, place_of(what.module), what)
    return _breach_without(place, what)


def _breach_within(place: Place, target: Place, what: Import) -> str | None:
    match place.kind:
        case "wiring":
            return None
        case "core":
            return _unless(target.kind == "core", "core/ imports no domain and no face")
        case "adapters":
            return _unless(target.kind in ("core", "adapters"), "adapters import no domain")
        case "api kit":
            return _unless(target.kind in ("core", "api kit"), "what faces share knows no domain")
        case "face":
            return _breach_of_face(place, target, what)
        case "schema":
            # Lists are asked for by schemas that a face's paging begins.
            is_schema = target.group == place.group and (
                target.kind == "schema" or what.name.endswith("Schema")
            )
            allowed = target.kind in PURE or what.module == "app.core.fields" or is_schema
            return _unless(allowed, "a schema knows values, core fields and its face's schemas")
        case "enums":
            return "enumerations stand on the standard library alone"
        case "errors":
            return _unless(what.module == "app.core.errors", "errors derive from core's")
        case "jobs":
            allowed = target == Place("service", place.group)
            return _unless(allowed, "jobs call their own service, nothing else")
        case "package":
            return "a domain's folder imports nothing: there is no second way to its parts"
    return _breach_of_domain(place, target)


def _breach_of_face(place: Place, target: Place, what: Import) -> str | None:
    if target.group == place.group:
        return None
    if target.kind == "api kit":
        return _unless(place.group != "app.cli", "the command line speaks no HTTP")
    if target.kind == "core":
        is_database = what.module == "app.core.db" and what.name not in ("reading", "Reader")
        is_queue = what.module in ("app.core.queue", "app.core.outbox")
        return _unless(not is_database and not is_queue, "a face has no session and no queue")
    allowed = target.kind in {"service", "errors"} | PURE
    return _unless(allowed, "a face calls services, never what is behind them")


def _breach_of_domain(place: Place, target: Place) -> str | None:
    """Judge services, repositories, models and concepts."""
    if target.kind in ("core", "adapters"):
        allowed = {
            "service": True,
            "repository": target.kind == "core",
            "models": target.kind == "core",
        }.get(place.kind, False)
        return _unless(allowed, f"a {place.kind} stays away from {target.kind}/")
    if target.group not in STEPS:
        return "domains know no face"
    is_own = target.group == place.group
    if not is_own and STEPS[target.group] >= STEPS[place.group]:
        return "domains import only those before them"
    allowed_kinds = {
        "concept": PURE,
        "models": PURE | {"models"},
        "repository": PURE | {"models"} | ({"errors", "repository"} if is_own else set()),
        "service": PURE | {"service", "errors"} | ({"repository", "models"} if is_own else set()),
    }[place.kind]
    return _unless(target.kind in allowed_kinds, f"a {place.kind} knows no such {target.kind}")


def _breach_without(place: Place, what: Import) -> str | None:
    """Judge an import of the standard library, of config, or of a library."""
    if what.is_standard or place.kind in ("wiring", "core", "adapters", "api kit"):
        return None
    if what.package == "config":
        return _unless(place.group == "app.cli", "settings come from core.settings")
    match place.kind:
        case "face":
            forbidden = {"sqlalchemy", "redis", "rq", "psycopg", "sqlite3"}
            return _unless(what.package not in forbidden, "a face has no session and no queue")
        case "schema":
            return _unless(what.package == "marshmallow", "a schema is marshmallow and values")
        case "models" | "repository":
            return _unless(what.package == "sqlalchemy", "SQL is all that it is about")
        case "service":
            if what.package == "sqlalchemy":
                return _unless(what.module == "sqlalchemy.exc", "queries are a repository's")
            forbidden = {"flask", "marshmallow", "redis", "rq", "werkzeug"}
            return _unless(what.package not in forbidden, "services know neither HTTP nor stores")
    return f"a module of kind {place.kind} stands on the standard library"


def _unless(allowed: bool, why: str) -> str | None:
    return None if allowed else why
