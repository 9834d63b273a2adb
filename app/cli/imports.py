"""The command that brings an owner's listings in from a file."""

import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import click
from flask.cli import with_appcontext
from tqdm import tqdm

from app.accounts import service as accounts
from app.catalogue.enums import ListingType
from app.catalogue.imports import service as imports
from app.catalogue.imports.columns import BadColumns
from app.catalogue.imports.files import UnreadableFile
from app.catalogue.imports.service import ImportReport, Rejection
from app.cli.import_source import ImportSource
from app.cli.output import printable, refusals_as_sentences

EXIT_REJECTED = 2
MAX_BATCH_ROWS = 5_000
REPORT_EVERY_S = 5
SHOWN_AMENITIES = 5


class _WrongUsage(click.UsageError):
    exit_code = 1


class _Command(click.Command):
    """Leaves exit status 2 to rejected rows: wrong usage is 1 here, whoever finds it."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            raise _WrongUsage(error.format_message(), ctx=error.ctx) from error


@click.command("import-listings", cls=_Command)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--user", required=True, help="Username, e-mail address or id of the owner.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in ListingType]),
    help="The listing_type of rows that do not have one.",
)
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Fill a field from this column; repeatable. FIELD= alone leaves the field out.",
)
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Give every row this value; repeatable. Columns in braces are filled in: "
    "'title={bedrooms} bedroom house in {area}'. {{ and }} are braces.",
)
@click.option("--no-header", is_flag=True, help="Columns are numbered from 1: --map location=7.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Check and count; write nothing.")
@click.option(
    "--accept",
    "accepts",
    is_flag=True,
    help="Stays count as reviewed, on your word, and are published.",
)
@click.option(
    "--batch-size",
    "batch_rows",
    type=click.IntRange(1, MAX_BATCH_ROWS),
    default=imports.BATCH_ROWS,
    show_default=True,
    help="Rows in one transaction.",
)
@click.option("--progress", "has_bar", is_flag=True, help="Show the bar also without a terminal.")
@with_appcontext
@refusals_as_sentences
def import_listings_command(
    file: Path,
    user: str,
    kind: str | None,
    maps: Sequence[str],
    sets: Sequence[str],
    no_header: bool,
    is_dry_run: bool,
    accepts: bool,
    batch_rows: int,
    has_bar: bool,
) -> None:
    """Import an owner's listings from FILE: CSV or JSON lines, plain or gzip, in UTF-8.

    Columns are named as the fields of the tenant API: title, description, price, currency,
    property_type, listing_type, location, district, latitude, longitude, bedrooms, bathrooms,
    floor_size, plot_size, plot_size_unit, tenure, furnished, youtube_video_id, publish_status,
    availability, external_id, amenities. Stays also have address, city, country, category,
    stay_type, max_guests, standard_guests, min_nights, max_nights, and taken: the nights that
    are taken elsewhere, as dates and periods such as 2026-09-01/2026-09-05, the 5th left out.
    Other columns are not read.

    A row whose external_id the owner has already changes that listing, where its columns
    differ; what the file has no column for stays. So an import that broke off is resumed by
    running it again. Of several rows with one external_id the last one counts. A row without
    external_id makes a new listing, each time that it is imported.

    Listings are drafts unless publish_status says otherwise; a stay is published only once it
    is accepted, by its review or by --accept.

    Rejected rows are reported on stderr by line and reason, and the others imported all the
    same. The exit status is 0, 2 when rows were rejected, and 1 when nothing could be done.
    """
    started_s = time.monotonic()
    owner = accounts.get_account_by_reference(user)
    totals = ImportReport()
    has_bar = has_bar or sys.stderr.isatty()
    try:
        source = ImportSource(
            file, kind=kind, maps=maps, sets=sets, has_header=not no_header, accepts=accepts
        )
        with closing(source):
            click.echo(printable(source.describe()), err=True)
            with _Progress("Reading", None, has_bar=has_bar) as progress:
                row_count = source.survey(progress.advance)
            with _Progress("Importing", row_count, has_bar=has_bar) as progress:

                def on_batch(report: ImportReport) -> None:
                    progress.say([_rejection_line(each) for each in report.rejections])
                    progress.advance(report.read)
                    report.rejections.clear()
                    totals.add(report)

                imports.import_listings(
                    owner.id,
                    source.rows(),
                    on_batch=on_batch,
                    accepts=accepts,
                    is_dry_run=is_dry_run,
                    batch_rows=batch_rows,
                )
    except BadColumns as error:
        raise click.ClickException(printable(str(error))) from error
    except UnreadableFile as error:
        raise click.ClickException(f"{file}: {error}") from error
    _print_summary(totals, time.monotonic() - started_s, is_dry_run=is_dry_run)
    sys.exit(EXIT_REJECTED if totals.rejected else 0)


class _Progress:
    """How far a pass is, on stderr: a bar, or a line every few seconds."""

    def __init__(self, label: str, total: int | None, *, has_bar: bool) -> None:
        self._label = label
        self._total = total
        self._done = 0
        self._told_s = time.monotonic()
        self._bar = tqdm(
            desc=label, total=total, unit=" rows", file=sys.stderr, disable=not has_bar
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.close()

    def advance(self, rows: int) -> None:
        """Count rows as done."""
        self._done += rows
        self._bar.update(rows)
        if self._bar.disable and time.monotonic() - self._told_s >= REPORT_EVERY_S:
            self._told_s = time.monotonic()
            total = "" if self._total is None else f" of {self._total:,}"
            click.echo(f"{self._label}: {self._done:,}{total} rows", err=True)

    def say(self, lines: Sequence[str]) -> None:
        """Print lines above the bar."""
        if lines:
            with tqdm.external_write_mode(file=sys.stderr):
                click.echo("\n".join(lines), err=True)


def _rejection_line(rejection: Rejection) -> str:
    sentences = (f"{name}: {' '.join(found)}" for name, found in rejection.errors.items())
    return printable(f"line {rejection.line}: {'; '.join(sentences)}")


def _print_summary(totals: ImportReport, seconds: float, *, is_dry_run: bool) -> None:
    if is_dry_run:
        click.echo("Dry run: nothing was written.")
    for name in ("read", "inserted", "updated", "unchanged", "superseded", "rejected"):
        click.echo(f"{name}: {getattr(totals, name)}")
    click.echo(f"seconds: {seconds:.1f}")
    unknown = totals.unknown_amenities
    if unknown:
        most = ", ".join(
            f"{printable(name)} ({count})" for name, count in unknown.most_common(SHOWN_AMENITIES)
        )
        click.echo(
            f"amenities left out: {unknown.total()}, of {len(unknown)} unknown kinds; "
            f"most often {most}"
        )
