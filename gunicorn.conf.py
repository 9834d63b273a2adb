"""How gunicorn serves the application: `gunicorn wsgi:app` reads this file by itself."""

import sys
from pathlib import Path
from typing import Any

from config import SettingError, load

try:
    _settings = load()
except SettingError as error:
    sys.exit(f"Nafasi cannot start: {error}")

worker_class = "gthread"
workers = _settings.web_workers
threads = _settings.web_threads
bind = "127.0.0.1:8000"
timeout = 60
graceful_timeout = 30
keepalive = 75
# Every request is logged by the application, with its id.
accesslog = None
control_socket_disable = True

_counts = Path(_settings.prometheus_multiproc_dir or _settings.instance / "metrics")
_counts.mkdir(parents=True, exist_ok=True)
# Prometheus's library reads it when it is imported.
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_counts}"]


def on_starting(_server: Any) -> None:
    """See to what the workers need before the first of them starts.

    In the embedded profile the bundled Valkey is started. In production a database that is away
    or behind its migrations stops the start with a sentence.
    """
    from app import create_app
    from app.core import db, health, valkey

    # What an earlier server counted is over.
    for file in _counts.glob("*.db"):
        file.unlink()
    if not _settings.redis_url:
        valkey.ensure_running(_settings.instance)
    if _settings.is_production:
        app = create_app(_settings)
        with app.app_context():
            problem = health.database_problem()
        db.close(app)
        if problem:
            sys.exit(f"Nafasi cannot start: {problem}")
