"""Makes the two files that Postman imports, from the exported description and the steps."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.cli.postman import accounts, admin, bookings, catalogue, listings, people, rooms, tenant
from app.cli.postman.steps import Dialect, Folder, Step

COLLECTION_FILE = "nafasi.postman_collection.json"
ENVIRONMENT_FILE = "nafasi.postman_environment.json"

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_DESCRIPTION = """\
Every operation of Nafasi's three APIs, in an order in which they all succeed.

1. In Postman, click Import and drop both files.
2. Select the environment "Nafasi — API" in the top-right picker.
3. Run Marketplace → Authentication → Login with valid credentials.
4. Every authenticated request now uses the captured bearer token automatically.

Set `base_url` in the environment to the address of the service. Ids, keys and tokens that answers
hold are kept in the environment for the requests that come after.\
"""
# Whoever books a night of today needs to know which day it is where the listing is.
_DATES = """\
// Nights from today on, by the clock of Dar es Salaam.
const day = (ahead) => new Date(Date.now() + (ahead * 24 + 3) * 3600e3).toISOString().slice(0, 10);
pm.variables.set("check_in_date", day(0));
pm.variables.set("check_out_date", day(4));
pm.variables.set("later_check_in_date", day(10));
pm.variables.set("later_check_out_date", day(12));
pm.variables.set("blackout_start_date", day(40));
pm.variables.set("blackout_end_date", day(43));\
"""
DATES = frozenset(re.findall(r'set\("(\w+)"', _DATES))

# What people fill in; all else that requests use is filled by answers.
_ENVIRONMENT = {
    "base_url": "http://127.0.0.1:8000",
    "email": "john@example.com",
    "password": "SecurePass@123",
    "phone_number": "+255712345678",
    "guest_email": "guest@example.com",
    "guest_password": "",
    "guest_phone_number": "+255714000002",
    "admin_email": "admin@example.com",
    "admin_password": "",
    "otp_code": "",
    "google_id_token": "",
    "overdue_booking_id": "",
    "image_url": "",
    "codes_url": "",
}
_SECRET = ("password", "token", "api_key", "otp_code")

_PLACES = re.compile(r"{(\w+)}")


def folders() -> tuple[Folder, ...]:
    """Return the collection's content, in its order."""
    of_marketplace = Folder(
        "Marketplace",
        "The marketplace API, `/api/`: every answer is in the same envelope of `success`, "
        "`message`, `data` and `errors`.",
        (
            accounts.AUTHENTICATION,
            accounts.PROFILE,
            accounts.OWN_KEYS,
            accounts.ONBOARDING,
            accounts.PROVIDERS,
            listings.LISTINGS,
            bookings.BOOKINGS,
            catalogue.CATEGORIES,
            catalogue.AMENITIES,
            people.REVIEWS,
            people.SAVED_SEARCHES,
            people.QUESTIONS,
            admin.PORTAL,
        ),
    )
    return (of_marketplace, tenant.FOLDER, rooms.FOLDER, accounts.LOGGING_OUT)


def make_collection(description: Mapping[str, Any]) -> dict[str, Any]:
    """Return the collection, in Postman's format v2.1, of an OpenAPI description.

    :raises KeyError: when a step is about an operation that the description does not have.
    :raises ValueError: when a step's query has a parameter that its operation does not have, or a
        step does not say which of several successes it wants.
    """
    return {
        "info": {
            "name": f"{description['info']['title']} API",
            "description": _DESCRIPTION,
            "schema": _SCHEMA,
        },
        "auth": _bearer("access_token"),
        "event": [_script("prerequest", _DATES)],
        "item": [_folder(folder, description) for folder in folders()],
    }


def make_environment() -> dict[str, Any]:
    """Return the environment that goes with the collection: every variable that it uses."""
    kept = (name for step in steps_of(folders()) for name in step.keeps)
    # Whatever is filled in by hand comes first, and some of it is kept from answers as well.
    values = _ENVIRONMENT | {name: _ENVIRONMENT.get(name, "") for name in kept}
    return {
        "name": "Nafasi — API",
        "values": [
            {
                "key": name,
                "value": value,
                "type": "secret" if name.endswith(_SECRET) else "default",
                "enabled": True,
            }
            for name, value in values.items()
        ],
        "_postman_variable_scope": "environment",
    }


def steps_of(items: Sequence[Step | Folder]) -> Iterator[Step]:
    """Yield the steps in the order in which they run."""
    for item in items:
        if isinstance(item, Folder):
            yield from steps_of(item.items)
        else:
            yield item


def _folder(folder: Folder, description: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"name": folder.name, "description": folder.description}
    if folder.token:
        made["auth"] = _bearer(folder.token)
    made["item"] = [
        _folder(item, description) if isinstance(item, Folder) else _item(item, description)
        for item in folder.items
    ]
    return made


def _item(step: Step, description: Mapping[str, Any]) -> dict[str, Any]:
    method, path = step.operation.split()
    operation = description["paths"][path][method.lower()]
    request: dict[str, Any] = {
        "method": method,
        "header": [],
        "url": _url(step, path, operation),
        "description": _words(step, operation),
    }
    if step.is_anonymous or not operation.get("security"):
        request["auth"] = {"type": "noauth"}
    elif path.startswith("/api/"):
        # In a folder of the tenant API, a step of staff's carries staff's token.
        request["auth"] = _bearer("access_token")
    if step.form:
        request["body"] = {"mode": "formdata", "formdata": [*map(_field, step.form.items())]}
    elif step.body is not None:
        request["header"] = [{"key": "Content-Type", "value": "application/json"}]
        text = json.dumps(step.body, indent=2, ensure_ascii=False)
        request["body"] = {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}
    events = [_script("test", "\n".join(_tests(step, path, operation)))]
    before = _before(step)
    if before:
        events.insert(0, _script("prerequest", before))
    return {"name": step.name, "event": events, "request": request, "response": []}


def _words(step: Step, operation: Mapping[str, Any]) -> str:
    parts = (operation.get("summary"), operation.get("description"), step.note)
    return "\n\n".join(part.strip() for part in parts if part)


def _url(step: Step, path: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    filled = _PLACES.sub(lambda found: f"{{{{{step.path.get(found[1], found[1])}}}}}", path)
    raw = "{{base_url}}" + filled
    if step.query:
        raw += "?" + "&".join(f"{name}={value}" for name, value in step.query.items())
    url: dict[str, Any] = {
        "raw": raw,
        "host": ["{{base_url}}"],
        "path": filled.removeprefix("/").split("/"),
    }
    known = [each for each in operation.get("parameters", ()) if each.get("in") == "query"]
    unknown = step.query.keys() - {each["name"] for each in known}
    if unknown:
        raise ValueError(f"{step.operation} has no {', '.join(sorted(unknown))}")
    query = [_parameter(each, step.query.get(each["name"])) for each in known]
    if query:
        url["query"] = query
    return url


def _parameter(parameter: Mapping[str, Any], value: str | None) -> dict[str, Any]:
    schema = parameter.get("schema", {})
    made: dict[str, Any] = {"key": parameter["name"], "value": value}
    if value is None:
        made |= {"value": str(schema.get("default", "")), "disabled": True}
    words = parameter.get("description", "")
    if "enum" in schema:
        words = f"{words} One of: {', '.join(map(str, schema['enum']))}.".strip()
    if words:
        made["description"] = words
    return made


def _field(item: tuple[str, str]) -> dict[str, Any]:
    name, value = item
    if value.startswith("@"):
        return {"key": name, "type": "file", "src": value.removeprefix("@")}
    return {"key": name, "type": "text", "value": value}


# ── scripts ─────────────────────────────────────────────────────────────────────────────────


def _before(step: Step) -> str:
    lines = []
    if step.needs:
        lines += [
            f"// Left out unless {step.needs} is filled in.",
            f'if (!pm.environment.get("{step.needs}")) pm.execution.skipRequest();',
        ]
    if step.code_for:
        lines += [
            "// Type the code that came into otp_code. A machine that runs the collection names in",
            '// codes_url who answers {"code": "123456"}, the next that was sent to somebody.',
            'const codes = pm.environment.get("codes_url");',
            f'const to = encodeURIComponent(pm.variables.replaceIn("{step.code_for}"));',
            "if (codes) pm.sendRequest(`${codes}?to=${to}`, (error, found) => {",
            "    if (error) throw error;",
            '    pm.environment.set("otp_code", found.json().code);',
            "});",
        ]
    return "\n".join(lines)


def _tests(step: Step, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    status = step.status or _only_success(step, operation)
    yield f'pm.test("The status is {status}", () => pm.response.to.have.status({status}));'
    if status == 204:
        yield 'pm.test("Nothing comes back", () => pm.expect(pm.response.text()).to.eql(""));'
        return
    dialect = step.dialect or _dialect_of(path)
    if dialect is Dialect.FILE:
        yield 'pm.test("It is a JPEG, and nobody is to keep it", () => {'
        yield '    pm.expect(pm.response.headers.get("Content-Type")).to.eql("image/jpeg");'
        yield '    pm.expect(pm.response.headers.get("Cache-Control")).to.include("no-store");'
        yield "});"
        return
    yield "const answer = pm.response.json();"
    yield from _ABOUT[dialect]
    for expression, value in step.expects.items():
        found = json.dumps(value, ensure_ascii=False)
        name = json.dumps(f"{expression.removeprefix('answer.')} is {found}", ensure_ascii=False)
        yield f"pm.test({name}, () => pm.expect({expression}).to.eql({found}));"
    for name, expression in step.keeps.items():
        yield f'pm.environment.set("{name}", {expression});'


_ABOUT = {
    Dialect.ENVELOPE: (
        'pm.test("The answer is a success, in the envelope", () => {',
        '    pm.expect(answer).to.have.all.keys("success", "message", "data", "errors");',
        "    pm.expect(answer.success).to.eql(true);",
        '    pm.expect(answer.message).to.be.a("string").that.is.not.empty;',
        "    pm.expect(answer.errors).to.eql(null);",
        "});",
    ),
    Dialect.TENANT: (
        'pm.test("The answer is bare JSON, without an envelope", () => {',
        '    pm.expect(answer).to.be.an(Array.isArray(answer) ? "array" : "object");',
        '    pm.expect(answer).to.not.have.any.keys("success", "errors");',
        "});",
    ),
    Dialect.ROOMS: (
        'pm.test("The answer is about rooms", () => {',
        '    pm.expect(answer).to.have.property("data");',
        '    pm.expect(answer).to.not.have.any.keys("success", "errors");',
        "});",
    ),
}


def _dialect_of(path: str) -> Dialect:
    if path.startswith("/v1/"):
        return Dialect.TENANT
    return Dialect.ROOMS if path.startswith("/api/rooms") else Dialect.ENVELOPE


def _only_success(step: Step, operation: Mapping[str, Any]) -> int:
    [status] = [int(code) for code in operation["responses"] if code.startswith("2")]
    return status


def _script(listen: str, text: str) -> dict[str, Any]:
    return {"listen": listen, "script": {"type": "text/javascript", "exec": text.split("\n")}}


def _bearer(variable: str) -> dict[str, Any]:
    token = {"key": "token", "value": f"{{{{{variable}}}}}", "type": "string"}
    return {"type": "bearer", "bearer": [token]}
