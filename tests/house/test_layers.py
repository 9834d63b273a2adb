"""The layer table, held by walking the imports of every module."""

import pytest

from tests.house import layers
from tests.house.source import Import, app_modules, imports_of

MODULES = app_modules()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_layer_may(module: str) -> None:
    source = MODULES[module].read_text()
    breaches = [
        f"{module} imports {what}: {why}"
        for what in imports_of(source, module)
        if (why := layers.breach(module, what)) is not None
    ]
    assert not breaches, "\n".join(breaches)


def test_every_domain_has_a_place_in_the_order() -> None:
    kinds = {module: layers.place_of(module) for module in MODULES}
    strangers = [
        module
        for module, place in kinds.items()
        if place.kind not in ("wiring", "core", "adapters", "api kit", "face", "schema")
        and place.group not in layers.STEPS
    ]
    assert strangers == []


def test_every_exception_is_still_needed() -> None:
    used = {
        pair
        for module, path in MODULES.items()
        for what in imports_of(path.read_text(), module)
        for pair in ((module, what.module), (module, what.package))
    }
    assert set(layers.EXCEPTIONS) - used == set()


@pytest.mark.parametrize(
    ("module", "statement"),
    [
        ("app.api.tenant.keys", "from app.accounts import repository"),
        ("app.api.tenant.keys", "from app.catalogue.feed_repository import list_page"),
        ("app.api.tenant.keys", "from app.accounts.models import Account"),
        ("app.api.tenant.keys", "from app.core.db import session"),
        ("app.api.tenant.keys", "from app.core import queue"),
        ("app.api.tenant.keys", "from rq import Queue"),
        ("app.api.tenant.keys", "from sqlalchemy import select"),
        ("app.api.tenant.schemas", "from app.accounts import service"),
        ("app.api.marketplace.schemas", "from app.api.marketplace.paging import make_page"),
        ("app.api.marketplace.schemas", "from app.api.tenant.schemas import ListingSchema"),
        ("app.api.problems", "from app.catalogue import service"),
        ("app.cli.accounts", "from app.api import problems"),
        ("app.web.media", "from app.adapters import storage"),
        ("app.cli.accounts", "from app.api.tenant import dialect"),
        ("app.catalogue.service", "from flask import request"),
        ("app.catalogue.service", "from marshmallow import Schema"),
        ("app.catalogue.service", "from app.accounts import repository"),
        ("app.catalogue.service", "from app.demo import service"),
        ("app.catalogue.service", "from sqlalchemy import select"),
        ("app.catalogue.imports.service", "from app.apikeys import repository"),
        ("app.accounts.service", "from app.apikeys import service"),
        ("app.reference.service", "from app.notifications import service"),
        ("app.catalogue.lifecycle", "from app.core import clock"),
        ("app.catalogue.lifecycle", "from app.catalogue import repository"),
        ("app.catalogue.lifecycle", "import orjson"),
        ("app.catalogue.repository", "from app.catalogue import service"),
        ("app.catalogue.repository", "from flask import g"),
        ("app.catalogue.jobs", "from app.catalogue import repository"),
        ("app.catalogue.jobs", "from app.accounts import service"),
        ("app.core.queue", "from app.accounts import service"),
        ("app.adapters.mail", "from app.notifications import service"),
        ("app.accounts.enums", "from app.core import clock"),
    ],
)
def test_what_the_table_forbids_is_found(module: str, statement: str) -> None:
    [what] = imports_of(statement, module)
    assert layers.breach(module, what) is not None


def test_relative_imports_are_followed() -> None:
    assert list(imports_of("from . import repository", "app.accounts.service")) == [
        Import("app.accounts.repository")
    ]
    assert list(imports_of("from ..core.db import session", "app.accounts.service")) == [
        Import("app.core.db", "session")
    ]
