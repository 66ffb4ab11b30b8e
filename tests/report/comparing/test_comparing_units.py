"""Plan against plan, unit by unit."""

from __future__ import annotations

from dataclasses import replace

import comparing_drawn as drawn
import numpy as np

from rezoning.public.cell import HIDDEN
from rezoning.report.comparing import changed_units


def test_every_unit_that_changes_has_its_schools_minutes_and_students() -> None:
    names = {"today": ("B", "School B"), "A": ("A", "School A"), "B": ("B", "School B")}
    first, second = changed_units(drawn.book())
    assert first == {
        "unit_id": "02", "students": 30.0,
        "today_school_id": "B", "today_school": "School B", "today_min": 3.0,
        "A_school_id": "A", "A_school": "School A", "A_min": 5.0,
        "B_school_id": "B", "B_school": "School B", "B_min": 3.0,
    }  # fmt: skip
    assert second["unit_id"] == "11"
    assert {key: (second[f"{key}_school_id"], second[f"{key}_school"]) for key in names} == {**names, "A": ("B", "School B"), "B": ("A", "School A")}


def test_nothing_changes_where_plans_are_today_s() -> None:
    assert changed_units(drawn.book(plans=[[0, 0, 1, 0, 1, 1]])) == []


def test_units_have_no_counts_where_small_numbers_are_hidden() -> None:
    made = drawn.book(plans=[drawn.PLANS[0], drawn.PLANS[0]])
    change = made.changes["A"]
    hidden = replace(made, changes={**made.changes, "A": replace(change, unit_students=(HIDDEN,))})
    assert ["students" in row for row in changed_units(hidden)] == [False]


def test_a_new_unit_counts_only_where_options_disagree() -> None:
    place = drawn.district(current=np.array([0, 0, -1, 0, 1, 1]))
    agreeing = changed_units(drawn.book(place, plans=[[0, 0, 1, 0, 1, 1], [0, 0, 1, 0, 1, 1]]))
    differing = changed_units(drawn.book(place, plans=[[0, 0, 1, 0, 1, 1], [0, 0, 0, 0, 1, 1]]))
    assert agreeing == []
    assert [(row["unit_id"], row["today_school_id"], row["today_min"], row["students"]) for row in differing] == [("02", None, None, None)]


def test_without_today_and_travel_options_are_compared_with_each_other() -> None:
    asked = drawn.scenario(goals=[{"minimize": "cut_edges"}])
    found = changed_units(drawn.book(drawn.district(current=None, travel=None), asked))
    assert [row["unit_id"] for row in found] == ["02", "11"]
    assert list(found[0]) == ["unit_id", "A_school_id", "A_school", "B_school_id", "B_school"]


def test_closed_schools_of_today_are_named_and_their_trips_unknown() -> None:
    place = drawn.district(closed_ids=("old",), current=np.array([0, 0, 2, 0, 1, 1]), travel=np.array(drawn.MINUTES) * 1.0, travel_unit="km")
    row = changed_units(drawn.book(place, plans=[[0, 0, 1, 0, 1, 1]]))[0]
    assert (row["today_school_id"], row["today_km"], row["A_school_id"], row["A_km"]) == ("old", None, "B", 3.0)
