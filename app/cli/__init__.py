"""The command line: each command calls one service and prints what came of it."""

from flask import Flask

from app.cli import accounts, apikeys, demo, images, imports, operations, reference


def init_app(app: Flask) -> None:
    """Add every command to `flask --app wsgi`."""
    for command in (
        accounts.create_account_command,
        accounts.create_admin_command,
        apikeys.create_api_key_command,
        apikeys.list_api_keys_command,
        apikeys.revoke_api_key_command,
        images.rebrand_images_command,
        imports.import_listings_command,
        reference.load_reference_command,
        demo.load_demo_command,
        operations.doctor_command,
        operations.openapi_export_command,
        operations.rotate_data_key_command,
        operations.sweep_command,
        operations.worker_command,
    ):
        app.cli.add_command(command)
