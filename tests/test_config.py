"""The settings: every refusal names the setting, and production wants everything said."""

import stat
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

import config
from config import ROOT, SettingError, load, setting_fields

PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "DATA_KEY": Fernet.generate_key().decode(),
    "DATABASE_URL": "postgresql+psycopg://nafasi@db/nafasi",
    "REDIS_URL": "redis://cache:6379/0",
    "MAIL_URL": "smtp://user:pass@mail:587",
    "SMS_URL": "africastalking://nafasi:key@live",
    "PUBLIC_URL": "https://api.example.com",
    "TRUSTED_PROXIES": "1",
}


@pytest.fixture
def embedded(tmp_path: Path) -> dict[str, str]:
    """An environment that only says where to keep things."""
    return {"INSTANCE_PATH": str(tmp_path / "instance")}


def _refusal(environ: dict[str, str]) -> str:
    with pytest.raises(SettingError) as caught:
        load(environ)
    return str(caught.value)


# ── the embedded profile ────────────────────────────────────────────────────────────────────


def test_nothing_needs_to_be_set(embedded: dict[str, str]) -> None:
    settings = load(embedded)
    instance = Path(embedded["INSTANCE_PATH"])
    assert not settings.is_production
    assert settings.is_sqlite
    assert settings.database_url == f"sqlite:///{instance / 'nafasi.db'}"
    assert settings.mail_url == f"file:{instance / 'outbox'}"
    assert (settings.redis_url, settings.storage_url) == ("", "")
    assert settings.sms_url == f"file:{instance / 'outbox'}"
    assert settings.google_client_ids == []
    assert settings.google_jwks_url == "https://www.googleapis.com/oauth2/v3/certs"
    assert len(settings.secret_key) >= config.MIN_SECRET_CHARS
    Fernet(settings.data_key)


def test_what_is_set_is_taken(embedded: dict[str, str]) -> None:
    settings = load(
        embedded
        | {
            "SECRET_KEY": "mine",
            "DATABASE_URL": "postgresql+psycopg://db/x",
            "WEB_THREADS": " 3 ",
            "RATELIMIT_KEY": "5 per second",
        }
    )
    assert (settings.secret_key, settings.web_threads) == ("mine", 3)
    assert not settings.is_sqlite
    assert settings.ratelimit_key == "5 per second"


def test_an_empty_variable_counts_as_unset(embedded: dict[str, str]) -> None:
    assert load(embedded | {"WEB_THREADS": "", "DATABASE_URL": "  "}) == load(embedded)


def test_what_it_made_is_kept_and_for_nobody_else_to_read(embedded: dict[str, str]) -> None:
    first = load(embedded)
    assert load(embedded) == first
    for name in ("secret_key", "data_key"):
        path = first.instance / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_text() == getattr(first, name)
    assert {path.name for path in first.instance.iterdir()} == {"secret_key", "data_key"}


def test_processes_that_start_together_agree_on_the_secrets(embedded: dict[str, str]) -> None:
    code = "import config; s = config.load(); print(s.secret_key, s.data_key)"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, env=embedded, stdout=subprocess.PIPE, text=True
        )
        for _ in range(6)
    ]
    said = {process.communicate(timeout=60)[0] for process in processes}
    assert len(said) == 1
    assert len(said.pop().split()) == 2


def test_settings_do_not_change(embedded: dict[str, str]) -> None:
    with pytest.raises(FrozenInstanceError):
        load(embedded).log_level = "DEBUG"  # type: ignore[misc]


def test_every_setting_has_a_meaning() -> None:
    for name, each in setting_fields():
        assert each.metadata["meaning"], name
        assert name == name.upper()


# ── refusals ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "prod"),
        ("WEB_THREADS", "many"),
        ("WEB_THREADS", "-1"),
        ("WEB_THREADS", "1.5"),
        ("WEB_THREADS", "0"),
        ("WEB_WORKERS", "0"),
        ("SWEEP_INTERVAL_S", "0"),
        ("CODE_TTL_S", "0"),
        ("TRUSTED_PROXIES", "yes"),
        ("LOG_LEVEL", "debug"),
        ("DEFAULT_CURRENCY", "usd"),
        ("DEFAULT_CURRENCY", "US$"),
        ("RATELIMIT_KEY", "often"),
        ("RATELIMIT_ANON", "30 per"),
        ("RATELIMIT_REGISTER", "ten per hour"),
        ("FETCH_ALLOW_HOSTS", "127.0.0.1"),
        ("FETCH_ALLOW_HOSTS", "127.0.0.1:"),
        ("FETCH_ALLOW_HOSTS", ":8080"),
        ("FETCH_ALLOW_HOSTS", "127.0.0.1:65536"),
        ("FETCH_ALLOW_HOSTS", "127.0.0.1:8080,"),
        ("FETCH_ALLOW_HOSTS", "127.0.0.1:8080 localhost:8080"),
        ("FETCH_ALLOW_HOSTS", "http://127.0.0.1:8080"),
        ("FETCH_ALLOW_HOSTS", "me@127.0.0.1:8080"),
        ("FETCH_ALLOW_HOSTS", "::1:8080"),
        ("FETCH_ALLOW_HOSTS", "*:80"),
        ("RATELIMIT_USER", "200"),
        ("RATELIMIT_CREDENTIALS", "10 a minute"),
        ("ACCESS_TTL_S", "0"),
        ("REFRESH_TTL_S", "30 days"),
        ("PUBLIC_URL", "api.example.com"),
        ("PUBLIC_URL", "ftp://api.example.com"),
        ("PUBLIC_URL", "https://api.example.com/v1"),
        ("PUBLIC_URL", "https://"),
        ("DATA_KEY", "short"),
        ("DATA_KEY", "c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlISE=,short"),
        ("DATABASE_URL", "postgres://user:pass@db/nafasi"),
        ("DATABASE_URL", "postgresql://user:pass@db/nafasi"),
        ("DATABASE_URL", "/var/lib/nafasi.db"),
        ("REDIS_URL", "cache:6379"),
        ("MAIL_URL", "mail.example.com"),
        ("STORAGE_URL", "/var/lib/media"),
        ("STORAGE_URL", "file:media"),
        ("STORAGE_URL", "file:"),
        ("STORAGE_URL", "file://host/media"),
        ("STORAGE_URL", "s3:media"),
        ("STORAGE_URL", "s3:///prefix"),
        ("STORAGE_URL", "s3://key@media"),
        ("STORAGE_URL", "s3://:secret@media"),
        ("STORAGE_URL", "s3://key:sec/ret@media"),
        ("STORAGE_URL", "s3://media?endpont=https://s3.example.com"),
        ("STORAGE_URL", "s3://media?endpoint=s3.example.com"),
        ("STORAGE_URL", "s3://media?endpoint="),
        ("STORAGE_URL", "s3://media?endpoint=https://key:secret@s3.example.com"),
        ("STORAGE_URL", "s3://media?endpoint=https://s3.example.com:port"),
        ("STORAGE_URL", "s3://media#prefix"),
        ("SMS_URL", "https://api.africastalking.com"),
        ("SMS_URL", "africastalking://live"),
        ("SMS_URL", "africastalking://nafasi@live"),
        ("SMS_URL", "africastalking://:key@live"),
        ("SMS_URL", "africastalking://nafasi:key@"),
        ("SMS_URL", "africastalking:nafasi:key@live"),
        ("SMS_URL", "africastalking://nafasi:key@proxy:port"),
        ("SMS_URL", "africastalking://nafasi:two%20words@live"),
        ("SMS_URL", "africastalking://nafasi:two%0D%0Alines@live"),
        ("SMS_URL", "africastalking://nafasi:cl%C3%A9@live"),
        ("SMS_URL", "africastalking://nafasi:key@proxy:8080?scheme=ftp"),
        ("GOOGLE_CLIENT_ID", ","),
        ("GOOGLE_CLIENT_ID", "web.apps.example,"),
        ("GOOGLE_JWKS_URL", "www.googleapis.com/oauth2/v3/certs"),
        ("GOOGLE_JWKS_URL", "http://www.googleapis.com/oauth2/v3/certs"),
        ("GOOGLE_JWKS_URL", "http://127.0.0.1.example.com/certs"),
        ("GOOGLE_JWKS_URL", "https:///certs"),
        ("GOOGLE_JWKS_URL", "https://keys.example.com:port/certs"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(
    embedded: dict[str, str], name: str, value: str
) -> None:
    assert name in _refusal(embedded | {name: value})


def test_a_refusal_quotes_no_password(embedded: dict[str, str]) -> None:
    for name, value in (
        ("DATABASE_URL", "postgres://me:hunter2@db/x"),
        ("STORAGE_URL", "s3://key:hunter2@media?endpoint=nowhere"),
        ("STORAGE_URL", "s3://key:hunter2/@media"),
        ("SMS_URL", "africastalking://hunter2@live"),
        ("SMS_URL", "africastalking://me:hunter2 @live"),
    ):
        assert "hunter2" not in _refusal(embedded | {name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RATELIMIT_KEY", "120 per minute"),
        ("RATELIMIT_KEY", "120/minute"),
        ("RATELIMIT_KEY", "10 per 5 minutes"),
        ("FETCH_ALLOW_HOSTS", "127.0.0.1:8080"),
        ("FETCH_ALLOW_HOSTS", "localhost:80, [::1]:65535"),
        ("PUBLIC_URL", "https://api.example.com/"),
        ("PUBLIC_URL", "http://127.0.0.1:8000"),
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("REDIS_URL", "rediss://:secret@cache:6380/1"),
        ("MAIL_URL", "smtps://mail"),
        ("STORAGE_URL", "file:/var/lib/media"),
        ("STORAGE_URL", "file:///var/lib/media"),
        ("STORAGE_URL", "s3://media"),
        ("STORAGE_URL", "s3://k%2Fey:s%40cret@media/a/prefix?endpoint=http://127.0.0.1:9000"),
        ("STORAGE_URL", "s3://media?endpoint=https%3A%2F%2F[::1]:9000/store&region=af-south-1"),
        ("SMS_URL", "africastalking://sandbox:atsk_0a1b@sandbox"),
        ("SMS_URL", "africastalking://nafasi:a%2Fkey@live?from=NAFASI"),
        ("SMS_URL", "africastalking://nafasi:key@[::1]:8080?scheme=http"),
        ("SMS_URL", "file:/var/spool/nafasi"),
        ("GOOGLE_CLIENT_ID", "web.apps.example, android.apps.example"),
        ("GOOGLE_JWKS_URL", "https://keys.example.com:8443/certs"),
        ("GOOGLE_JWKS_URL", "http://127.0.0.1:8001/certs"),
        ("GOOGLE_JWKS_URL", "http://[::1]:8001/certs"),
    ],
)
def test_a_value_that_can_be_used_is_taken(embedded: dict[str, str], name: str, value: str) -> None:
    assert getattr(load(embedded | {name: value}), name.lower()) == value


def test_client_ids_are_split_at_commas(embedded: dict[str, str]) -> None:
    given = load(embedded | {"GOOGLE_CLIENT_ID": "web.apps.example, android.apps.example"})
    assert given.google_client_ids == ["web.apps.example", "android.apps.example"]


# ── production ──────────────────────────────────────────────────────────────────────────────


def test_production_makes_nothing_up(tmp_path: Path) -> None:
    settings = load(PRODUCTION | {"INSTANCE_PATH": str(tmp_path / "instance")})
    assert settings.is_production
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "APP_ENV"])
def test_production_wants_everything_said(name: str) -> None:
    refusal = _refusal({key: value for key, value in PRODUCTION.items() if key != name})
    assert refusal == f"{name} must be set when APP_ENV is production."


def test_production_takes_keys_over_https_only() -> None:
    refusal = _refusal(PRODUCTION | {"GOOGLE_JWKS_URL": "http://127.0.0.1:8001/certs"})
    assert refusal == "GOOGLE_JWKS_URL must be an https address."


@pytest.mark.parametrize("secret", ["short", "a" * 60, "abcabcabc" * 10])
def test_production_wants_a_strong_secret(secret: str) -> None:
    assert "SECRET_KEY is weak" in _refusal(PRODUCTION | {"SECRET_KEY": secret})


def test_production_fetches_from_public_hosts_only() -> None:
    refusal = _refusal(PRODUCTION | {"FETCH_ALLOW_HOSTS": "127.0.0.1:8080"})
    assert refusal == "FETCH_ALLOW_HOSTS must not be set when APP_ENV is production."


def test_a_server_that_cannot_start_says_so_in_a_sentence(tmp_path: Path) -> None:
    for command in (["-m", "gunicorn", "--check-config", "wsgi:app"], ["-c", "import wsgi"]):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env={"APP_ENV": "production", "INSTANCE_PATH": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 1
        said = "Nafasi cannot start: SECRET_KEY must be set when APP_ENV is production."
        assert done.stderr.strip() == said
