"""Drawn options to put side by side, small enough to measure by hand.

Today::

    A a b      students 10 20 30     low 10 10 0
    a b B               10 20 10          5  5 0

Option A gives the upper right unit to school A, option B the lower middle one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from drawn import DATA, picture

from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.public.book import Book
from rezoning.public.build import make_book
from rezoning.runs.option import Option
from rezoning.runs.option_judged import option_of_plan
from rezoning.scenario.schema import Scenario

MINUTES = [[1, 9], [2, 6], [5, 3], [3, 8], [4, 2], [7, 1]]
PLANS = ([0, 0, 0, 0, 1, 1], [0, 0, 1, 0, 0, 1])
GROUPS = {"units": DATA["units"] | {"groups": {"low": "low"}}, "schools": DATA["schools"]}


def scenario(report: Mapping[str, Any] | None = None, **said: Any) -> Scenario:
    """The question that all options are judged by; nothing is hidden unless `report` says so."""
    base = {"name": "drawn", "data": GROUPS, "rules": {"capacity": {"max": 1.3}}, "goals": [{"minimize": "reassigned"}]}
    return Scenario.model_validate(base | {"report": {"min_cell": 0} | dict(report or {})} | said)


def district(**changes: Any) -> District:
    """The district of the picture."""
    given = {
        "students": [10, 20, 30, 10, 20, 10],
        "groups": {"low": np.array([10.0, 10, 0, 5, 5, 0])},
        "capacity": np.array([40.0, 50]),
        "travel": np.array(MINUTES, dtype=float),
    }
    return picture("Aab/abB", **(given | changes))


def option(letter: str, plan: Sequence[int], place: District | None = None, asked: Scenario | None = None, name: str = "", **record: Any) -> Option:
    """An option; `record` adds to its record, as a run would."""
    made = option_of_plan(letter, name or f"plan {letter}", Path(f"{letter}.csv"), asked or scenario(), place or district(), Plan(plan))
    if not record:
        return made
    goals = [{**goal, **record.get("proof", {})} for goal in made.record["goals"]]
    return replace(made, record={**made.record, "goals": goals, **record}, is_run=True)


def book(place: District | None = None, asked: Scenario | None = None, plans: Sequence[Sequence[int]] = PLANS) -> Book:
    """Options A, B, … of the plans."""
    place = place or district()
    return make_book([option(letter, plan, place, asked) for letter, plan in zip("ABCDEFGH", plans, strict=False)])


def hiding(made: Book, key: str, school: int, **cells: Any) -> Book:
    """The book with cells of a school hidden in a view, as privacy would."""
    view = made.views[key]
    rows = list(view.schools)
    rows[school] = replace(rows[school], **cells)
    return replace(made, views={**made.views, key: replace(view, schools=tuple(rows))}, is_hidden=True)
