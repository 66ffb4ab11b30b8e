"""Pages for the terminal that a planner can read; plain text wherever the output is not a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from rezoning.public.cell import look, ratio
from rezoning.report.catalogue.columns import Side
from rezoning.report.catalogue.kinds import Kind, settled, unit_of, written
from rezoning.report.catalogue.measures import GROUP, TERMINAL
from rezoning.report.catalogue.rows import Scope, rows_of
from rezoning.report.closures.words import otherwise_words
from rezoning.report.estimated import estimate_labels, labelled
from rezoning.report.explanation import explanation_part
from rezoning.report.feeder_words import feeder_rows, feeders_title, split_words
from rezoning.report.further import alternatives_words
from rezoning.report.goal_words import amounts, goal_asks, goal_name, proof
from rezoning.report.language import ENGLISH, NOTHING, Language, capital, english, english_of
from rezoning.report.outcome import outcome_words
from rezoning.report.paired_screen import are_zones_drawn, paired_asked, paired_part
from rezoning.report.rule_words import rules_words
from rezoning.report.screen import (
    Column,
    Row,
    estimates,
    files,
    heading,
    lines,
    listed,
    messages,
    pair,
    remarks,
    sentence,
    table,
    title,
    use_words,
    violations,
    whole_line,
)
from rezoning.report.shape_words import grown, tidied_words
from rezoning.runs.names import shown_path
from rezoning.scenario.levels import each_level
from rezoning.scenario.schema import Goal, Scenario

_said = english("terminal")

# -- pages -----------------------------------------------------------------------------------------------------------


def run_page(
    console: Console, scenario: Scenario, record: Row, measured: tuple[Row, Any] | None, directory: Path, explanation: Row | None = None
) -> None:
    """What was asked, what was found, proven or not or why nothing, who moves, every school before and after, and where the files are."""
    language = english_of(scenario.report)
    _title(console, scenario)
    estimates(console, record)
    _asked(console, scenario, record, language)
    _found(console, scenario, record, language)
    if explanation is not None:
        explanation_part(console, explanation, directory)
    if measured is not None:
        _measured(console, scenario, record, *measured, language)
    if "other_openings" in record:
        _head(console, "otherwise")
        lines(console, *otherwise_words(record, _travel_unit(record), language), mark="-")
    if "alternatives" in record:
        _head(console, "further")
        lines(console, *alternatives_words(record["alternatives"], _travel_unit(record), language), mark="-")
    _today(console, record)
    remarks(console, record)
    seconds = record["seconds"]
    peak = "" if record["peak_rss_mb"] is None else _said("peak", peak=f"{record['peak_rss_mb']:,.0f}")
    files(console, directory, _said("took", total=f"{seconds['total']:.1f}", solve=f"{seconds['solve']:.1f}", solver=record["solver"], peak=peak))


def evaluation_page(console: Console, scenario: Scenario, record: Row, directory: Path | None) -> None:
    """A plan file beside today's zones, and every rule that it breaks."""
    language = english_of(scenario.report)
    _title(console, scenario)
    estimates(console, record)
    _head(console, "plan")
    lines(console, shown_path(Path(record["plan"])))
    _head(console, "goals")
    for i, (goal, entry) in enumerate(zip(scenario.goals, record["goals"], strict=True), 1):
        lines(console, _reached(goal, entry, _travel_unit(record), language), mark=f"{i}.")
    _head(console, "audit")
    violations(console, "plan", record["audit"])
    _measured(console, scenario, record, record["metrics"], record["schools"], language)
    _today(console, record)
    remarks(console, record)
    if directory is not None:
        files(console, directory)


def validation_page(console: Console, scenario: Scenario, record: Row) -> None:
    """That scenario and data are sound, what today's zones violate, and what was chosen while reading."""
    _title(console, scenario)
    estimates(console, record)
    _asked(console, scenario, record, english_of(scenario.report))
    _head(console, "checked")
    counts = {key: NOTHING if count is None else f"{count:,.0f}" for key, count in record["counts"].items()}
    choice = "" if record["counts"]["pairs"] is None else _said("choice", **counts)
    lines(console, _said("sizes", **counts, choice=choice), _said("valid" if record["valid"] else "invalid"))
    listed(console, "", [sentence(problem) for problem in record["problems"]])
    _today(console, record)
    remarks(console, record)


def doctor_page(console: Console, record: Row) -> None:
    """Versions, and solvers with what each can do."""
    whole_line(console, _said("platform", platform=record["platform"], cores=record["cores"]))
    console.print()
    versions = [[name, version or _said("not_installed")] for name, version in record["versions"].items()]
    table(console, [(_said("package"), "left"), (_said("version"), "left")], versions)
    console.print()
    flags = ("cuts_inside_tree", "has_bound", "has_warm_start", "uses_threads")
    heads: list[Column] = [(_said(key), "left") for key in ("solver", "version", *flags)]
    cells = []
    for solver in record["solvers"]:
        version = solver["version"] or _said("unknown") if solver["is_available"] else _said("not_found")
        cells.append([solver["name"], version, *(_said("yes" if solver[flag] else "no") for flag in flags)])
    table(console, heads, cells)
    if record["exit_code"]:
        lines(console, _said("no_solver"))


# -- parts of pages --------------------------------------------------------------------------------------------------


def _head(console: Console, key: str, label: str = "") -> None:
    """A heading, and what is estimated of what stands under it."""
    heading(console, labelled(_said(key), label))


def _title(console: Console, scenario: Scenario) -> None:
    title(console, scenario.name)
    if ENGLISH.own(scenario.description).strip():
        whole_line(console, "\n".join(textwrap.wrap(" ".join(ENGLISH.own(scenario.description).split()), console.width)))


def _asked(console: Console, scenario: Scenario, record: Row, language: Language) -> None:
    _head(console, "asked")
    unit = _travel_unit(record)
    for i, goal in enumerate(scenario.goals):
        said = goal_asks(goal, unit, language)
        if goal.weight is not None:
            said = _said("weight", goal=said, weight=f"{goal.weight:g}")
        elif i > 0:
            said = _said("then", goal=said)
        lines(console, f"{capital(said)}.", mark=f"{i + 1}.")
    shared = rules_words(scenario.rules, unit, language, are_zones_drawn=are_zones_drawn(scenario))
    rules = [f"{capital(rule)}." for rule in (*paired_asked(scenario), *shared)]
    for name, own in each_level(scenario).items():
        rules += [f"{capital(name)}: {rule}." for rule in rules_words(own.rules, unit, language) if rule not in shared]
    listed(console, _said("rules"), rules, most=len(rules))
    lines(console, *filter(None, [use_words(record["attributes"], language)]))


def _found(console: Console, scenario: Scenario, record: Row, language: Language) -> None:
    _head(console, "found")
    if record["audit"] is None:
        lines(console, outcome_words(record, scenario, ENGLISH))
        listed(console, "", [sentence(problem) for problem in record["problems"]])
        return
    unit, is_weighted = _travel_unit(record), record["objective"] is not None
    for i, (goal, entry) in enumerate(zip(scenario.goals, record["goals"], strict=True)):
        is_unproven_part = is_weighted and entry["bound"] is None
        said = (
            _reached(goal, entry, unit, language) if is_unproven_part else _proven(goal, entry, unit, language, comes_after=i > 0 and not is_weighted)
        )
        lines(console, said, mark=f"{i + 1}.")
    if is_weighted:
        lines(console, _proven(None, record["objective"], unit, language))
    if not record["audit"]["passed"]:
        lines(console, _said("rejected"))
        listed(console, "", messages(record["audit"]))
        return
    lines(console, outcome_words(record, scenario, ENGLISH), _said("sound"))
    if record["tidy"] is not None:
        lines(console, tidied_words(record["tidy"], language))
    _borders(console, scenario, record, language)


def _borders(console: Console, scenario: Scenario, record: Row, language: Language) -> None:
    """That borders grew, and the lines that cure it as they can be copied."""
    said = grown(record, scenario, _travel_unit(record), language)
    if said is not None:
        lines(console, said.sentence, said.cost)
        for one in said.cure:
            whole_line(console, f"    {one}")


def _proven(goal: Goal | None, entry: Row, unit: str, language: Language, *, comes_after: bool = False) -> str:
    """A goal's value, and what is proven about it; None is the weighted sum."""
    return f"{capital(goal_name(goal, unit, language))}: {proof(goal, entry, unit, language, comes_after=comes_after)}"


def _reached(goal: Goal, entry: Row, unit: str, language: Language) -> str:
    """A goal's value beside today's."""
    value, now = amounts(goal, [entry["value"], entry["today"]], unit, language)
    today = "" if entry["today"] is None else " " + language.text("goals.today", today=now)
    return f"{capital(goal_name(goal, unit, language))}: {value}{today}."


def _measured(console: Console, scenario: Scenario, record: Row, metrics: Row, schools: Any, language: Language) -> None:
    """Who moves, trips and schools; with several levels of each by itself, then who feeds whom."""
    if "levels" not in metrics:
        paired_part(console, record, schools)
        _who_moves(console, record, metrics, language)
        _travel(console, record, metrics, language)
        _schools(console, scenario, record, schools, language)
        return
    for name, own in each_level(scenario).items():
        heading(console, _said("level", level=name))
        _measured(console, own, record["levels"][name], metrics["levels"][name], schools[name], language)
    names = {(level, row["id"]): row["name"] for level, rows in schools.items() for row in rows}
    _feeders(console, metrics["feeders"], names, language)


def _feeders(console: Console, feeders: Row, names: Mapping[tuple[str, str], str], language: Language) -> None:
    """Who feeds whom today and in the plan, and every school that the plan splits."""
    now = feeders["today"]
    for k, entry in enumerate(feeders["plan"]):
        heading(console, feeders_title(entry, language))
        sides = [*([] if now is None else [now[k]]), entry]
        heads: list[Column] = [("", "left"), (_said("today"), "right"), (_said("in_plan"), "right")]
        table(console, heads if now is not None else [heads[0], heads[2]], feeder_rows(sides, language))
        lines(console, *split_words(entry, names), mark="-")


def _who_moves(console: Console, record: Row, metrics: Row, language: Language) -> None:
    if metrics["today"] is None:
        return
    plan, counts = metrics["plan"], record["counts"]
    _head(console, "who", estimate_labels(record).students_short)
    lines(console, moved_words(counts, is_paired=bool(record.get("pairing"))))
    if plan["reassigned_by_group"] and counts["moved_units"]:
        everyone = plan["share_reassigned"]
        cells = [[_said("everyone"), _percent(everyone), written(ratio(everyone, everyone), "ratio", ENGLISH)]]
        for name, share in plan["reassigned_by_group"].items():
            times = look(plan, "burden", name, "reassigned", "ratio")
            cells.append([language.group(name), _percent(share), written(times, "ratio", ENGLISH)])
        table(console, [(_said("students"), "left"), (_said("change_schools"), "right"), (_said("times_everyone"), "right")], cells)


def moved_words(counts: Row, *, is_paired: bool = False) -> str:
    """How many students change schools, or buildings where schools share zones, as one sentence."""
    if not counts["moved_units"]:
        return _said("nobody")
    return _said(
        "moved_buildings" if is_paired else "moved",
        moved=_count(counts["moved_students"]),
        students=_count(counts["students"]),
        share=_percent(ratio(counts["moved_students"], counts["students"])),
        units=_count(counts["moved_units"]),
        total=_count(counts["units"]),
    )


def _travel(console: Console, record: Row, metrics: Row, language: Language) -> None:
    if record["travel"] is None:
        return
    unit = record["travel"]["unit"]
    heading(console, labelled(_said("travel", unit=unit_of(_trip(record), language)), estimate_labels(record).trips_short))
    names = {"today": _said("today"), "plan": _said("in_plan"), "nearest": _said("nearest")}
    columns = [Side(side, name, name, metrics[side]) for side, name in names.items() if metrics[side] is not None]
    several = {GROUP: [(name, language.group(name)) for name in metrics["plan"]["travel_mean_by_group"] or {}]}
    rows = rows_of(TERMINAL, columns, Scope(language, unit, several))
    cells = [[row.label, *(row.text(side.key) for side in columns)] for row in rows]
    table(console, [(_said("trips"), "left"), *((side.name, "right") for side in columns)], cells)


def _schools(console: Console, scenario: Scenario, record: Row, schools: Sequence[Row], language: Language) -> None:
    """Every school before and after; the group is that of the first goal which has one."""
    has_before = any(row["students_before"] is not None for row in schools)
    _head(console, "schools_change" if has_before else "schools", estimate_labels(record).short)
    has_seats = any(row["capacity"] is not None for row in schools)
    has_travel = any(row["travel_mean_after"] is not None for row in schools)
    group = next((goal.group for goal in scenario.goals if goal.group is not None), None)
    columns: list[Column] = [(_said("school"), "left")]
    columns += [(_said("seats"), "right")] if has_seats else []
    columns += [(_said("students"), "right")]
    columns += [(_said("of_seats"), "right")] if has_seats else []
    columns += [(language.group(group), "right")] if group else []
    columns += [(_said("mean_unit", unit=unit_of(_trip(record), language)), "right")] if has_travel else []
    cells = []
    for row in schools:
        what = {"closes": "school_closes", "opens": "school_opens", "not opened": "school_not_opened"}.get(str(row.get("status")))
        cell = [row["name"] if what is None else _said(what, name=row["name"])]
        cell += [_count(row["capacity"])] if has_seats else []
        cell += [pair(row["students_before"], row["students_after"], "count", language)]
        cell += [pair(row["utilization_before"], row["utilization_after"], "percent", language)] if has_seats else []
        cell += [pair(group_share(row, group, "before"), group_share(row, group, "after"), "percent", language)] if group else []
        cell += [pair(row["travel_mean_before"], row["travel_mean_after"], _trip(record), language)] if has_travel else []
        cells.append(cell)
    table(console, columns, cells)


def group_share(row: Mapping[str, Any], group: str, side: str) -> float | None:
    """Share of a group in a school, from its row of schools.csv; undefined in an empty school."""
    count, students = row.get(f"{group}_{side}", row.get(f"group_{group}_{side}")), row[f"students_{side}"]
    return count / students if students and count is not None else None


def _today(console: Console, record: Row) -> None:
    if record["audit_today"] is not None:
        _head(console, "todays_zones")
        violations(console, "today", record["audit_today"])


# -- numbers ---------------------------------------------------------------------------------------------------------


_count = partial(written, kind="count", language=ENGLISH)
_percent = partial(written, kind="percent", language=ENGLISH)


def _trip(record: Row) -> Kind:
    return settled("travel", _travel_unit(record))


def _travel_unit(record: Row) -> str:
    return str(record["travel"]["unit"]) if record["travel"] else "min"
