"""A reader's shell: it runs what a page prints, block after block, and says what came of it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 300
# Every request tells on standard error what was asked and what status came back.
_CURL = 'write-out = "%{stderr}HTTP %{http_code} %{method} %{url_effective}\\n"\n'
# A line that fails is told of, wherever in a block it stands.
_TRAP = """trap 'echo "FAILED $BASH_COMMAND" >&2' ERR; set -o pipefail\n"""
_SILENT = "the shell did not come back: "


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a block printed, the statuses of its requests in order, and the lines that failed."""

    output: str
    complaints: str

    @property
    def statuses(self) -> list[int]:
        return [int(line.split()[1]) for line in self.complaints.splitlines() if _is_request(line)]

    @property
    def failures(self) -> list[str]:
        return [line for line in self.complaints.splitlines() if line.startswith("FAILED ")]


class Shell:
    """One bash, in which variables and functions live from block to block."""

    def __init__(self, bash: "subprocess.Popen[str]", folder: Path) -> None:
        self._bash, self._folder = bash, folder
        self._count = 0

    def run(self, code: str) -> Outcome:
        """Run a block to its end."""
        self._count += 1
        block = self._folder / f"{self._count}.sh"
        block.write_text(code)
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        self._bash.stdin.write(f". {block} </dev/null >{block}.out 2>{block}.err; echo done\n")
        self._bash.stdin.flush()
        complaints = Path(f"{block}.err")
        assert self._bash.stdout.readline() == "done\n", _SILENT + complaints.read_text()
        return Outcome(Path(f"{block}.out").read_text(), complaints.read_text())


def is_missing() -> bool:
    """Tell whether this machine lacks what readers use."""
    return not (shutil.which("bash") and shutil.which("curl"))


@contextmanager
def opened(home: Path, folder: Path, environment: dict[str, str]) -> Iterator[Shell]:
    """Open a shell in a folder; `home` keeps its settings and what is run."""
    home.mkdir()
    (home / ".curlrc").write_text(_CURL)
    # A page that hangs is ended: `timeout` ends what the shell has started as well.
    bash = subprocess.Popen(
        ["timeout", str(PATIENCE_S), "bash", "--norc", "--noprofile"],
        cwd=folder,
        env={**environment, "PATH": os.environ["PATH"], "HOME": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert bash.stdin is not None
    with bash:
        bash.stdin.write(_TRAP)
        yield Shell(bash, home)
        bash.stdin.close()


def _is_request(line: str) -> bool:
    words = line.split()
    return len(words) == 4 and words[0] == "HTTP" and words[1].isdecimal()
