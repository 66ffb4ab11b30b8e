"""Pages for the terminal that a planner can read; plain text wherever the output is not a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.text import Text

from rezoning.report.explanation import explanation_part
from rezoning.report.further import alternatives_words
from rezoning.report.goal_words import amount, goal_name, goal_words
from rezoning.report.language import Language
from rezoning.report.outcome import outcome_words
from rezoning.report.rule_words import rules_words
from rezoning.report.screen import (
    Column,
    Row,
    capital,
    distance,
    heading,
    lines,
    listed,
    number,
    pair,
    percent,
    remarks,
    sentence,
    table,
    whole,
    whole_percent,
)
from rezoning.report.words import moved_words, proof
from rezoning.scenario.schema import Scenario

POLICY = {"optimize": "in goals and rules", "constrain": "in rules only", "report_only": "measured only", "exclude": "not used and not shown"}

# -- pages -----------------------------------------------------------------------------------------------------------


def run_page(
    console: Console, scenario: Scenario, record: Row, measured: tuple[Row, Sequence[Row]] | None, directory: Path, explanation: Row | None = None
) -> None:
    """What was asked, what was found, proven or not or why nothing, who moves, every school before and after, and where the files are."""
    _title(console, scenario)
    _asked(console, scenario, record)
    _found(console, scenario, record)
    if explanation is not None:
        explanation_part(console, explanation, directory)
    if measured is not None:
        metrics, schools = measured
        _who_moves(console, record, metrics)
        _travel(console, record, metrics)
        _schools(console, scenario, record, schools)
    if "alternatives" in record:
        heading(console, "Further plans")
        lines(console, *alternatives_words(record["alternatives"], _travel_unit(record)), mark="-")
    _today(console, record)
    remarks(console, record)
    seconds = record["seconds"]
    peak = "" if record["peak_rss_mb"] is None else f", {record['peak_rss_mb']:,.0f} MB of memory"
    heading(console, "Files")
    lines(console, str(directory), f"{seconds['total']:.1f} s, of which {seconds['solve']:.1f} s solving with {record['solver']}{peak}.")


def evaluation_page(console: Console, scenario: Scenario, record: Row, directory: Path | None) -> None:
    """A plan file beside today's zones, and every rule that it breaks."""
    _title(console, scenario)
    heading(console, "Plan")
    lines(console, record["plan"])
    heading(console, "Goals")
    for i, goal in enumerate(record["goals"], 1):
        lines(console, f"{capital(goal_name(goal))}: {_reached(goal, _travel_unit(record))}", mark=f"{i}.")
    _violations(console, "Audit", record["audit"], "The plan")
    _who_moves(console, record, record["metrics"])
    _travel(console, record, record["metrics"])
    _schools(console, scenario, record, record["schools"])
    _today(console, record)
    remarks(console, record)
    _files(console, directory)


def validation_page(console: Console, scenario: Scenario, record: Row) -> None:
    """That scenario and data are sound, what today's zones violate, and what was chosen while reading."""
    _title(console, scenario)
    _asked(console, scenario, record)
    counts = record["counts"]
    heading(console, "Checked")
    sizes = f"{counts['units']:,} units, {counts['schools']:,} schools, {counts['students']:,.0f} students, {counts['edges']:,} pairs of neighbors"
    choice = "" if counts["pairs"] is None else f", {counts['pairs']:,} pairs of unit and school to choose from"
    verdict = "Scenario and data are sound." if record["valid"] else "Scenario and data can be read, but no plan exists under these rules:"
    lines(console, f"{sizes}{choice}.", verdict)
    listed(console, "", [sentence(problem) for problem in record["problems"]])
    _today(console, record)
    remarks(console, record)


def comparison_page(console: Console, document: Row, directory: Path | None) -> None:
    """One table, plans as columns; as many columns beside each other as fit, then the next ones below."""
    console.print(Text(f"{document['name']}: plans beside each other", style="bold"))
    rows = [row for row in document["rows"] if not row["measure"].startswith("pieces[")]
    label = max(len(row["measure"]) for row in rows)
    columns = document["columns"]
    widest = max(9, *(len(name) for name in columns))
    room = max((console.width - label - 4) // (widest + 2), 1)
    for start in range(0, len(columns), room):
        shown = columns[start : start + room]
        heads: list[Column] = [("measure", "left"), *((name, "right") for name in shown)]
        console.print()
        table(console, heads, [[row["measure"], *(number(row[name]) for name in shown)] for row in rows])
    _files(console, directory)


def doctor_page(console: Console, record: Row) -> None:
    """Versions, and solvers with what each can do."""
    console.print(Text(f"{record['platform']}, {record['cores']} cores"))
    console.print()
    versions = [[name, version or "not installed"] for name, version in record["versions"].items()]
    table(console, [("package", "left"), ("version", "left")], versions)
    console.print()
    flags = {"cuts_inside_tree": "cuts in its tree", "has_bound": "bound", "has_warm_start": "warm start", "uses_threads": "threads"}
    heads: list[Column] = [("solver", "left"), ("version", "left"), *((name, "left") for name in flags.values())]
    cells = []
    for solver in record["solvers"]:
        version = solver["version"] or "unknown" if solver["is_available"] else "not found"
        cells.append([solver["name"], version, *("yes" if solver[flag] else "no" for flag in flags)])
    table(console, heads, cells)
    if record["exit_code"]:
        lines(console, "No solver was found, so nothing can be solved. Install one: pip install highspy pyscipopt.")


# -- parts of pages --------------------------------------------------------------------------------------------------


def _title(console: Console, scenario: Scenario) -> None:
    console.print(Text(scenario.name, style="bold"))
    if scenario.description.strip():
        console.print(Text("\n".join(textwrap.wrap(" ".join(scenario.description.split()), console.width))))


def _asked(console: Console, scenario: Scenario, record: Row) -> None:
    heading(console, "Asked")
    is_weighted = scenario.goals[0].weight is not None
    for i, goal in enumerate(scenario.goals):
        then = "then " if i > 0 and not is_weighted else ""
        weight = f", weight {goal.weight:g}" if goal.weight is not None else ""
        lines(console, f"{capital(then + goal_words(goal))}{weight}.", mark=f"{i + 1}.")
    rules = [f"{capital(rule)}." for rule in rules_words(scenario.rules, _travel_unit(record))]
    listed(console, "Rules:", rules, most=len(rules))
    _policy(console, record)


def _policy(console: Console, record: Row) -> None:
    """What each group may be used for; nothing where every group may be used for everything."""
    if set(record["attributes"].values()) - {"optimize"}:
        said = [f"{name} {POLICY[use]}" for name, use in record["attributes"].items()]
        lines(console, f"Groups: {', '.join(said)}.")


def _found(console: Console, scenario: Scenario, record: Row) -> None:
    heading(console, "Found")
    if record["audit"] is None:
        lines(console, outcome_words(record, scenario, Language()))
        listed(console, "", [sentence(problem) for problem in record["problems"]])
        return
    unit, is_weighted = _travel_unit(record), record["objective"] is not None
    for i, goal in enumerate(record["goals"]):
        is_unproven_part = is_weighted and goal["bound"] is None
        said = _reached(goal, unit) if is_unproven_part else proof(goal, unit, comes_after=i > 0 and not is_weighted)
        lines(console, f"{capital(goal_name(goal))}: {said}", mark=f"{i + 1}.")
    if is_weighted:
        lines(console, f"Weighted sum: {proof({'minimize': 'sum', 'group': None, 'today': None, **record['objective']})}")
    if not record["audit"]["passed"]:
        lines(console, "The audit rejected this plan; it must not be used.")
        listed(console, "", [violation["message"] for violation in record["audit"]["violations"]])
        return
    lines(console, outcome_words(record, scenario, Language()))
    lines(console, "An independent audit found no broken rule.")


def _reached(goal: Row, unit: str) -> str:
    """A goal's value beside today's."""
    shown = partial(amount, goal["minimize"], travel_unit=unit, measure=goal.get("measure"))
    today = "" if goal["today"] is None else f" (today {shown(goal['today'])})"
    return f"{shown(goal['value'])}{today}."


def _who_moves(console: Console, record: Row, metrics: Row) -> None:
    if metrics["today"] is None:
        return
    plan = metrics["plan"]
    heading(console, "Who changes schools")
    lines(console, moved_words(record["counts"]))
    if plan["reassigned_by_group"] and record["counts"]["moved_units"]:
        everyone = plan["share_reassigned"]
        rows = {"everyone": everyone, **plan["reassigned_by_group"]}
        cells = [[name, percent(share), "–" if share is None or not everyone else f"{share / everyone:.2f}"] for name, share in rows.items()]
        table(console, [("students", "left"), ("change schools", "right"), ("times everyone's share", "right")], cells)


def _travel(console: Console, record: Row, metrics: Row) -> None:
    if record["travel"] is None:
        return
    unit, label = record["travel"]["unit"], ", estimated from straight lines" if record["travel"]["is_estimate"] else ""
    heading(console, f"Travel in {unit}{label}")
    shown = distance(unit)
    sides = {"today": "today", "plan": "plan", "nearest": "nearest school"}
    sides = {side: name for side, name in sides.items() if metrics[side] is not None}
    rows = {"mean": "travel_mean", "nine of ten within": "travel_p90", "longest": "travel_max"}
    cells = [[name, *(shown(metrics[side][key]) for side in sides)] for name, key in rows.items()]
    for group in metrics["plan"]["travel_mean_by_group"] or {}:
        cells.append([f"mean, {group}", *(shown((metrics[side]["travel_mean_by_group"] or {}).get(group)) for side in sides)])
    table(console, [("students' trips", "left"), *((name, "right") for name in sides.values())], cells)


def _schools(console: Console, scenario: Scenario, record: Row, schools: Sequence[Row]) -> None:
    """Every school before and after; the group is that of the first goal which has one."""
    has_before = any(row["students_before"] is not None for row in schools)
    heading(console, "Schools, today → plan" if has_before else "Schools")
    has_seats = any(row["capacity"] is not None for row in schools)
    has_travel = any(row["travel_mean_after"] is not None for row in schools)
    group = next((goal.group for goal in scenario.goals if goal.group is not None), None)
    columns: list[Column] = [("school", "left")]
    columns += [("seats", "right")] if has_seats else []
    columns += [("students", "right")]
    columns += [("of seats", "right")] if has_seats else []
    columns += [(group, "right")] if group else []
    columns += [(f"mean {record['travel']['unit']}", "right")] if has_travel else []
    cells = []
    for row in schools:
        cell = [row["name"]]
        cell += [whole(row["capacity"])] if has_seats else []
        cell += [pair(row["students_before"], row["students_after"], whole)]
        cell += [pair(row["utilization_before"], row["utilization_after"], whole_percent)] if has_seats else []
        cell += [pair(_share(row, group, "before"), _share(row, group, "after"), whole_percent)] if group else []
        cell += [pair(row["travel_mean_before"], row["travel_mean_after"], distance(_travel_unit(record)))] if has_travel else []
        cells.append(cell)
    table(console, columns, cells)


def _share(row: Row, group: str, side: str) -> float | None:
    """Share of a group in a school; undefined in an empty school."""
    count, students = row.get(f"{group}_{side}", row.get(f"group_{group}_{side}")), row[f"students_{side}"]
    return count / students if students and count is not None else None


def _today(console: Console, record: Row) -> None:
    _violations(console, "Today's zones", record["audit_today"], "Today's zones")


def _violations(console: Console, title: str, audit: Row | None, who: str) -> None:
    if audit is None:
        return
    heading(console, title)
    does = "" if who.endswith("s") else "s"
    if audit["passed"]:
        lines(console, f"{who} obey{does} every rule.")
    else:
        messages = [violation["message"] for violation in audit["violations"]]
        times = "once" if len(messages) == 1 else f"{len(messages):,} times"
        listed(console, f"{who} break{does} rules {times}:", messages)


def _files(console: Console, directory: Path | None) -> None:
    if directory is not None:
        heading(console, "Files")
        lines(console, str(directory))


def _travel_unit(record: Row) -> str:
    return str(record["travel"]["unit"]) if record["travel"] else "min"
