"""The audit of shape: each limit broken by a plan, as a planner reads it; and what it does not mind."""

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from drawn import grid, picture

from rezoning.auditing import audit, audit_today
from rezoning.district.district import District, Land
from rezoning.district.plan import Plan
from rezoning.errors import ScenarioError
from rezoning.scenario.rules import Rules


def squares(rows: str, widths: Any = None, **changes: Any) -> District:
    """Squares of 100 m; `widths` draws some units narrower."""
    width, n = rows.index("/") if "/" in rows else len(rows), len(rows.replace("/", ""))
    wide = [(widths or {}).get(u, 100.0) for u in range(n)]
    boxes = [shapely.box(0, 0, meters, 100) for meters in wide]
    edges = np.array(sorted(grid(n // width, width)))
    given = {"edges": edges, "border_m": np.full(len(edges), 100.0), "geometry": gpd.GeoSeries(boxes, crs="EPSG:32618")}
    return picture(rows, **(given | changes))


def found(district: District, plan: str, **shape: Any) -> list[str]:
    rules = Rules.model_validate({"shape": shape, "contiguity": {"islands": "keep"}})
    return [one.message for one in audit(Plan(np.array(["ABC".index(c) for c in plan])), district, rules).violations]


def test_the_districts_border():
    district = squares("Aab/abB")
    assert found(district, "AAAABB", max_boundary_increase=0.0) == []
    island = "contiguity: School A's zone would have a detached piece of 1 unit with 10 students: unit '02'"
    assert found(district, "ABAABB", max_boundary_increase=0.5) == [island]
    assert found(district, "ABAABB", max_boundary_increase=0.2) == [
        island, "shape: borders between zones would be 0.4 km, 33.33 % over today's (0.3 km); the limit is 0.36 km (20 %)",
    ]  # fmt: skip


def test_a_zones_border_and_a_zone_that_has_none_today():
    district = squares("AabB/aabb")
    assert found(district, "AAABAABB", each_school=0.5) == []
    assert found(district, "AAABAABB", each_school=0.4) == [
        "shape: the border of School A's zone would be 0.3 km, 50 % over today's (0.2 km); the limit is 0.28 km (40 %)",
        "shape: the border of School B's zone would be 0.3 km, 50 % over today's (0.2 km); the limit is 0.28 km (40 %)",
    ]
    new = squares("AabB/abbC", current=np.array([0, 0, 1, 1, 0, 1, 1, 1]))  # 0.3 km, 0.3 km, and C has no zone yet
    assert found(new, "AABBABBC", each_school=0.7) == []
    assert found(new, "AABBABBC", each_school=0.0) == [
        "shape: the border of School B's zone would be 0.5 km, 66.67 % over today's (0.3 km); the limit is 0.3 km (0 %)"
    ]
    assert found(new, "AABBACCC", each_school=0.0)[-1] == (
        "shape: the border of School C's zone would be 0.4 km, 33.33 % over today's mean, for it has none today (0.3 km); the limit is 0.3 km (0 %)"
    )


def test_new_units_lie_in_no_zone_today_and_count_in_the_plan():
    district = squares("Aa./abB")
    assert found(district, "AAAABB", max_boundary_increase=0.0) == [
        "shape: borders between zones would be 0.3 km, 50 % over today's (0.2 km); the limit is 0.2 km (0 %)"
    ]


def test_a_zone_may_not_hang_together_by_a_short_border():
    district = squares("AaaB", border_m=np.array([100.0, 30.0, 100.0]), current=np.array([0, 1, 1, 1]))
    assert found(district, "AAAB", min_width_m=50) == [
        "shape: 1 unit with 10 students would hang on School A's zone by what is narrower than 50 m, or by nothing: unit '02'"
    ]
    assert found(district, "AABB", min_width_m=50) == []
    assert found(district, "AAAB", min_width_m=30) == []


def test_a_strip_belongs_to_a_zone_that_it_touches_and_carries_nothing():
    district = squares("AabB/aabb", {1: 40.0}, current=np.array([0, 0, 1, 1, 0, 0, 1, 1]))
    assert found(district, "AABBAABB", min_width_m=60) == []
    assert found(district, "ABBBAABB", min_width_m=60) == []
    row = squares("AabB", {1: 40.0}, current=np.array([0, 1, 1, 1]))
    assert found(row, "AAAB", min_width_m=60) == [
        "shape: 1 unit with 10 students would hang on School A's zone by what is narrower than 60 m, or by nothing: unit '02'"
    ]
    chain = squares("AaabB", {1: 40.0, 2: 40.0, 3: 40.0})
    assert found(chain, "AABBB", min_width_m=60) == []
    assert found(chain, "AAAAB", min_width_m=60)[0].startswith("shape: unit '03', narrower than 60 m, would touch School A's zone nowhere")


def test_todays_pieces_stay_under_keep_and_not_otherwise():
    district = squares("AaaB", {1: 40.0})
    assert found(district, "AAAB", min_width_m=60) == []
    rules = Rules.model_validate({"shape": {"min_width_m": 60}})
    today = audit_today(district, rules)
    assert today is not None
    assert [one.message for one in today.violations] == [
        "shape: 1 unit with 10 students hangs on School A's zone by what is narrower than 60 m, or by nothing: unit '02'"
    ]


def test_a_link_carries():
    district = squares("AabB", border_m=np.array([100.0, np.nan, 100.0]), current=np.array([0, 1, 1, 1]))
    assert found(district, "AAAB", min_width_m=50) == []


def test_a_unit_in_two_places_is_judged_place_by_place():
    """Unit 01 is a square beside A, and further ground between A and 02: a strip there carries nothing, though the unit is none."""
    place = squares("AaaB")
    for meters, broken in ((10, 1), (90, 0)):
        edges = np.array([(0, 1), (0, 4), (2, 3), (2, 4)])
        polygons = np.array([*place.geometry, shapely.box(0, 0, meters, 100)])
        land = Land(np.array([0, 1, 2, 3, 1]), edges, np.full(4, 100.0), polygons)
        assert len(found(squares("AaaB", current=np.array([0, 0, 1, 1]), parts=land), "AAAB", min_width_m=50)) == broken


@pytest.mark.parametrize("key", ["max_boundary_increase", "each_school"])
def test_no_border_today_is_none_to_grow(key):
    district = squares("AaaB", current=np.zeros(4, dtype=int))
    with pytest.raises(ScenarioError, match=f"rules.shape.{key}: borders are compared with today's, and no two zones of today meet"):
        found(district, "AAAB", **{key: 0.1})


def test_lengths_and_polygons_are_needed():
    with pytest.raises(ScenarioError, match=r"without lengths of borders rules\.shape\.max_boundary_increase is refused"):
        found(squares("AabB", border_m=np.full(3, np.nan)), "AABB", max_boundary_increase=0.1)
    with pytest.raises(ScenarioError, match="the units have no polygons to shrink"):
        found(squares("AabB", geometry=None), "AABB", min_width_m=50)
