"""A drawn book whose charts can be checked by hand.

Today::

    A a b      students 10 20 30     low 10 10 0
    a b B               10 20 10          5  5 0

A has 40 students, 25 of them low (62.5 %), B has 60, 5 of them low; of all 100 students 30 are low. Option A gives the upper right unit to
school A: 70 students and 25 low there, 30 and 5 in B.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from drawn import DATA, picture
from shapely.geometry import box

from rezoning.district.plan import Plan
from rezoning.public.book import Book
from rezoning.public.build import make_book
from rezoning.runs.option_judged import option_of_plan
from rezoning.scenario.schema import Scenario

MINUTES = [[1, 9], [2, 6], [5, 3], [3, 8], [4, 2], [7, 1]]
PLANS = ([0, 0, 0, 0, 1, 1], [0, 0, 1, 0, 0, 1])
BAND = {"group": "low", "within": 0.1}


def squares() -> gpd.GeoSeries:
    return gpd.GeoSeries([box(c * 1000, -r * 1000, c * 1000 + 1000, 1000 - r * 1000) for r in range(2) for c in range(3)], crs=26918)


def district(**changes: Any):
    given = {
        "students": [10, 20, 30, 10, 20, 10],
        "groups": {"low": np.array([10.0, 10, 0, 5, 5, 0])},
        "capacity": np.array([90.0, 90]),
        "travel": np.array(MINUTES, dtype=float),
        "geometry": squares(),
    }
    return picture("Aab/abB", **(given | changes))


def scenario(groups: dict[str, str] | None = None, **said: Any) -> Scenario:
    data = {"units": DATA["units"] | {"groups": {"low": "low"} if groups is None else groups}, "schools": DATA["schools"]}
    base = {"name": "drawn", "data": data, "goals": [{"minimize": "reassigned"}], "report": {"min_cell": 0}}
    return Scenario.model_validate(base | said)


def book(place: Any = None, asked: Scenario | None = None, plans: Any = PLANS[:1], **option: Any) -> Book:
    """A book of plan files; `option` changes each option, ``path`` and ``is_run`` say."""
    asked, place = asked or scenario(), place or district()
    made = [option_of_plan("ABCDEFGH"[k], f"plan {k}", Path(f"{k}.csv"), asked, place, Plan(plan)) for k, plan in enumerate(plans)]
    return make_book([replace(one, **option) for one in made])
