"""A file of listings as the rows that the catalogue imports.

The file is read twice. The first pass finds the last row of each external id and the columns
that only rows can tell, before anything is written; the second one gives the rows.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from app.catalogue.enums import ListingType
from app.catalogue.imports import service as imports
from app.catalogue.imports.cells import is_missing
from app.catalogue.imports.columns import BadColumns, make_plan
from app.catalogue.imports.duplicates import LastRows
from app.catalogue.imports.files import ABSENT, open_listing_file
from app.catalogue.imports.service import ImportRow
from app.catalogue.listing_values import STAY_FIELDS
from app.cli.import_schema import FIELDS, ImportRowSchema
from app.core.errors import InvalidFields
from app.reference import service as reference

SURVEY_STEP_ROWS = 1_000


class ImportSource:
    """A readable file with a plan for its columns. Close it when done."""

    def __init__(
        self,
        path: Path,
        *,
        kind: str | None,
        maps: Sequence[str],
        sets: Sequence[str],
        has_header: bool,
        accepts: bool,
    ) -> None:
        """Open the file and settle what fills which field.

        :raises UnreadableFile: when it is no file of listings.
        :raises BadColumns: when the options do not fit together, or not to the file.
        """
        self._file = open_listing_file(path, has_header=has_header)
        self._plan = make_plan(FIELDS, self._file.columns, maps=maps, sets=sets)
        words = [
            word for each in reference.snapshot().currencies for word in (each.code, each.symbol)
        ]
        self._schema = ImportRowSchema(words)
        self._constants = self._read_constants(kind)
        self._check_kind([*maps, *sets], accepts=accepts)
        self._last_rows = LastRows()

    def close(self) -> None:
        """Give back what the first pass took."""
        self._last_rows.close()

    def describe(self) -> str:
        """Say which fields are filled, and which columns of the file are not read."""
        fields = sorted(self._plan.fields | self._constants.keys())
        if self._file.columns is None:
            return f"Fields that rows may fill: {', '.join(fields)}."
        others = [name for name in self._file.columns if name and name not in self._plan.columns]
        unread = f" Columns not read: {', '.join(others)}." if others else ""
        return f"Fields filled: {', '.join(fields)}.{unread}"

    def survey(self, on_rows: Callable[[int], None]) -> int:
        """Do the first pass; return how many rows there are. `on_rows` is told about progress.

        :raises BadColumns: when no row has a column that an option names.
        """
        count = 0
        seen: set[str] = set()
        tells_columns = self._file.columns is None
        for record in self._file.records(self._plan.columns):
            count += 1
            if count % SURVEY_STEP_ROWS == 0:
                on_rows(SURVEY_STEP_ROWS)
            if record.problem is not None:
                continue
            external_id = self._plan.external_id(record.cells)
            if external_id is not None:
                self._last_rows.note(external_id, record.line)
            if tells_columns:
                cells = zip(self._plan.columns, record.cells, strict=True)
                seen.update(name for name, cell in cells if cell is not ABSENT)
        if tells_columns and count:
            self._plan.check_named(seen)
        return count

    def rows(self) -> Iterator[ImportRow]:
        """Do the second pass: yield every row, with what is wrong with it."""
        for line, cells, problem in self._file.records(self._plan.columns):
            if problem is not None:
                yield ImportRow(line, errors={"row": [problem]})
                continue
            external_id = self._plan.external_id(cells)
            if external_id is not None and not self._last_rows.is_last(external_id, line):
                yield ImportRow(line, is_superseded=True)
                continue
            values, errors = self._schema.read(self._plan.values(cells))
            yield ImportRow(line, self._constants | values, errors)

    def _read_constants(self, kind: str | None) -> dict[str, Any]:
        texts = {
            name: None if is_missing(text) else text for name, text in self._plan.constants.items()
        }
        constants, errors = self._schema.read(texts)
        if not errors:
            try:
                imports.check_values(constants)
            except InvalidFields as error:
                errors = error.errors
        if errors:
            sentences = (f"--set {name}: {' '.join(found)}" for name, found in errors.items())
            raise BadColumns("; ".join(sentences))
        if kind is not None:
            if "listing_type" in constants:
                raise BadColumns("--kind and --set listing_type are the same: give one of them.")
            constants["listing_type"] = ListingType(kind)
        return constants

    def _check_kind(self, options: Sequence[str], *, accepts: bool) -> None:
        """Refuse what is for stays only where no row can be one."""
        kind = self._constants.get("listing_type")
        may_be_stay = kind in (None, ListingType.STAY) or self._plan.is_read("listing_type")
        if may_be_stay:
            return
        if accepts:
            raise BadColumns("--accept is for stays only.")
        for option in options:
            field = option.partition("=")[0].strip()
            if field in STAY_FIELDS:
                raise BadColumns(f"{field} is a field of stays only.")
