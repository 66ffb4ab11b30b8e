"""The rule on shape in numbers: limits on borders say what borders are, and what is too narrow is told where it leaves no plan."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from drawn import picture, scenario
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from shape_cases import ShapeOracle, shape_case

from rezoning.district.district import Land
from rezoning.district.drawn import neighbors_from_polygons
from rezoning.district.strips import strips
from rezoning.errors import Infeasible, ScenarioError
from rezoning.formulation.elastic import elastic
from rezoning.formulation.formulate import formulate
from rezoning.formulation.shape import SLACK_KM


def bars(*widths: float) -> gpd.GeoSeries:
    """Bars side by side from west to east, 100 m high."""
    ends = np.concatenate([[0.0], np.cumsum(widths)])
    return gpd.GeoSeries([shapely.box(a, 0, b, 100) for a, b in pairwise(ends)], crs="EPSG:32618")


def row(text: str, *widths: float, **changes):
    edges = [(u, u + 1) for u in range(len(text) - 1)]
    return picture(text, **({"edges": edges, "border_m": np.full(len(edges), 100.0), "geometry": bars(*widths)} | changes))


@given(st.integers(0, 5_000))
def test_limits_are_what_borders_are(seed):
    """At any plan the district's limit holds its border, each school's what that school's border is above its own limit."""
    drawn = shape_case(seed, 8, max_boundary_increase=0.1, each_school=0.2)
    try:
        problem = formulate(drawn.district, drawn.scenario)
    except (Infeasible, ScenarioError):  # another rule leaves no plan, or there is no border today
        return
    judge, pairs = ShapeOracle(drawn.district, drawn.scenario), problem.pairs
    rng = np.random.default_rng(seed)
    (whole,), (today,) = judge.km(judge.home[None, :])
    base = np.where(today > 0, today, today[today > 0].mean())
    for _ in range(5):
        nodes = np.array([pairs.school[rng.integers(pairs.first[v], pairs.first[v + 1])] for v in range(pairs.num_nodes)])
        (total,), (own,) = judge.km(problem.expand(nodes).school[None, :])
        x = problem.vector(nodes)
        district, *schools = problem.held
        assert district.terms.value(x) == pytest.approx(total)
        assert district.upper == pytest.approx(1.1 * whole + SLACK_KM)
        for s, held in enumerate(schools):
            assert held.terms.value(x) == pytest.approx(max(0.0, own[s] - 1.2 * base[s]), abs=1e-9)


@given(st.integers(0, 5_000))
def test_for_sale_a_limit_costs_what_is_beyond_it(seed):
    """Nothing for a plan within it, something for one beyond."""
    drawn = shape_case(seed, 8, max_boundary_increase=0.1)
    try:
        formulate(drawn.district, drawn.scenario)
        priced = elastic(drawn.district, drawn.scenario)
    except (Infeasible, ScenarioError):
        return
    judge, problem = ShapeOracle(drawn.district, drawn.scenario), priced.formulation
    terms = problem.terms[priced.rules.index("shape")]
    (whole,), _ = judge.km(judge.home[None, :])
    rng, pairs = np.random.default_rng(seed), problem.pairs
    for _ in range(5):
        nodes = np.array([pairs.school[rng.integers(pairs.first[v], pairs.first[v + 1])] for v in range(pairs.num_nodes)])
        (total,), _ = judge.km(problem.expand(nodes).school[None, :])
        beyond = max(0.0, total - 1.1 * whole - SLACK_KM)
        assert terms.value(problem.vector(nodes)) == pytest.approx(drawn.district.num_units * beyond / (1.1 * whole), rel=1e-5, abs=1e-5)


def test_ground_that_no_school_reaches_but_by_strips_is_told():
    rules = {"shape": {"min_width_m": 60}}
    with pytest.raises(Infeasible) as caught:
        formulate(row("Aaaa", 100, 40, 100, 100), scenario(rules))
    assert [str(one) for one in caught.value.problems] == [
        "rules.shape.min_width_m: 2 units with 20 students can be reached from no school but through what is narrower than 60 m: 02, 03. "
        "Lower it, keep today's pieces (contiguity.islands: keep), or join them with data.adjacency.links."
    ]
    kept = formulate(row("Aaaa", 100, 40, 100, 100), scenario(rules | {"contiguity": {"islands": "keep"}}))
    assert kept.expand(kept.start).school.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"shape": {}}, "no limit is given"),
        ({"shape": {"min_width_m": 50}, "contiguity": {"method": "closer_neighbor"}}, "nearer neighbors do"),
        ({"shape": {"each_school": -0.1}}, "greater than or equal to 0"),
    ],
)
def test_what_does_not_fit_together_is_refused(rules, message):
    with pytest.raises(ValidationError, match=message):
        scenario(rules)


# -- what is thin ----------------------------------------------------------------------------------------------------


def test_thin_ground_and_what_it_hangs_on():
    """Of bars 40 m wide in a row the inner one hangs on the outer two, and these on what is wide; a school's unit is never thin."""
    found = strips(row("aaaaA", 100, 40, 40, 40, 40), 60)
    assert found.is_thin.tolist() == [True, True, True, True, False]  # the first has no wide neighbor that is left
    assert sorted(map(tuple, found.hangs.tolist())) == [(0, 1), (1, 2), (2, 3), (3, 4)]
    wide = strips(row("aaaaA", 100, 100, 40, 40, 100), 60)
    assert wide.is_thin.tolist() == [False, False, True, True, False]
    assert wide.edges.tolist() == [[0, 1]]
    assert sorted(map(tuple, wide.hangs.tolist())) == [(2, 1), (3, 4)]


def test_a_unit_without_a_wide_border_hangs_and_a_school_carries_by_any():
    borders = np.array([100.0, 30.0, 30.0])
    found = strips(row("AaaB", 100, 100, 100, 100, border_m=borders), 60)
    assert found.is_thin.tolist() == [False, False, False, False]
    assert found.edges.tolist() == [[0, 1], [2, 3]]
    alone = strips(row("Aaaa", 100, 100, 100, 100, border_m=borders), 60)
    assert alone.is_thin.tolist() == [False, False, True, True]
    assert sorted(map(tuple, alone.hangs.tolist())) == [(2, 1), (3, 2)]


def test_links_and_barriers_keep_what_is_known_of_pieces():
    polygons = np.array([shapely.box(u, 0, u + 1, 1) for u in range(4)])
    land = Land(np.array([0, 1, 2, 1]), np.array([(0, 1), (1, 2), (2, 3)]), np.array([10.0, 20.0, 30.0]), polygons)
    linked = land.linked([(0, 1), (0, 2), (1, 1)], [(1, 2)])
    assert linked.edges.tolist() == [[0, 1], [0, 2], [1, 3]]
    assert np.array_equal(linked.border_m, [10.0, np.nan, np.nan], equal_nan=True)
    assert linked.polygons is polygons


def test_pieces_of_a_unit_have_borders_and_shapes_of_their_own():
    """Unit 1 is a square in the west and a strip in the east, with unit 0 between."""
    parts = gpd.GeoSeries(
        [shapely.box(100, 0, 200, 100), shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(200, 20, 240, 60)])], crs="EPSG:32618"
    )
    land = neighbors_from_polygons(parts, 1.0).land
    assert land is not None
    assert land.unit.tolist() == [0, 1, 1]
    assert dict(zip(map(tuple, land.edges.tolist()), land.border_m, strict=True)) == {(0, 1): pytest.approx(100), (0, 2): pytest.approx(40)}
    assert [shape.area for shape in land.polygons] == pytest.approx([10_000, 10_000, 1_600])
