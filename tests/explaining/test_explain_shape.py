"""Shape stands in the way of a plan: what is explained, and that the edits let one exist."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from drawn import grid, scenario
from infeasible_cases import town

from rezoning.auditing import audit
from rezoning.commands import run as pipeline
from rezoning.district.district import District
from rezoning.explaining import Explanation, explain
from rezoning.explaining.relaxing.edit import applied, plain_scenario
from rezoning.scenario.rules import Rules

CORNER = {"01": "B", "11": "A", "21": "A"}


def squares(rows: str, widths: Any = None, **changes: Any) -> District:
    """A town of squares of 100 m; `widths` has other widths of units, so that some are strips."""
    lines = rows.split("/")
    width = len(lines[0])
    wide = np.full(len(lines) * width, 100.0)
    for u, meters in (widths or {}).items():
        wide[u] = meters
    boxes = [shapely.box(100 * (u % width), -100 * (u // width), 100 * (u % width) + wide[u], 100 - 100 * (u // width)) for u in range(len(wide))]
    edges = np.array(sorted(grid(len(lines), width)))
    return town(rows, edges=edges, border_m=np.full(len(edges), 100.0), geometry=gpd.GeoSeries(boxes, crs="EPSG:32618"), **changes)


def explained(rules: dict[str, Any], district: District) -> Explanation:
    found = explain(pipeline.ask(scenario(rules), district), 20)
    assert found.plan_exists is False
    plain = plain_scenario(scenario(rules))
    for one in found.relaxations:
        assert audit(one.plan, district, Rules.model_validate(applied(plain, one.edits)["rules"])).passed
    return found


def test_borders_that_must_grow_are_told_with_how_much():
    """One unit goes to B and its neighbors do not: of the border, three squares long, there will be four."""
    found = explained({"shape": {"max_boundary_increase": 0.0}, "assign": CORNER}, squares("aabb/Aabb/aaBb"))
    assert found.conflict is not None
    assert set(found.conflict.rules) >= {"rules.shape"}
    assert "raise rules.shape.max_boundary_increase from 0 to 0.334" in {one.words for one in found.relaxations}


def test_a_zone_whose_border_must_grow():
    found = explained({"shape": {"each_school": 0.2}, "assign": CORNER}, squares("aabb/Aabb/aaBb"))
    assert any("rules.shape.each_school from 0.2 to 0.334" in one.words for one in found.relaxations)


def test_a_strip_that_is_needed_is_told_with_the_width_that_lets_it_be():
    """All of column 1 is 40 m wide and parts the west from both schools; the width can be lowered until it carries."""
    district = squares("aabb/aAbb/aaBb", {1: 40.0, 5: 40.0, 9: 40.0}, school_unit=np.array([6, 11]))
    found = explained({"shape": {"min_width_m": 60.0}, "school_in_own_zone": False}, district)
    assert "lower rules.shape.min_width_m from 60 to 39 m" in {one.words for one in found.relaxations}


def test_pieces_that_strips_part_today_may_stay():
    """The middle column is a strip with the west beyond it: today's zone is in two pieces for the width, and keeping them is enough."""
    district = squares("aaa/Aaa/aaB", {1: 40.0, 4: 40.0, 7: 40.0}, school_unit=np.array([5, 8]))
    found = explained({"shape": {"min_width_m": 60.0}, "school_in_own_zone": False}, district)
    assert "let today's islands stay (rules.contiguity.islands: keep)" in {one.words for one in found.relaxations}
