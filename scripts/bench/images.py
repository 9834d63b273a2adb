"""Measure how pictures are made, beside bare Pillow making the largest file only.

One worker, one photo of 12 megapixels that is drawn here. Trust the ratio: both take turns in
one run and are counted in CPU time, which survives a busy machine.
"""

import argparse
import multiprocessing
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import TypeVar

import PIL
from PIL import Image
from PIL.Image import Resampling
from tqdm import tqdm

from app.media.branding import Watermark
from app.media.limits import WIDTHS
from app.media.pipeline import make_picture
from scripts.bench.kit.table import format_table

DEFAULT_ROUNDS, QUICK_ROUNDS = 25, 5
PHOTO_SIZE = (4000, 3000)
TARGET = 1.6
QUALITY, EFFORT = 80, 2
# Coarse to fine: how many pixels a patch of noise covers, and how much of the photo it makes up.
NOISE = ((800, 1.0), (150, 0.4), (30, 0.2), (6, 0.12), (1, 0.05))

STATUS = Path("/proc/self/status")

Result = TypeVar("Result")

_HEAD = ["what", "files", "KB", "CPU ms", "images/s", "peak MB", "x bare", "target"]


@dataclass(slots=True)
class Contender:
    """One way to make files from the photo, and what each turn took."""

    name: str
    make: Callable[[bytes], list[bytes]]
    files: list[bytes] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    wall_s: list[float] = field(default_factory=list)

    def run(self, photo: bytes) -> None:
        """Make the files once, and keep what it took."""
        started, cpu_started = time.perf_counter(), time.process_time()
        self.files = self.make(photo)
        self.cpu_ms.append((time.process_time() - cpu_started) * 1000)
        self.wall_s.append(time.perf_counter() - started)


def main() -> None:
    """Draw the photo, measure, print one table."""
    options = _options()
    photo = _in_child(lambda: draw_photo(PHOTO_SIZE))
    mark = Watermark.of_text("Nafasi")
    bare = Contender("bare Pillow, largest file", lambda data: [bare_webp(data)])
    ours = Contender("Nafasi, every file", lambda data: all_files(data, mark))
    contenders = [bare, ours]
    peaks = [_peak_mb(each, photo) for each in contenders]
    for contender in contenders:
        contender.make(photo)  # to warm up
    for number in tqdm(range(options.rounds), desc="Measuring", unit=" rounds", disable=None):
        for contender in reversed(contenders) if number % 2 else contenders:
            contender.run(photo)
    ratio = median(a / b for a, b in zip(ours.cpu_ms, bare.cpu_ms, strict=True))
    print(_heading(photo, options.rounds))
    bare_row, ours_row = (_row(each, peak) for each, peak in zip(contenders, peaks, strict=True))
    missed = "" if ratio <= TARGET else " !"
    rows = [[*bare_row, "1.00", ""], [*ours_row, f"{ratio:.2f}", f"{TARGET}{missed}"]]
    print(format_table(_HEAD, rows))


def bare_webp(data: bytes) -> bytes:
    """Make the largest file and nothing else, as one would without this project."""
    with Image.open(BytesIO(data), formats=["JPEG"]) as image:
        size = (WIDTHS[-1], round(image.height * WIDTHS[-1] / image.width))
        image.draft(None, size)
        picture = image.resize(size, Resampling.BICUBIC, reducing_gap=2.0)
    file = BytesIO()
    picture.save(file, "WEBP", quality=QUALITY, method=EFFORT)
    return file.getvalue()


def all_files(data: bytes, mark: Watermark) -> list[bytes]:
    """Make every file that the product publishes."""
    return list(make_picture(data, mark).files.values())


def draw_photo(size: tuple[int, int]) -> bytes:
    """Return a JPEG with structure in every scale, as photos have; always the same one."""
    source = random.Random(1)
    photo: Image.Image | None = None
    for patch, share in NOISE:
        width, height = (max(2, side // patch) for side in size)
        noise = Image.frombytes("RGB", (width, height), source.randbytes(width * height * 3))
        layer = noise.resize(size, Resampling.BICUBIC)
        photo = layer if photo is None else Image.blend(photo, layer, share)
    assert photo is not None
    file = BytesIO()
    photo.save(file, "JPEG", quality=90)
    return file.getvalue()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench/images", description=__doc__)
    parser.add_argument("--rounds", type=int, default=DEFAULT_ROUNDS)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds")
    options = parser.parse_args()
    if options.quick:
        options.rounds = QUICK_ROUNDS
    if options.rounds < 1:
        parser.error("At least 1 round is needed.")
    return options


# ── memory ──────────────────────────────────────────────────────────────────────────────────


def _peak_mb(contender: Contender, photo: bytes) -> float:
    """Return what making the files once adds to a process, in MB; not a number where unknown."""
    if not STATUS.exists():
        return float("nan")

    def measure() -> float:
        before = _status_kb("VmRSS")
        contender.make(photo)
        return (_status_kb("VmHWM") - before) / 1024

    return _in_child(measure)


def _in_child(function: Callable[[], Result]) -> Result:
    """Return what a function returns, run in a process of its own, so that no memory stays."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=lambda: sender.send(function()))
    process.start()
    sender.close()
    try:
        result: Result = receiver.recv()
    except EOFError:
        sys.exit("A child process failed.")
    finally:
        process.join()
    return result


def _status_kb(name: str) -> int:
    lines = STATUS.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


# ── the table ───────────────────────────────────────────────────────────────────────────────


def _heading(photo: bytes, rounds: int) -> str:
    width, height = PHOTO_SIZE
    return (
        f"\nA JPEG of {width} x {height} pixels, {len(photo) / 1e6:.1f} MB; Pillow"
        f" {PIL.__version__}; medians of {rounds} rounds, one worker.\n"
        "`x bare`: CPU, in that of decoding, shrinking and encoding the largest file.\n"
    )


def _row(contender: Contender, peak_mb: float) -> list[str]:
    return [
        contender.name,
        str(len(contender.files)),
        f"{sum(map(len, contender.files)) / 1000:.0f}",
        f"{median(contender.cpu_ms):.0f}",
        f"{1 / median(contender.wall_s):.1f}",
        f"{peak_mb:.0f}",
    ]


if __name__ == "__main__":
    main()
