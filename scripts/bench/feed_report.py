"""The tables that the bench of the feed ends with."""

from collections.abc import Sequence
from statistics import median

import orjson

from scripts.bench.feed_data import Owner
from scripts.bench.feed_rivals import DRF, FASTAPI
from scripts.bench.feed_scenarios import Asked
from scripts.bench.kit.databases import Database
from scripts.bench.kit.measure import Contender, Scenario, ratio
from scripts.bench.kit.table import format_table

CONSTANT = "constant"

_HEAD = ["scenario", "KB", "results", "server ms", "database ms", "sum ms", "x constant"]
_HEAD += ["req/s", "p50 ms", "p95 ms"]
_RIVALS_HEAD = ["scenario", "Nafasi ms", "DRF ms", "FastAPI ms", "x DRF", "target"]
_RIVALS_HEAD += ["x FastAPI", "target"]


def heading(database: Database, owners: Sequence[Owner], rounds: int) -> str:
    """Say what was measured on what."""
    total, (big, *others) = sum(owner.listings for owner in owners), owners
    return (
        f"\n{'SQLite' if database.is_sqlite else 'PostgreSQL'}: {total:,} listings, "
        f"{len(others)} owners with {others[0].listings:,} each and one with {big.listings:,}. "
        f"CPU a request; medians of {rounds} rounds; one client.\n"
        "`x constant`: CPU, in that of the same server answering as many bytes from memory.\n"
    )


def table(scenarios: Sequence[Scenario]) -> str:
    """Return what each scenario took of us, and what a page far from the first one costs."""
    text = format_table(_HEAD, [_row(scenario) for scenario in scenarios])
    pages = [each.contenders[0] for each in scenarios if each.name.startswith("page ")]
    if len(pages) == 2:
        text += f"\n\nThe deep page costs {ratio(pages[1], pages[0]):.2f} x page 1."
    return text


def rivals_table(asked: Sequence[Asked], scenarios: Sequence[Scenario]) -> str:
    """Return how many times our CPU the rivals took, and how many times it should be."""
    rows = [
        _rivals_row(each, scenario)
        for each, scenario in zip(asked, scenarios, strict=True)
        if scenario.contender(DRF)
    ]
    return f"\n{format_table(_RIVALS_HEAD, rows)}\n\nA `!` marks what misses its target."


def _row(scenario: Scenario) -> list[str]:
    ours, constant = scenario.contenders[:2]
    p50, p95 = ours.latency_ms()
    return [
        scenario.name,
        f"{len(ours.body) / 1000:.1f}",
        _results(ours.body),
        f"{median(ours.server_ms):.3f}",
        f"{median(ours.database_ms):.3f}",
        _sum_ms(ours),
        f"{ratio(ours, constant):.2f}",
        f"{median(ours.rates):,.0f}",
        f"{p50:.2f}",
        f"{p95:.2f}",
    ]


def _rivals_row(asked: Asked, scenario: Scenario) -> list[str]:
    ours, drf, fastapi = (
        scenario.contenders[0],
        scenario.contender(DRF),
        scenario.contender(FASTAPI),
    )
    return [
        scenario.name,
        _sum_ms(ours),
        _sum_ms(drf),
        _sum_ms(fastapi),
        *_held_against(asked.drf_target, drf, ours),
        *_held_against(asked.fastapi_target, fastapi, ours),
    ]


def _held_against(target: int | None, rival: Contender | None, ours: Contender) -> list[str]:
    if rival is None:
        return ["", ""]
    times = ratio(rival, ours)
    if target is None:
        return [f"{times:.1f}", ""]
    return [f"{times:.1f}", f"{target}{'' if times >= target else ' !'}"]


def _sum_ms(contender: Contender | None) -> str:
    return "" if contender is None else f"{median(contender.total_ms()):.3f}"


def _results(body: bytes) -> str:
    try:
        return str(len(orjson.loads(body)["results"]))
    except (orjson.JSONDecodeError, KeyError):
        return ""
