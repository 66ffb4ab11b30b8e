"""What a run says held against what its inputs and its plan give: every difference as a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rezoning.errors import shown
from rezoning.optimize.result import Ended, Status, relative_gap
from rezoning.runs.directory import RUN
from rezoning.runs.question import AGREEMENT

if TYPE_CHECKING:
    from rezoning.scenario.schema import Scenario

SCHOOLS = "schools.csv"
CLOSE = 1e-5
"""What a plan that is called optimal may be above its bound, relative to max(1, value): later goals may take `solve.gap_abs` of it."""


def audits_apart(whose: str, said: dict[str, Any] | None, now: dict[str, Any] | None) -> Iterator[str]:
    """Rules that were broken then or are now, and not both."""
    if said is None or now is None:
        if said is not None:
            yield f"{RUN} says which rules {whose} break, and there are none to audit."
        elif now is not None:
            yield f"{RUN} does not say which rules {whose} break."
        return
    before, after = ({(one.get("rule"), one.get("subject")) for one in side.get("violations", ())} for side in (said, now))
    if said.get("passed") != now["passed"]:
        yield f"{RUN} says that {whose} {_obey(said.get('passed'))}; the audit says that they {_obey(now['passed'])}."
    for rule, subject in sorted(before - after, key=str):
        yield f"{RUN} says that {whose} break {rule} ({subject}); the audit does not."
    for rule, subject in sorted(after - before, key=str):
        yield f"the audit says that {whose} break {rule} ({subject}); {RUN} does not."


def _obey(passed: Any) -> str:
    return "break no rule" if passed else "break rules"


def goals_apart(record: dict[str, Any], scenario: Scenario, now: list[dict[str, Any]]) -> Iterator[str]:
    """Goals whose value, bound or gap is not what the plan gives."""
    said = record["goals"]
    yield from _status(record)
    asked = [(goal.minimize, getattr(goal, "group", None)) for goal in scenario.goals]
    if [(goal["minimize"], goal.get("group")) for goal in said] != asked:
        yield f"the goals of {RUN} are not those of scenario.yaml."
        return
    for number, (was, found) in enumerate(zip(said, now, strict=True), 1):
        name = f"goal {number}, {was['minimize']}"
        for key in ("value", "today"):
            if not is_same(was.get(key), found[key]) and (key == "value" or was.get(key) is not None):
                yield f"{name}: {RUN} says {key} {written(was.get(key))}, and it is {written(found[key])}."
        bound, value = was.get("bound"), found["value"]
        if bound is not None and value is not None and bound > value + AGREEMENT * max(1.0, abs(value)):
            yield f"{name}: {RUN} says that no plan is below {written(bound)}, and this one has {written(value)}."
        if was.get("gap") is not None and value is not None and not is_same(was["gap"], relative_gap(value, bound)):
            yield f"{name}: {RUN} says gap {written(was['gap'])}, and value and bound give {written(relative_gap(value, bound))}."


def _status(record: dict[str, Any]) -> Iterator[str]:
    """A status that the record itself does not bear out: optimal, or within the gap, with a goal that was not closed."""
    status = record["status"]
    if status in (Status.INFEASIBLE, Status.NO_PLAN):
        yield f"{RUN} says {status}, and there is a plan."
        return
    if status == Status.FEASIBLE:
        return
    closed = (Ended.PROVEN,) if status == Status.OPTIMAL else (Ended.PROVEN, Ended.GAP)
    for number, goal in enumerate(record["goals"], 1):
        value, bound, name = goal["value"], goal.get("bound"), f"goal {number}, {goal['minimize']}"
        if goal.get("ended") is not None and goal["ended"] not in closed:
            yield f"{name}: {RUN} says {status}, and that this goal ended by {goal['ended']}."
        elif status == Status.OPTIMAL and None not in (value, bound) and value - bound > CLOSE * max(1.0, abs(value)):
            yield f"{name}: {RUN} says optimal, and that plans down to {written(bound)} are not ruled out; this one has {written(value)}."


def document_apart(said: Any, now: Any, name: str) -> Iterator[str]:
    """Differences of a document of numbers; None for one that cannot be read."""
    if said is None:
        yield f"{name} is not there, or cannot be read."
    else:
        yield from (f"{name}, {one}" for one in values_apart("", said, now))


def values_apart(place: str, said: Any, now: Any) -> Iterator[str]:
    """Differences of what both sides have; what only a later version measures is none."""
    if isinstance(said, dict) and isinstance(now, dict):
        for key, value in said.items():
            if str(key) in {str(one) for one in now}:
                yield from values_apart(f"{place}.{key}".lstrip("."), value, next(one for own, one in now.items() if str(own) == str(key)))
    elif isinstance(said, list) and isinstance(now, (list, tuple)):
        if len(said) != len(now):
            yield f"{place}: {len(said):,} entries, and there are {len(now):,}."
        else:
            for k, pair in enumerate(zip(said, now, strict=True)):
                yield from values_apart(f"{place}[{k}]", *pair)
    elif not is_same(said, now):
        yield f"{place}: {written(said)} is said, and it is {written(now)}."


def is_same(said: Any, now: Any) -> bool:
    """Whether two values agree: numbers as two witnesses may differ, others to the letter."""
    if hasattr(now, "item"):  # numpy's number
        now = now.item()
    if isinstance(now, float) and now != now:  # noqa: PLR0124 (NaN, which JSON has as null)
        now = None
    if isinstance(said, bool) or isinstance(now, bool) or not (isinstance(said, (int, float)) and isinstance(now, (int, float))):
        return bool(said == now)
    try:
        return abs(said - now) <= AGREEMENT * max(1.0, abs(now))
    except OverflowError:  # a whole number that no measure can have
        return False


def written(value: Any) -> str:
    """A value in a sentence."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300:
        return f"{value:.6g}"
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False, default=str)[:60]


def rows_apart(said: list[dict[str, str]] | None, now: list[dict[str, Any]]) -> Iterator[str]:
    """Differences of schools.csv, whose every cell is text."""
    if said is None:
        yield f"{SCHOOLS} is not there, or cannot be read."
        return
    ids = [row.get("id") for row in said]
    if ids != [row["id"] for row in now]:
        yield f"{SCHOOLS} has the schools {shown(ids)}, and they are {shown(row['id'] for row in now)}."
        return
    for was, found in zip(said, now, strict=True):
        for key, text in was.items():
            if key in found and not _same_text(text, found[key]):
                yield f"{SCHOOLS}, {was['id']}, {key}: {text or 'nothing'} is said, and it is {written(found[key])}."


def _same_text(text: str | None, now: Any) -> bool:
    if isinstance(now, str) or not text:
        return (text or None) == (now or None if isinstance(now, str) else now)
    try:
        return is_same(float(text), None if now is None else float(now))
    except ValueError:
        return False
