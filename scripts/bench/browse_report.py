"""The table that the bench of browsing ends with."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import orjson

from scripts.bench.browse_scenarios import Asked
from scripts.bench.kit.databases import Database
from scripts.bench.kit.measure import Contender
from scripts.bench.kit.statements import SqlContender
from scripts.bench.kit.table import format_table

# A list of ten times as many stays may cost so many times as much.
MOST_GROWTH = 2.0

_HEAD = ["scenario", "count", "server ms", "database ms", "frame ms", "SQL ms", "bare SQL ms"]
_HEAD += ["x bare", "SQL x bare", "target", "x tenth"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one kind of request took: of us, of the frame alone, of us at a tenth of the size."""

    asked: Asked
    ours: Contender
    frame: Contender
    tenth: Contender
    sql: SqlContender | None
    bare: SqlContender


def heading(database: Database, stays: int, nights: int, rounds: int) -> str:
    """Say what was measured on what."""
    return (
        f"\n{'SQLite' if database.is_sqlite else 'PostgreSQL'}: {stays:,} active stays, "
        f"{nights:,} taken nights. CPU a request; medians of {rounds} rounds; one client.\n"
        "`frame`: the same answer with SELECT 1 for a catalogue. `SQL`: our own, bare.\n"
        "`bare SQL`: what any answer needs. `x bare`: server and database less frame, in that.\n"
        "`x tenth`: in what the same request takes at a tenth of the stays.\n"
    )


def table(measured: Sequence[Measured]) -> str:
    """Return what each kind of request took; a `!` marks what misses its target."""
    text = format_table(_HEAD, [_row(each) for each in measured])
    return f"{text}\n\nA `!` marks what misses its target, or grows with the number of stays."


def _row(each: Measured) -> list[str]:
    ours, frame, tenth = (each.ours.total_ms(), each.frame.total_ms(), each.tenth.total_ms())
    bare = each.bare.total_ms
    times = median((a - b) / c for a, b, c in zip(ours, frame, bare, strict=True))
    growth = median(a / b for a, b in zip(ours, tenth, strict=True))
    sql = median(each.sql.total_ms) if each.sql else None
    return [
        each.asked.name,
        _count(each.ours.body),
        f"{median(each.ours.server_ms):.3f}",
        f"{median(each.ours.database_ms):.3f}",
        f"{median(frame):.3f}",
        "" if sql is None else f"{sql:.3f}",
        f"{median(bare):.3f}",
        f"{times:.2f}",
        "" if sql is None else f"{sql / median(bare):.2f}",
        _target(each.asked, times, sql),
        f"{growth:.2f}{_mark(growth <= MOST_GROWTH)}",
    ]


def _target(asked: Asked, times: float, sql_ms: float | None) -> str:
    if asked.sql_target is not None and sql_ms is not None:
        return f"SQL {asked.sql_target:g}{_mark(sql_ms <= asked.sql_target)}"
    if asked.bare_target is not None:
        return f"{asked.bare_target:g}{_mark(times <= asked.bare_target)}"
    return ""


def _mark(is_met: bool) -> str:
    return "" if is_met else " !"


def _count(body: bytes) -> str:
    answer = orjson.loads(body)
    if "meta" in answer:
        return f"{answer['meta']['pagination']['total']:,}"
    data = answer.get("data", {})
    return f"{data['count']:,}" if "count" in data else ""
