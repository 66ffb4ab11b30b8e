"""What a frontier's answers come to: the content of frontier.json, and the files beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from rezoning.commands.frontier.points import as_known
from rezoning.commands.frontier.store import Solved, Store
from rezoning.report.estimated import estimate_labels
from rezoning.report.figures.frontier import draw_frontier
from rezoning.report.frontier import csv_rows
from rezoning.runs.directory import json_text, put_whole, whole_file
from rezoning.runs.question import Question
from rezoning.runs.record import data_entries, goal_entry, inputs_entry, versions
from rezoning.runs.tables import csv_text
from rezoning.scenario.policy import uses_of

if TYPE_CHECKING:
    from rezoning.optimize.frontier import Best
    from rezoning.report.language import Language

Entry = dict[str, Any]


def document_of(question: Question, answers: Sequence[Solved], ceilings: Sequence[tuple[float, ...]], prices: Entry | None, exit_code: int) -> Entry:
    """The content of frontier.json.

    Every point has the best plan below its ceilings of all that are known, and the largest bound that was proven below ceilings as loose or looser:
    values and bounds never rise where a ceiling does. Points may have one plan; they say so.

    Parameters
    ----------
    answers
        What was solved.
    ceilings
        Of every point, one for each goal, the first of them infinite.
    prices
        Of the rules, for the first goal without ceilings.
    """
    scenario, district = question.scenario, question.district
    points = [_point(question, answers, number, row) for number, row in enumerate(ceilings, 1)]
    ends = [answer for answer in answers if answer.name.startswith("end")]
    _tell_same(points, answers)
    return {
        "name": scenario.name,
        "exit_code": exit_code,
        "goals": [goal_entry(goal) for goal in scenario.goals],
        "attributes": uses_of(scenario),
        "travel_unit": district.travel_unit,
        **data_entries(district),
        "today": _today(question),
        "ends": [_end(answer) for answer in ends],
        "points": points,
        "slopes": list(_slopes(points)),
        "prices": prices,
        "rejected": [{"answer": answer.name, "violations": list(answer.violations)} for answer in answers if answer.is_rejected],
        "seconds": round(sum(answer.seconds for answer in answers), 3),
        "notes": list(district.notes),
        "warnings": list(dict.fromkeys([*district.warnings, *(text for answer in answers for text in answer.warnings)])),
        "inputs": inputs_entry(scenario, district),
        "versions": versions(),
    }


def _today(question: Question) -> Entry | None:
    """Values of today's zones, and whether they obey the rules; None where they are no plan."""
    from rezoning.district.plan import today
    from rezoning.metrics.goals import goal_value

    now = today(question.district)
    if now is None or question.audit_today is None:
        return None
    values = [goal_value(goal, now, question.district, question.scenario.rules) for goal in question.scenario.goals]
    return {"values": values, "passed": question.audit_today.passed}


def _end(answer: Solved) -> Entry:
    return {"answer": answer.name, "values": answer.values, "bounds": answer.bounds, "status": answer.status, "seconds": answer.seconds}


def _point(question: Question, answers: Sequence[Solved], number: int, ceilings: tuple[float, ...]) -> Entry:
    from rezoning.optimize.frontier import best_below
    from rezoning.optimize.result import relative_gap

    best = best_below(ceilings, [as_known(answer) for answer in answers])
    found = None if best.index is None else answers[best.index]
    values = None if found is None else found.values
    return {
        "point": number,
        "ceilings": ceilings[1:],
        "values": values,
        "bound": best.bound,
        "gap": None if values is None else relative_gap(values[0], best.bound),
        "status": _status(question, best, values),
        "seconds": _seconds(answers, number, found),
        "answer": None if found is None else found.name,
        "plan": None if found is None else f"plans/{number}.csv",
    }


def _tell_same(points: Sequence[Entry], answers: Sequence[Solved]) -> None:
    """Say of each point whether its plan is, unit by unit, the one of a point before."""
    plans = {answer.name: answer.plan.school.tobytes() for answer in answers if answer.plan is not None}
    first: dict[bytes, int] = {}
    for point in points:
        plan = plans.get(point["answer"])
        before = point["point"] if plan is None else first.setdefault(plan, point["point"])
        point["same_plan_as"] = None if before == point["point"] else before


def _seconds(answers: Sequence[Solved], number: int, found: Solved | None) -> float:
    """Of the point's own solve, or of the goal alone that answers it; 0 where another point's solve does."""
    own = [answer.seconds for answer in answers if answer.name == str(number)]
    return own[0] if own else found.seconds if found is not None and found.name.startswith("end") else 0.0


def _status(question: Question, best: Best, values: tuple[float, ...] | None) -> str:
    """How near the first goal's value is to its bound, in the contract's words."""
    from rezoning.optimize.result import PROVEN

    if values is None:
        return "infeasible" if best.is_infeasible else "no_plan"
    if best.bound is None:
        return "feasible"
    apart, solve = values[0] - best.bound, question.scenario.solve
    if apart <= PROVEN:
        return "optimal"
    return "within_gap" if apart <= max(solve.gap_abs, solve.gap * abs(values[0])) else "feasible"


def _slopes(points: Sequence[Entry]) -> Iterator[Entry]:
    """What one more unit of a ceiling buys of the first goal between neighboring points: in plans found, and in what is proven."""
    for axis in range(len(points[0]["ceilings"]) if points else 0):

        def others(point: Entry, axis: int = axis) -> tuple[float, ...]:
            return tuple(ceiling for j, ceiling in enumerate(point["ceilings"]) if j != axis)

        for _, line in groupby(sorted(points, key=lambda point: (others(point), point["ceilings"])), others):
            for before, after in pairwise(line):
                apart = after["ceilings"][axis] - before["ceilings"][axis]
                yield {
                    "goal": axis + 1,
                    "from": before["point"],
                    "to": after["point"],
                    "values": _slope(_first(before), _first(after), apart),
                    "bounds": _slope(before["bound"], after["bound"], apart),
                }


def _first(point: Entry) -> float | None:
    return None if point["values"] is None else point["values"][0]


def _slope(before: float | None, after: float | None, apart: float) -> float | None:
    return None if before is None or after is None else (before - after) / apart


def write(store: Store, document: Entry, answers: Sequence[Solved], language: Language) -> None:
    """frontier.json, frontier.csv, a plan for every point, and the figure: each whole or not at all."""
    plans = {answer.name: answer.plan for answer in answers if answer.plan is not None}
    for point in document["points"]:
        if point["plan"] is not None:
            store.put_plan(store.directory / point["plan"], plans[point["answer"]])
    if document["points"]:
        put_whole(store.directory / "frontier.csv", csv_text(estimate_labels(document).rows(csv_rows(document))))
    put_whole(store.directory / "frontier.json", json_text(document))
    if any(point["values"] is not None for point in document["points"]):
        for ending in ("png", "svg"):
            with whole_file(store.directory / f"frontier.{ending}") as partial:
                draw_frontier(document, partial, ending, language)
