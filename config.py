"""Every setting of Nafasi: its name, its default and its meaning.

This is the only module that reads ``os.environ``. A setting's environment variable is its
attribute's name in capitals. The same code runs embedded (SQLite, a bundled Valkey, files)
and on servers; these values alone decide which.
"""

import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parent
MIN_SECRET_CHARS = 32
MAX_PORT = 65_535
MAX_PER_PAGE = 100
_RATE = re.compile(r"\d+ ?(per|/) ?(\d+ ?)?(second|minute|hour|day)s?")
_AUTHORITY = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})", re.ASCII)
_ENDPOINT = re.compile(r"https?://([\w.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?(/[\w./-]*)?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
# How the address of each server may begin.
_SCHEMES = {
    "database_url": ("sqlite:", "postgresql+psycopg:"),
    "database_read_url": ("sqlite:", "postgresql+psycopg:"),
    "redis_url": ("redis:", "rediss:", "unix:"),
    "storage_url": ("file:", "s3:"),
    "mail_url": ("smtp:", "smtps:", "file:"),
    "sms_url": ("africastalking:", "file:"),
    "google_jwks_url": ("https:", "http:"),
}
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_AT_LEAST_ONE = (
    "code_ttl_s",
    "hold_ttl_s",
    "payment_window_s",
    "access_ttl_s",
    "refresh_ttl_s",
    "signed_link_ttl_s",
    "image_wait_s",
    "pagination_per_page",
    "sweep_interval_s",
    "web_workers",
    "web_threads",
)
_RATES = (
    "ratelimit_anon",
    "ratelimit_user",
    "ratelimit_key",
    "ratelimit_register",
    "ratelimit_credentials",
)


class SettingError(Exception):
    """A setting is missing or unusable; the message names it and says what to do."""


def _setting(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one process, already parsed and checked."""

    app_env: str = _setting(
        "development", "`development`, or `production`: every convenience becomes a requirement"
    )
    instance_path: str = _setting(
        str(ROOT / "instance"), "folder for everything the embedded profile keeps on disk"
    )
    secret_key: str = _setting(
        "",
        "signs cursors, codes, tokens; made once in the instance folder, required in production",
    )
    data_key: str = _setting(
        "", "Fernet keys for data at rest, comma-separated, newest first; made once likewise"
    )
    database_url: str = _setting(
        "", "SQLAlchemy URL; default SQLite in the instance folder, or `postgresql+psycopg://…`"
    )
    database_read_url: str = _setting(
        "", "a replica of the database, which searches for stays read; default the database itself"
    )
    redis_url: str = _setting(
        "", "Redis 7+ for queues and limits; unset starts a bundled Valkey on a private socket"
    )
    storage_url: str = _setting(
        "", "`s3://key:secret@bucket/prefix?endpoint=…`; default `file:` in the instance folder"
    )
    mail_url: str = _setting(
        "", "`smtp://user:pass@host:587?tls=starttls`; default `file:` in the instance folder"
    )
    mail_from: str = _setting("Nafasi <no-reply@nafasi.localhost>", "sender of every mail")
    sms_url: str = _setting(
        "", "`africastalking://user:key@live?from=NAFASI`; default `file:` in the instance folder"
    )
    google_client_id: str = _setting(
        "", "client ids that Google sign-in is taken for, comma-separated; unset turns it off"
    )
    google_jwks_url: str = _setting(
        "https://www.googleapis.com/oauth2/v3/certs", "where the keys of Google sign-in are"
    )
    public_url: str = _setting(
        "", "scheme and host that clients see; default the request's own, required in production"
    )
    trusted_proxies: int = _setting(
        0, "number of proxies whose X-Forwarded-* headers count; required in production"
    )
    support_url: str = _setting(
        "mailto:support@nafasi.localhost",
        "where the dashboard sends whoever needs a key that writes",
    )
    cors_origins: str = _setting("*", "origins that browsers may call from, comma-separated")
    fetch_allow_hosts: str = _setting(
        "", "`host:port`, comma-separated, to fetch from although not public; none in production"
    )
    ratelimit_anon: str = _setting(
        "30 per minute", "requests a client address without a key or token that is right"
    )
    ratelimit_user: str = _setting("200 per minute", "requests an account")
    ratelimit_key: str = _setting("120 per minute", "requests an API key")
    ratelimit_register: str = _setting("10 per hour", "key registrations a client address")
    ratelimit_credentials: str = _setting(
        "10 per minute", "logins, codes and resets a client address, and an account"
    )
    code_ttl_s: int = _setting(600, "seconds that a code lives, mailed or by SMS")
    hold_ttl_s: int = _setting(900, "seconds that nights are held while a guest decides")
    payment_window_s: int = _setting(
        24 * 3600, "seconds that a guest has for paying, and for paying anew after a rejection"
    )
    access_ttl_s: int = _setting(3600, "seconds that an access token lives")
    refresh_ttl_s: int = _setting(30 * 24 * 3600, "seconds that a refresh token lives")
    signed_link_ttl_s: int = _setting(300, "seconds that a link to a private file lives")
    image_wait_s: int = _setting(20, "seconds that a request waits for its image to be processed")
    pagination_per_page: int = _setting(15, "rooms of a page where nobody asks for a number")
    default_currency: str = _setting(
        "USD", "ISO 4217 code of the prices of a stay whose host names no currency"
    )
    watermark_text: str = _setting("Nafasi", "what is written on every image")
    watermark_image: str = _setting("", "path of a PNG that is put on every image instead")
    page_cache_bytes: int = _setting(64 * 1024 * 1024, "bytes of feed pages kept a process")
    sweep_interval_s: int = _setting(10, "seconds between two rounds of periodic work")
    web_workers: int = _setting(2, "web server processes")
    web_threads: int = _setting(8, "threads of each web server process")
    metrics_port: int = _setting(
        0,
        "the only port at which `/metrics` answers; with 0 at every one, in production at none",
    )
    prometheus_multiproc_dir: str = _setting(
        "", "folder in which web processes share what `/metrics` counts; made by gunicorn.conf.py"
    )
    log_level: str = _setting("INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`")

    @property
    def is_production(self) -> bool:
        return self.app_env == "production"

    @property
    def shows_metrics(self) -> bool:
        """Whether `/metrics` answers at any port."""
        return bool(self.metrics_port) or not self.is_production

    @property
    def instance(self) -> Path:
        return Path(self.instance_path)

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def google_client_ids(self) -> list[str]:
        ids = self.google_client_id
        return [each.strip() for each in ids.split(",")] if ids else []


def setting_fields() -> Iterator[tuple[str, Field[Any]]]:
    """Yield (environment variable, field) of every setting, in order of definition."""
    for each in fields(Settings):
        yield each.name.upper(), each


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment; fill what the embedded profile makes by itself.

    An empty variable counts as unset.

    :raises SettingError: when a value is malformed, or production lacks a required one.
    """
    source = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for name, each in setting_fields():
        text = source.get(name, "").strip()
        if text:
            values[each.name] = _parse(name, each, text)
    given = Settings(**values)
    _check(given)
    if given.is_production and "trusted_proxies" not in values:
        # A wrong number would let clients choose the address that limits count.
        raise SettingError("TRUSTED_PROXIES must be set when APP_ENV is production.")
    return given if given.is_production else _with_embedded_defaults(given)


def _parse(name: str, each: Field[Any], text: str) -> Any:
    if not isinstance(each.default, int):
        return text
    if not text.isdecimal():
        raise SettingError(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def _check(given: Settings) -> None:
    if given.app_env not in ("development", "production"):
        raise SettingError(f"APP_ENV must be development or production, not {given.app_env!r}.")
    if given.log_level not in _LOG_LEVELS:
        raise SettingError(f"LOG_LEVEL must be one of {', '.join(_LOG_LEVELS)}.")
    for name, schemes in _SCHEMES.items():
        value = getattr(given, name)
        if value and not value.startswith(schemes):
            # The value is not quoted: it may hold a password.
            raise SettingError(f"{name.upper()} must begin with {' or '.join(schemes)}.")
    for name in _AT_LEAST_ONE:
        if getattr(given, name) < 1:
            raise SettingError(f"{name.upper()} must be at least 1.")
    if given.pagination_per_page > MAX_PER_PAGE:
        raise SettingError(f"PAGINATION_PER_PAGE must be at most {MAX_PER_PAGE}.")
    for name in _RATES:
        value = getattr(given, name)
        if not _RATE.fullmatch(value):
            raise SettingError(f"{name.upper()} must read like '120 per minute', not {value!r}.")
    if given.metrics_port > MAX_PORT:
        raise SettingError(f"METRICS_PORT must be at most {MAX_PORT}.")
    if not _CURRENCY.fullmatch(given.default_currency):
        raise SettingError("DEFAULT_CURRENCY must be a code of three capital letters, like USD.")
    if given.watermark_image and not Path(given.watermark_image).is_file():
        raise SettingError("WATERMARK_IMAGE names no file.")
    if given.public_url:
        parts = urlsplit(given.public_url)
        beyond_host = parts.path.strip("/") or parts.query or parts.fragment or parts.username
        if parts.scheme not in ("http", "https") or not parts.netloc or beyond_host:
            raise SettingError(
                "PUBLIC_URL must be a scheme and a host, like https://api.example.com."
            )
    for name in (*_SCHEMES, "public_url"):
        try:
            _ = urlsplit(getattr(given, name)).port
        except ValueError:
            raise SettingError(f"{name.upper()} has a port that is none.") from None
    for each in given.fetch_allow_hosts.split(",") if given.fetch_allow_hosts else ():
        found = _AUTHORITY.fullmatch(each.strip())
        if not found or int(found[1]) > MAX_PORT:
            raise SettingError(
                f"FETCH_ALLOW_HOSTS must read like '127.0.0.1:8080', not {each.strip()!r}."
            )
    _check_storage(urlsplit(given.storage_url))
    _check_sms_url(given.sms_url)
    _check_google(given)
    for key in given.data_key.split(",") if given.data_key else ():
        try:
            Fernet(key.strip())
        except ValueError:
            raise SettingError(
                "DATA_KEY must hold Fernet keys: 32 bytes each, in URL-safe base64."
            ) from None
    if given.is_production:
        _check_production(given)


def _check_storage(url: SplitResult) -> None:
    """Check what a library would take silently for something else: a typo, half a secret."""
    if url.scheme == "file" and (url.netloc or not url.path.startswith("/")):
        raise SettingError("STORAGE_URL must name a folder by its whole path: file:/folder.")
    if url.scheme != "s3":
        return
    query = parse_qs(url.query, keep_blank_values=True)
    if not url.hostname or bool(url.username) is not bool(url.password):
        raise SettingError("STORAGE_URL must read s3://bucket or s3://key:secret@bucket.")
    if url.fragment or not query.keys() <= {"endpoint", "region"}:
        raise SettingError("STORAGE_URL takes ?endpoint= and &region=, and nothing else.")
    for endpoint in query.get("endpoint", ()):
        if not _ENDPOINT.fullmatch(endpoint):
            raise SettingError(
                "STORAGE_URL needs a scheme and a host for its endpoint, like "
                "https://s3.example.com."
            )


def _check_sms_url(value: str) -> None:
    url = urlsplit(value)
    if url.scheme != "africastalking":
        return
    # The key becomes an HTTP header, which carries no blank and nothing past ASCII.
    key = unquote(url.password or "")
    if not (url.username and url.hostname and re.fullmatch(r"[!-~]+", key)):
        raise SettingError(
            "SMS_URL must read like africastalking://username:key@live, percent-encoded."
        )
    if parse_qs(url.query).get("scheme", ["https"])[0] not in ("https", "http"):
        raise SettingError("SMS_URL must have scheme=https or scheme=http, or no scheme.")


def _check_google(given: Settings) -> None:
    if not all(given.google_client_ids):
        raise SettingError("GOOGLE_CLIENT_ID must hold client ids, separated by commas.")
    url = urlsplit(given.google_jwks_url)
    is_own = url.hostname in _LOOPBACK and not given.is_production
    if not url.hostname or (url.scheme == "http" and not is_own):
        # Whoever can change the keys on their way can sign in as anybody.
        raise SettingError("GOOGLE_JWKS_URL must be an https address.")


def _check_production(given: Settings) -> None:
    required = (
        "secret_key",
        "data_key",
        "database_url",
        "redis_url",
        "mail_url",
        "sms_url",
        "public_url",
    )
    for name in required:
        if not getattr(given, name):
            raise SettingError(f"{name.upper()} must be set when APP_ENV is production.")
    if given.fetch_allow_hosts:
        raise SettingError("FETCH_ALLOW_HOSTS must not be set when APP_ENV is production.")
    if len(given.secret_key) < MIN_SECRET_CHARS or len(set(given.secret_key)) < 10:
        raise SettingError(
            f"SECRET_KEY is weak: use {MIN_SECRET_CHARS} random characters or more, such as the "
            "output of `python -c 'import secrets; print(secrets.token_urlsafe(48))'`."
        )


def _with_embedded_defaults(given: Settings) -> Settings:
    instance = given.instance.resolve()
    # It holds secrets, mails and the database: nobody else's business.
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    filled = {
        "instance_path": str(instance),
        "secret_key": given.secret_key or _kept(instance / "secret_key", secrets.token_urlsafe(48)),
        "data_key": given.data_key or _kept(instance / "data_key", Fernet.generate_key().decode()),
        "database_url": given.database_url or f"sqlite:///{instance / 'nafasi.db'}",
        "mail_url": given.mail_url or f"file:{instance / 'outbox'}",
        "sms_url": given.sms_url or f"file:{instance / 'outbox'}",
    }
    return Settings(**{each.name: getattr(given, each.name) for each in fields(Settings)} | filled)


def _kept(path: Path, fresh: str) -> str:
    """Return the secret kept in `path` (mode 600), writing `fresh` there the first time.

    Two processes that start together agree: the file appears whole, and the first one wins.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(fresh)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
