"""How gunicorn serves the application: `gunicorn wsgi:app` reads this file by itself."""

from typing import Any

from app.core import valkey
from config import load

_settings = load()

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


def on_starting(_server: Any) -> None:
    """Start the bundled Valkey before the first worker, in the embedded profile."""
    if not _settings.redis_url:
        valkey.ensure_running(_settings.instance)
