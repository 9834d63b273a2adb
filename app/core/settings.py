"""The settings of the running application."""

from flask import Flask, current_app

from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["nafasi.settings"] = settings


def current_settings() -> Settings:
    """Return the settings that the current application was made with."""
    settings: Settings = current_app.extensions["nafasi.settings"]
    return settings
