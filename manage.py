"""The commands of `flask --app wsgi`, also by names with underscores: `python manage.py …`."""

import sys
from collections.abc import Sequence

from flask.cli import cli


def main(arguments: Sequence[str]) -> None:
    """Run a command of the service, and leave by its exit status."""
    name = [word.replace("_", "-") for word in arguments[:1]]
    cli.main(["--app", "wsgi", *name, *arguments[1:]], prog_name="manage.py")


if __name__ == "__main__":
    main(sys.argv[1:])
