"""Sets up the development environment and hands over to pytest."""

import os
import sys

from _setup import ROOT, Failed, ensure_installed

MAX_PROCESSES = 8


def main(arguments: list[str]) -> None:
    files = ["requirements.txt", "requirements-dev.txt"]
    if os.environ.get("TEST_BROWSER"):
        files.append("requirements-browser.txt")
    python = ensure_installed(*files)
    command = [str(python), "-m", "pytest", *_processes(arguments), *arguments]
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(command[0], command)


def _processes(arguments: list[str]) -> list[str]:
    """Use every core, unless the caller says how many or debugs, which takes one process."""
    if any(each.startswith(("-n", "--numprocesses", "--pdb", "-s")) for each in arguments):
        return []
    return ["-n", str(min(os.cpu_count() or 2, MAX_PROCESSES))]


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Failed as failure:
        sys.exit(f"scripts/test: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
