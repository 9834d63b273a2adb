"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi …`."""

import sys

from app import create_app
from app.core.observability import configure_logging
from config import SettingError, load

try:
    settings = load()
except SettingError as error:
    sys.exit(f"Nafasi cannot start: {error}")

configure_logging(settings.log_level)
app = create_app(settings)
