"""Nafasi: one catalogue of spaces, served through three APIs."""

from collections.abc import Callable
from typing import Any, NoReturn

from flask import Flask, Request, Response, g
from flask.globals import request_ctx
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli
from app.accounts import code_service as codes
from app.accounts import session_service as sessions
from app.api import (
    conditional,
    cors,
    marketplace,
    openapi,
    problems,
    rooms,
    smorest,
    system,
    tenant,
    tokens,
)
from app.api.marketplace import dialect as marketplace_dialect
from app.api.parsing import IdConverter, OrjsonProvider
from app.api.rooms import dialect as rooms_dialect
from app.api.tenant import dialect as tenant_dialect
from app.apikeys import service as apikeys
from app.bookings import sweep_service as booking_sweeps
from app.catalogue import calendar_service as calendar
from app.catalogue import image_service as images
from app.core import crypto, db, health, limits, observability, queue, settings, sweeps, waiting
from app.core.page_cache import PageCache
from app.media import service as media
from app.web import assets, dashboard, pages, sign_in, staff
from app.web import media as web_media
from app.web import sessions as page_sessions
from app.web.staff import frame
from config import ROOT, Settings, load

MAX_JSON_BYTES = 1024 * 1024


class Nafasi(Flask):
    """Flask without a look, at each call of each hook, whether it might be a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    def make_default_options_response(self) -> Response:
        """Tell what a path takes, in a header: there is no body, and so no type of one."""
        response = super().make_default_options_response()
        del response.headers["Content-Type"]
        return response

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """Refuse a path that leads nowhere, or a method that it does not take.

        Werkzeug takes the methods of a path that lacks its slash into account where it finds one
        that fits, and forgets them where it finds none.
        """
        adapter = request_ctx.url_adapter
        if isinstance(request.routing_exception, NotFound) and adapter is not None:
            allowed = adapter.allowed_methods(f"{request.path}/")
            if allowed:
                raise MethodNotAllowed(allowed)
        super().raise_routing_exception(request)


def create_app(given: Settings | None = None) -> Flask:
    """Wire the application together; with no settings given, from the environment."""
    chosen = given or load()
    app = Nafasi(__name__, static_folder=None, instance_path=chosen.instance_path)
    app.json = OrjsonProvider(app)
    app.config["MAX_CONTENT_LENGTH"] = MAX_JSON_BYTES
    app.config["MIGRATIONS"] = ROOT / "migrations"
    # Every path answers with and without its trailing slash, and never by a redirect, which
    # would lose a POST's body.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.url_map.converters["int"] = IdConverter
    if chosen.trusted_proxies:
        hops = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    _init_kit(app, chosen)
    _init_domains()
    _init_faces(app, chosen)
    cli.init_app(app)
    return app


def _init_kit(app: Flask, chosen: Settings) -> None:
    settings.init_app(app, chosen)
    crypto.init_app(app, chosen.secret_key, chosen.data_key)
    db.init_app(
        app, chosen.database_url, chosen.database_read_url, connections=chosen.web_threads + 2
    )
    redis_url = queue.redis_url(chosen)
    queue.init_app(app, redis_url)
    limits.init_app(app, redis_url)
    waiting.init_app(app, chosen.web_threads)
    observability.init_app(app)


def _init_domains() -> None:
    sweeps.register("codes", codes.sweep_codes)
    health.register("storage", media.storage_problem)
    sweeps.register("lapsed holds", calendar.sweep_holds)
    sweeps.register("unpaid bookings", booking_sweeps.cancel_unpaid)
    sweeps.register("stays that are over", booking_sweeps.complete_stays)
    sweeps.register("old intents", booking_sweeps.sweep_intents)
    sweeps.register("failed images", images.sweep_failed_images)
    sweeps.register("key uses", apikeys.sweep_last_use)
    sweeps.register("revoked tokens", sessions.sweep_revoked_tokens)


def _init_faces(app: Flask, chosen: Settings) -> None:
    conditional.init_app(app)
    app.extensions["nafasi.page_cache"] = PageCache(chosen.page_cache_bytes)
    api = app.extensions["nafasi.api"] = smorest.make_api(app)
    tokens.init_app(app)
    tenant.init_app(api)
    marketplace.init_app(app, api)
    rooms.init_app(app, api)
    app.extensions["nafasi.descriptions"] = openapi.Descriptions(api.spec.to_dict, api.faces)
    app.register_blueprint(system.blp)
    page_sessions.init_app(app, chosen.secret_key)
    pages.init_app(app)
    for blueprint in (web_media.blp, assets.blp, sign_in.blp, dashboard.blp):
        app.register_blueprint(blueprint)
    staff.init_app(app)
    problems.init_app(
        app,
        {
            tenant_dialect.PREFIX: tenant_dialect.write_problem,
            marketplace_dialect.PREFIX: marketplace_dialect.write_problem,
            rooms_dialect.PREFIX: rooms_dialect.write_problem,
            "/users": dashboard.write_problem,
            "/staff": frame.write_problem,
        },
        default=system.write_problem,
    )
    app.after_request(_add_limit_headers)
    cors.init_app(app, chosen.cors_origins)


def _add_limit_headers(response: Response) -> Response:
    response.headers.update(g.get("limit_headers", {}))
    return response
