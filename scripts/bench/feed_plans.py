"""How the databases go about the feed: no request may read or sort a whole catalogue.

Each kind of request is made once in this process, and the SQL that it ran is explained: on
PostgreSQL both as planned for its values and as the generic plan, which a prepared statement
turns into.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg
from flask import Flask
from psycopg import sql

from scripts.bench.feed_scenarios import Asked
from scripts.bench.kit.databases import Database
from scripts.bench.kit.statements import Statement, as_pyformat, recording

# What a request may look at or sort: a page and its margin, or the candidates of a rare word.
MAX_ROWS = 1_100


def check(app: Flask, database: Database, asked: Sequence[Asked], *, prints_all: bool) -> None:
    """Explain what each kind of request runs, and print what reads more than it should."""
    found = []
    for each in asked:
        for statement in _statements(app, each.requests[0]):
            if "listing" not in statement.text:
                continue  # the key, the versions, reference data: a row, or a small table
            explain = _explain_sqlite if database.is_sqlite else _explain_postgresql
            plan, problems = explain(database, statement)
            found += [f"- {each.name}: {problem}" for problem in problems]
            if prints_all:
                print(f"\n== {each.name}\n{_one_line(statement.text)}\n{plan}")
    print("\nPlans: " + ("\n" + "\n".join(found) if found else "no whole catalogue is read."))


def _statements(app: Flask, request: bytes) -> list[Statement]:
    head = request.decode().split("\r\n")
    headers = [tuple(line.split(": ", 1)) for line in head[1:] if line]
    with recording() as statements:
        answer = app.test_client().get(head[0].split()[1], headers=headers)
    assert answer.status_code < 500, answer.text
    return statements


def _explain_sqlite(database: Database, statement: Statement) -> tuple[str, list[str]]:
    with sqlite3.connect(database.driver_url()) as connection:
        explain = f"EXPLAIN QUERY PLAN {statement.text}"
        rows = connection.execute(explain, statement.params).fetchall()
    lines = [detail for _, _, _, detail in rows]
    is_bounded = any("narrow" in line for line in lines)
    problems = [
        line
        for line in _before_the_limit(rows)
        if re.match(r"SCAN (l|d|listing)\b", line)
        or (line.startswith("USE TEMP B-TREE") and not is_bounded)
    ]
    return "\n".join(lines), problems


def _before_the_limit(rows: Sequence[Any]) -> list[str]:
    """Return what SQLite does until it has a page: what it does with the page is small."""
    page = [number for number, _, _, detail in rows if detail == "MATERIALIZE page"]
    if not page:
        return [detail for _, _, _, detail in rows]
    return [detail for _, parent, _, detail in rows if parent == page[0]]


def _explain_postgresql(database: Database, statement: Statement) -> tuple[str, list[str]]:
    text, params, plans_anew = statement
    plans, problems = [], []
    with psycopg.connect(database.driver_url(), autocommit=True) as connection:
        named = as_pyformat(text)
        connection.execute(named, params, prepare=True)
        prepared = connection.execute("SELECT name FROM pg_prepared_statements").fetchone()
        assert prepared is not None
        # The driver numbers parameters in the order of their first appearance.
        order = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", named)))
        values = sql.SQL(", ").join(sql.Literal(params[name]) for name in order)
        call: sql.Composable = sql.Identifier(prepared[0])
        if order:
            call = call + sql.SQL("(") + values + sql.SQL(")")
        for mode in ("force_custom_plan", "force_generic_plan")[: 1 if plans_anew else 2]:
            connection.execute(f"SET plan_cache_mode = {mode}")
            explain = sql.SQL("EXPLAIN (ANALYZE, BUFFERS, FORMAT {}) EXECUTE {}")
            explained = connection.execute(explain.format(sql.SQL("JSON"), call)).fetchone()
            assert explained is not None
            problems += [f"{mode[6:-5]}: {each}" for each in _problems(explained[0][0]["Plan"])]
            shown = connection.execute(explain.format(sql.SQL("TEXT"), call)).fetchall()
            plans.append(f"-- {mode}\n" + "\n".join(row[0] for row in shown))
    return "\n".join(plans), problems


def _problems(node: Mapping[str, Any]) -> Iterator[str]:
    kind, loops = node["Node Type"], node["Actual Loops"]
    rows = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * loops
    table = node.get("Relation Name", "")
    if table.startswith("listing") and (kind == "Seq Scan" or rows > MAX_ROWS):
        yield f"{kind} of {table} looks at {rows:,.0f} rows"
    if "Sort" in kind and (given := _rows_below(node)) > MAX_ROWS:
        yield f"{kind} of {given:,.0f} rows"
    for inner in node.get("Plans", ()):
        yield from _problems(inner)


def _rows_below(node: Mapping[str, Any]) -> float:
    return max((inner["Actual Rows"] * inner["Actual Loops"] for inner in node["Plans"]), default=0)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
