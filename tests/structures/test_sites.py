"""Several schools in one unit: who has the unit, where the other's zone may lie, and what a site is in the formulation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from drawn import picture, scenario

from rezoning.auditing import audit
from rezoning.commands.run import ask
from rezoning.district.district import District, Land
from rezoning.district.pairing import pairing_problems
from rezoning.district.plan import Plan
from rezoning.district.questions import problems
from rezoning.errors import Infeasible
from rezoning.explaining import explain
from rezoning.formulation.formulate import formulate
from rezoning.formulation.levels import Level, side_by_side
from rezoning.formulation.openings import opened
from rezoning.formulation.reduced import Reduced
from rezoning.metrics.islands import islands
from rezoning.metrics.zones import Zones
from rezoning.optimize.engine import solve
from rezoning.report.places import points_inside
from rezoning.scenario.pairing import Pairing
from rezoning.scenario.schema import Rules, Scenario

WITH_B: dict[str, Any] = {"openings": {"must_open": ["B"]}}


def street(status: str = "ox", **changes: Any) -> District:
    """Seven units in a row with ten students each; A and B lie in the one in the middle, C at the end: o open, c may close, x a candidate."""
    kinds = np.array(["ocx".index(letter) for letter in status])
    m = len(kinds)
    at = np.array([3, 3, 6])[:m]
    given: dict[str, Any] = {
        "school_ids": tuple("ABC"[:m]), "school_names": ("Ash", "Birch", "Cedar")[:m], "school_unit": at, "optional": kinds > 0,
        "is_candidate": kinds == 2, "capacity": np.full(m, 40.0), "travel": np.abs(np.arange(7)[:, None] - at) * 2.0 + 1,
        "current": np.zeros(7, dtype=np.int64),
    }  # fmt: skip
    return picture("aaaAaaa", **(given | changes))


def broken(plan: list[int], district: District | None = None, **said: Any) -> set[tuple[str, str]]:
    district = street() if district is None else district
    return {(one.rule, one.subject) for one in audit(Plan(plan), district, scenario(said).rules).violations}


def answer(district: District, asked: Scenario) -> Plan:
    result = solve(formulate(district, asked), asked.solve)
    assert result.plan is not None
    assert audit(result.plan, district, asked).passed
    return result.plan


# -- what the auditor says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "status", "found"),
    [
        ([0] * 7, "ox", set()),  # Birch stays closed
        ([0, 0, 0, 0, 1, 1, 1], "ox", set()),  # its zone begins beside the unit
        ([1, 1, 1, 0, 1, 1, 1], "ox", set()),  # on both sides: the site joins them
        ([0, 0, 0, 0, 0, 1, 1], "ox", {("contiguity", "B")}),
        ([1, 0, 0, 0, 1, 1, 1], "ox", {("contiguity", "B")}),
        ([0, 0, 1, 1, 1, 0, 0], "ox", {("school_in_own_zone", "A"), ("contiguity", "A")}),
        ([0, 0, 0, 1, 1, 1, 1], "ox", {("school_in_own_zone", "A"), ("contiguity", "A")}),  # Ash always is open: the unit is its
        ([0, 0, 0, 0, 1, 1, 1], "cx", set()),
        ([1] * 7, "cx", set()),  # Ash is closed: Birch has the unit
        ([0, 0, 0, 1, 1, 1, 1], "cx", {("school_in_own_zone", "A"), ("contiguity", "A")}),
        ([1, 1, 1, 2, 2, 2, 2], "cxo", {("school_in_own_zone", "B")}),
        ([0, 0, 0, 0, 2, 2, 2], "cco", set()),
        ([0, 0, 1, 1, 1, 2, 2], "xoo", {("contiguity", "A")}),  # Birch comes first
        ([0] * 7, "oo", {("school_in_own_zone", "B")}),  # which always is open, and has no zone
    ],
)  # fmt: skip
def test_zones_of_one_unit(plan: list[int], status: str, found: set[tuple[str, str]]) -> None:
    assert broken(plan, street(status)) == found


def test_the_unit_is_asked_for_without_the_rule_on_own_zones() -> None:
    assert broken([1, 1, 1, 2, 2, 2, 2], street("cxo"), school_in_own_zone=False) == {("openings", "B")}
    assert broken([1, 1, 1, 2, 2, 2, 2], street("oxo"), school_in_own_zone=False) == set()


def test_pieces_beside_the_unit_are_no_islands() -> None:
    def found(plan: list[int]) -> list[list[int]]:
        return [one.units.tolist() for one in islands(Zones(street(), np.array(plan)))]

    assert found([1, 1, 1, 0, 1, 1, 1]) == []
    assert found([1, 1, 0, 0, 1, 1, 1]) == [[0, 1]]


# -- the formulation ---------------------------------------------------------------------------------------------------


def test_open_is_the_pair_of_the_site() -> None:
    district = street()
    problem = formulate(district, scenario())
    pairs = problem.pairs
    site = int(pairs.node[opened(pairs, district)[1]])
    assert site not in pairs.node_of_unit
    assert pairs.unit_of_node is not None
    assert pairs.unit_of_node[site] == 3
    assert problem.contiguity.sources[1].tolist() == [site]
    near = problem.contiguity.graph.indices[problem.contiguity.graph.indptr[site] : problem.contiguity.graph.indptr[site + 1]]
    assert sorted(near.tolist()) == sorted(set(pairs.node_of_unit[[2, 3, 4]].tolist()))
    around, without = (pairs.of_units(np.array(plan)) for plan in ([1, 1, 1, 0, 1, 1, 1], [0] * 7))
    assert (around[site], without[site], problem.start[site]) == (1, 0, 0)
    for nodes, is_valid in ((around, True), (without, True), (np.where(np.arange(len(without)) == site, 1, without), False)):
        sums = problem.rows.matrix @ problem.vector(nodes)
        assert ((sums >= problem.rows.lower - 1e-9) & (sums <= problem.rows.upper + 1e-9)).all() == is_valid


def test_units_apart_have_no_site() -> None:
    district = street(school_unit=np.array([3, 4]))
    assert not district.sharing
    assert formulate(district, scenario()).pairs.sites is None


@pytest.mark.parametrize("method", ["exact", "closer_neighbor", "none"])
@pytest.mark.parametrize("engine", [{"solver": "scip"}, {"solver": "highs"}, {"method": "anneal", "time_limit": 0.1}])
def test_a_candidate_beside_a_school_has_its_zone_around_the_unit(method: str, engine: dict[str, Any]) -> None:
    rules = {**WITH_B, "contiguity": {"method": method}, "capacity": {"max": 1.0}}
    plan = answer(street(), scenario(rules, [{"minimize": "cut_edges"}], **engine))
    assert plan.school[3] == 0
    if method != "none":
        assert sorted([plan.school[:3].tolist(), plan.school[4:].tolist()]) == [[0, 0, 0], [1, 1, 1]]


def test_two_schools_of_one_unit_that_always_are_open_both_have_a_zone() -> None:
    plan = answer(street("oo"), scenario({}, [{"minimize": "reassigned"}], solver="highs"))
    assert sorted(np.bincount(plan.school).tolist()) == [3, 4]


def test_a_unit_in_several_places_holds_sites_by_its_main_piece() -> None:
    """The middle unit has another piece at the end of the street, which the site does not stand on."""
    land = Land(np.array([0, 1, 2, 3, 4, 5, 6, 3]), np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [3, 7], [6, 7]]))
    district = street(parts=land)
    assert broken([0, 0, 0, 0, 1, 1, 0], district) == set()
    assert broken([0, 0, 0, 0, 1, 1, 1], district) == {("contiguity", "B")}
    far = scenario({**WITH_B, "assign": {"06": "B"}}, solver="highs")
    with pytest.raises(Infeasible):
        formulate(district, far)


def test_todays_island_stays_and_a_piece_beside_the_unit_is_none() -> None:
    today = np.array([1, 0, 1, 0, 0, 0, 0])
    asked = {"contiguity": {"islands": "keep"}}
    district = street("oc", current=today)
    assert broken(today.tolist(), district, **asked) == set()
    assert broken([1, 0, 0, 0, 0, 0, 0], district, **asked) == set()  # the anchor holds it
    assert broken([0, 0, 0, 0, 0, 1, 1], district, **asked) == {("contiguity", "B")}
    problem = formulate(district, scenario(asked))
    assert problem.start[problem.pairs.sites[1]] == 1  # type: ignore[index]


def test_sites_of_levels_stand_side_by_side() -> None:
    one, other = formulate(street(), scenario()).pairs, formulate(street(school_unit=np.array([3, 4])), scenario()).pairs
    levels = (
        Level("first", (0, 7), (0, 2), (0, other.num_nodes), (0, len(other))),
        Level("second", (7, 14), (2, 4), (other.num_nodes, other.num_nodes + one.num_nodes), (len(other), len(other) + len(one))),
    )
    whole = side_by_side([other, one], levels)
    assert whole.sites is not None
    assert one.sites is not None
    assert whole.sites.tolist() == [-1, -1, -1, int(one.sites[1]) + other.num_nodes]
    back = levels[1].own(whole).sites
    assert back is not None
    assert back.tolist() == one.sites.tolist()


# -- what cannot be ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_explain_names_the_opening_that_leaves_no_plan() -> None:
    """Nobody beside the unit may have Birch, which must open."""
    asked = scenario({**WITH_B, "forbid": [[f"0{u}", "B"] for u in (2, 4)]}, [{"minimize": "travel"}])
    found = explain(ask(asked, street()), 20)
    assert found.conflict is not None
    assert "rules.openings.must_open[0]" in found.conflict.rules


def test_strips_and_pairing_are_not_known_where_a_unit_holds_several_schools() -> None:
    narrow = Rules.model_validate({"shape": {"min_width_m": 100}})
    told = [str(one) for one in problems(street(geometry=None), narrow)]
    assert any("one unit ('03') has 'A', 'B'" in one for one in told)
    grades = {"0": np.full(7, 5.0), "1": np.full(7, 5.0)}
    told = [str(one) for one in pairing_problems(replace(street("oo"), grades=grades), Pairing())]
    assert any("unit '03' holds several schools" in one for one in told)


def test_schools_of_one_unit_stand_side_by_side_on_maps() -> None:
    import shapely

    shapes = np.array([shapely.box(0, 0, 3, 2), shapely.Polygon([(0, 0), (9, 0), (9, 9), (8, 9), (8, 1), (1, 1), (1, 9), (0, 9)])], dtype=object)
    points = points_inside(shapes, [0, 1, 0, 1])
    assert [(point.x, point.y) for point in points[::2]] == [(1, 1), (2, 1)]
    assert len({(point.x, point.y) for point in points}) == 4
    assert all(shapely.contains(shapes[u], point) for u, point in zip([0, 1, 0, 1], points, strict=True))


def test_a_site_is_merged_with_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """However the question is made smaller, also where units beside the unit have no students."""
    seen: list[Reduced] = []
    merge = Reduced.merge
    monkeypatch.setattr(Reduced, "merge", lambda self, *rest: (merge(self, *rest), seen.append(self))[1])
    for seed in range(20):
        students = np.where(np.random.default_rng(seed).random(7) < 0.6, 0.0, 10.0)
        students[0] = 10
        formulate(street("oxo", students=students), scenario({}, [{"minimize": "travel"}]))
    assert seen
    for one in seen:
        assert one.sites is not None
        assert not np.isin(one.sites.node, one.node_of_piece).any()
