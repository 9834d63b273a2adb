"""Which column of a file fills which field: by name, by `--map`, or by `--set`.

A plan is made once, before anything is written, and says then what is wrong with it.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.catalogue.imports.cells import is_missing
from app.catalogue.imports.files import ABSENT

_PARTS = re.compile(r"(\{\{|\}\}|\{[^{}]*\}|[{}])")
_BLANKS = re.compile(r" {2,}")


class BadColumns(ValueError):
    """The options do not fit together, or not to the file; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Template:
    """Text with columns in braces: literals and, between them, column names."""

    literals: tuple[str, ...]
    columns: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Template":
        """Read ``{bedrooms} bedrooms in {area}``; doubled braces stand for themselves.

        :raises BadColumns: when a brace has no partner.
        """
        literals, columns = [""], []
        for part in _PARTS.split(text):
            if part in ("{{", "}}"):
                literals[-1] += part[0]
            elif part in ("{", "}"):
                raise BadColumns(f"A brace in {text!r} has no partner; double it to mean itself.")
            elif part.startswith("{"):
                columns.append(part[1:-1].strip())
                literals.append("")
            else:
                literals[-1] += part
        return cls(tuple(literals), tuple(columns))

    def fill(self, cells: Sequence[Any]) -> str | None:
        """Put cells between the literals: missing ones leave no gap; None if all are missing."""
        texts = ["" if _is_no_text(cell) else cell.strip() for cell in cells]
        if not any(texts):
            return None
        parts = [self.literals[0]]
        for text, literal in zip(texts, self.literals[1:], strict=True):
            parts += (text, literal)
        return _BLANKS.sub(" ", "".join(parts)).strip()


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows become fields. `columns` is what to read, and in that order cells are given.

    `constants` are texts that every row gets. `named` are the columns that options ask for.
    """

    columns: tuple[str, ...]
    named: frozenset[str]
    constants: Mapping[str, str]
    _direct: tuple[tuple[str, int], ...]
    _built: tuple[tuple[str, Template, tuple[int, ...]], ...]

    @property
    def fields(self) -> frozenset[str]:
        """Return the fields that this plan fills, constants included."""
        return frozenset([*self._read, *self.constants])

    @property
    def _read(self) -> list[str]:
        return [field for field, _ in self._direct] + [field for field, _, _ in self._built]

    def is_read(self, field: str) -> bool:
        """Tell whether rows can have their own value of this field."""
        return field in self._read

    def values(self, cells: Sequence[Any]) -> dict[str, Any]:
        """Return a row's fields that do not come from constants; None where a cell is missing."""
        found = {}
        for field, index in self._direct:
            cell = cells[index]
            if cell is not ABSENT:
                found[field] = None if is_missing(cell) else cell
        for field, template, indexes in self._built:
            text = template.fill([cells[index] for index in indexes])
            found[field] = None if is_missing(text) else text
        return found

    def external_id(self, cells: Sequence[Any]) -> str | None:
        """Return what makes a row the same as another one, or None."""
        for field, index in self._direct:
            if field == "external_id":
                return _id_text(cells[index])
        for field, template, indexes in self._built:
            if field == "external_id":
                return _id_text(template.fill([cells[index] for index in indexes]))
        return None

    def check_named(self, seen: Collection[str]) -> None:
        """Check that columns that options ask for were seen, where only the rows can tell.

        :raises BadColumns: when one was not.
        """
        _raise_if_unknown(self.named, seen)


def make_plan(
    fields: Collection[str],
    columns: Sequence[str] | None,
    *,
    maps: Iterable[str],
    sets: Iterable[str],
) -> Plan:
    """Decide where each field comes from.

    `columns` are the file's, or None where any may turn up. `maps` and `sets` are the options'
    texts, ``field=column`` and ``field=value``; ``field=`` in `maps` leaves a field alone.

    :raises BadColumns: when they contradict each other, the fields or the file.
    """
    mapped = _read_pairs("--map", maps, fields, {})
    built = {
        field: Template.parse(text)
        for field, text in _read_pairs("--set", sets, fields, mapped).items()
    }
    constants = {
        field: template.literals[0] for field, template in built.items() if not template.columns
    }
    if "external_id" in constants:
        raise BadColumns("--set external_id: it must differ from row to row; use a column.")
    direct = {field: column for field, column in mapped.items() if column}
    templates = {field: template for field, template in built.items() if template.columns}
    braced = [column for template in templates.values() for column in template.columns]
    named = frozenset([*direct.values(), *braced])
    if columns is not None:
        _raise_if_unknown(named, columns)
    by_name = (name for name in fields if columns is None or name in columns)
    direct |= {name: name for name in by_name if name not in mapped and name not in built}
    wanted = tuple(dict.fromkeys([*direct.values(), *braced]))
    if columns is not None:
        _raise_if_ambiguous(wanted, columns)
    at = {column: index for index, column in enumerate(wanted)}
    return Plan(
        columns=wanted,
        named=named,
        constants=constants,
        _direct=tuple((field, at[column]) for field, column in direct.items()),
        _built=tuple(
            (field, each, tuple(at[column] for column in each.columns))
            for field, each in templates.items()
        ),
    )


def _read_pairs(
    option: str, texts: Iterable[str], fields: Collection[str], taken: Mapping[str, str]
) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        field, equals, value = text.partition("=")
        field = field.strip()
        if not equals:
            raise BadColumns(f"{option} {text!r}: write field=value.")
        if field not in fields:
            raise BadColumns(f"{option} {text!r}: there is no field {field!r}.")
        if field in pairs or field in taken:
            raise BadColumns(f"{option} {text!r}: {field} is given twice.")
        pairs[field] = value.strip() if option == "--map" else value
    return pairs


def _raise_if_unknown(named: Iterable[str], columns: Collection[str]) -> None:
    unknown = sorted(set(named) - set(columns))
    if unknown:
        raise BadColumns(f"The file has no column {_quoted(unknown)}.")


def _raise_if_ambiguous(wanted: Iterable[str], columns: Sequence[str]) -> None:
    double = [name for name in wanted if columns.count(name) > 1]
    if double:
        raise BadColumns(f"The file has several columns named {_quoted(double)}.")


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)


def _id_text(cell: object) -> str | None:
    return None if _is_no_text(cell) else str(cell).strip()


def _is_no_text(cell: object) -> bool:
    return not isinstance(cell, str) or is_missing(cell)
