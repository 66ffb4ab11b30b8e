"""Peers of the benchmarks: each keeps what its own rule promises, and what it claims is so."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn import Case, case, picture, scenario
from enumerated import plans, values, vectors

from rezoning.auditing import audit
from rezoning.district.plan import Plan
from rezoning.district.plans.write import write_plan
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.metrics.goals import goal_value
from rezoning.metrics.zones import Zones

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from measured import measured  # noqa: E402
from peers.closer import obeys  # noqa: E402
from peers.flow import arcs_of, flow_of  # noqa: E402
from peers.journal import entries  # noqa: E402
from peers.needs import Need, closer_needs, hop_needs  # noqa: E402
from peers.problem import Problem  # noqa: E402
from peers.score import journal_record, run_record, score, shape  # noqa: E402
from peers.write import problem_of  # noqa: E402
from peers_tables import grouped, methods_table, ratios_table  # noqa: E402

SEEDS = range(40)
IS_GERRYCHAIN = importlib.util.find_spec("gerrychain") is not None and int(version("gerrychain").split(".")[0]) >= 1
needs_gerrychain = pytest.mark.skipif(not IS_GERRYCHAIN, reason="gerrychain >= 1.0 is not installed: pip install rezoning[bench]")
needs_ortools = pytest.mark.skipif(importlib.util.find_spec("ortools") is None, reason="ortools is not installed: pip install rezoning[bench]")


@cache
def question(seed: int, **only: Any) -> tuple[Case, Formulation, Problem] | None:
    """A drawn case with one goal under exact contiguity; None where no plan exists by arithmetic."""
    drawn = case(seed, 10, method="exact", **only)
    first = drawn.scenario.goals[0].model_copy(update={"weight": None, "give_up": 0.0})
    asked = replace(drawn, scenario=drawn.scenario.model_copy(update={"goals": (first,)}))
    try:
        formulation = formulate(asked.district, asked.scenario)
    except Infeasible:
        return None
    return asked, formulation, problem_of(formulation, asked.district, asked.scenario)


def questions(count: int = 12, **only: Any) -> Iterator[tuple[Case, Formulation, Problem]]:
    """The first cases that leave something to choose."""
    for seed in SEEDS:
        asked = question(seed, **only)
        if asked is not None and not asked[2].is_fixed.all() and len(plans(asked[1])):
            yield asked
            count -= 1
        if not count:
            return


def run_peer(command: str, problem: Problem, folder: Path, seconds: float = 10) -> list[dict[str, Any]]:
    """The journal of a peer in a process of its own."""
    problem.write(folder / "problem.npz")
    name, *arguments = command.split()
    call = [sys.executable, "-m", f"peers.{name}", str(folder / "problem.npz"), str(folder / "journal"), "--seconds", str(seconds), *arguments]
    done = subprocess.run(call, cwd=BENCHMARKS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(entries(folder / "journal"))


def last_plan(said: list[dict[str, Any]]) -> Plan | None:
    found = [entry for entry in said if "school" in entry]
    return Plan(found[-1]["school"]) if found else None


def best(formulation: Formulation, problem: Problem, needs: list[Need] | None = None) -> float | None:
    """The least value of all plans, or of all assignments that obey rows and needs, by enumeration; None where there is none."""
    if needs is None:
        found = plans(formulation)
    else:
        loose = replace(formulation, contiguity=replace(formulation.contiguity, is_exact=False))
        found = np.array([each for each in plans(loose) if obeys(problem, needs, each)], dtype=np.int64).reshape(-1, problem.num_nodes)
    return float(values(formulation.terms[0], vectors(formulation, found)).min()) if len(found) else None


def test_a_problem_reads_back_and_counts_what_the_formulation_counts(tmp_path: Path) -> None:
    for _, formulation, problem in questions():
        problem.write(tmp_path / "problem.npz")
        again = Problem.read(tmp_path / "problem.npz")
        for school in plans(formulation)[:20]:
            assert again.value(school) == pytest.approx(formulation.terms[0].value(formulation.vector(school)))
            assert again.obeys_rows(school)


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_flow_finds_the_best_of_all_contiguous_plans_and_proves_it(solver: str, tmp_path: Path) -> None:
    for asked, formulation, problem in questions(3):
        said = run_peer(f"flow --solver {solver}", problem, tmp_path)
        plan = last_plan(said)
        assert plan is not None
        assert said[-1]["status"] == "optimal"
        assert audit(plan, asked.district, asked.scenario.rules).passed
        value = goal_value(asked.scenario.goals[0], plan, asked.district)
        assert value == pytest.approx(best(formulation, problem), abs=1e-5)
        bound = max(entry["bound"] for entry in said if "bound" in entry)
        assert bound <= value + 1e-6


@needs_ortools
def test_hop_closer_finds_the_best_of_all_plans_that_its_rule_allows(tmp_path: Path) -> None:
    for asked, formulation, problem in questions(3, islands="keep"):
        said = run_peer("hop_closer", problem, tmp_path)
        expected = best(formulation, problem, hop_needs(problem))
        if expected is None:
            assert said[-1]["status"] == "infeasible"
            continue
        plan = last_plan(said)
        assert plan is not None
        assert said[-1]["status"] == "optimal"
        value = goal_value(asked.scenario.goals[0], plan, asked.district)
        assert value == pytest.approx(expected, abs=1e-9)
        assert said[-1]["own_bound"] == pytest.approx(value, abs=1e-9)
        assert not any("bound" in entry for entry in said)
        assert score(plan, asked.district, asked.scenario)["broken"] == 0


def test_closer_finds_the_best_of_all_plans_that_its_rule_allows_and_claims_no_bound(tmp_path: Path) -> None:
    for asked, formulation, problem in questions(3, islands="forbid"):
        said = run_peer("closer", problem, tmp_path)
        expected = best(formulation, problem, closer_needs(problem))
        if expected is None:
            assert said[-1]["status"] == "infeasible"
            continue
        plan = last_plan(said)
        assert plan is not None
        value = goal_value(asked.scenario.goals[0], plan, asked.district)
        assert value == pytest.approx(expected, abs=1e-5)
        assert value >= best(formulation, problem) - 1e-9
        assert audit(plan, asked.district, asked.scenario.rules).passed
        assert not any("bound" in entry for entry in said)


def test_the_order_by_trips_allows_contiguous_zones_only() -> None:
    """Without exempt islands every assignment that obeys it holds together."""
    for _, formulation, problem in questions(islands="forbid"):
        loose = replace(formulation, contiguity=replace(formulation.contiguity, is_exact=False))
        allowed = {tuple(each) for each in plans(loose) if obeys(problem, closer_needs(problem), each)}
        assert allowed <= {tuple(each) for each in plans(formulation)}


def test_both_orders_allow_todays_zones() -> None:
    seen = 0
    for _, formulation, problem in questions(islands="keep"):
        at_home = problem.has_start and (problem.start[problem.root] == np.arange(len(problem.root))).all()
        if at_home and tuple(problem.start) in {tuple(each) for each in plans(formulation)}:
            assert obeys(problem, hop_needs(problem), problem.start)
            assert obeys(problem, closer_needs(problem), problem.start)
            seen += 1
    assert seen


def test_todays_zone_is_allowed_where_it_winds_around_another() -> None:
    """The upper right corner is two hops from A over B's zone and six within A's own."""
    district = picture("Aba/aBa/aaa")
    asked = scenario({"contiguity": {"method": "exact"}})
    problem = problem_of(formulate(district, asked), district, asked)
    needs = {(int(problem.node[need.pair]), int(problem.school[need.pair])): need for need in hop_needs(problem)}
    assert problem.node[list(needs[2, 0].others)].tolist() == [5]  # only the one below is nearer within the zone
    assert problem.node[list(needs[2, 1].others)].tolist() == [1, 5]
    assert obeys(problem, hop_needs(problem), problem.start)
    assert obeys(problem, closer_needs(problem), problem.start)


def test_flow_of_a_plan_gives_every_node_its_unit() -> None:
    for _, formulation, problem in questions(6):
        school = plans(formulation)[-1]
        for s in range(int(problem.num_schools)):
            arcs = arcs_of(problem, s)
            flow = flow_of(problem, arcs, school)
            kept = np.bincount(arcs.head, flow, problem.num_nodes) - np.bincount(arcs.tail, flow, problem.num_nodes)
            takes = np.setdiff1d(np.flatnonzero(school == s), arcs.sources)
            assert (kept[takes] == 1).all()
            assert (kept[np.flatnonzero(school != s)] == 0).all()


def test_nearest_gives_every_node_its_shortest_admissible_trip(tmp_path: Path) -> None:
    for asked, _, problem in questions(2):
        plan = last_plan(run_peer("nearest", problem, tmp_path))
        assert plan is not None
        assert not {"assignment", "travel", "forbid", "assign"} & set(score(plan, asked.district, asked.scenario)["rules"])
        picked = problem.lookup[problem.node_of_unit, plan.school]
        trips = np.where(np.isnan(problem.minutes), np.inf, problem.minutes)
        assert (trips[picked] == np.minimum.reduceat(trips, problem.first[:-1])[problem.node_of_unit]).all()


def test_today_is_said_unit_by_unit(tmp_path: Path) -> None:
    asked, _, problem = next(each for each in questions() if (each[2].today >= 0).all())
    plan = last_plan(run_peer("today", problem, tmp_path))
    assert plan == Plan(asked.district.current)


@pytest.mark.parametrize("command", ["closer", "flow --solver highs", pytest.param("hop_closer", marks=needs_ortools)])
def test_a_peer_says_that_there_is_no_plan(command: str, tmp_path: Path) -> None:
    """Rows that cannot hold: the peer ends with a word, not with a plan."""
    _, _, problem = next(each for each in questions() if len(each[2].row_upper))
    said = run_peer(command, replace(problem, row_lower=problem.row_upper * 0 + 1e6, row_upper=problem.row_upper * 0 + 2e6), tmp_path)
    assert said[-1]["status"] == "infeasible"
    assert last_plan(said) is None


# -- a Markov chain ------------------------------------------------------------------------------------------------------


@needs_gerrychain
@pytest.mark.parametrize("run", ["bursts", "tilted"])
def test_a_chain_tells_plans_only_each_better_than_the_last(run: str, tmp_path: Path) -> None:
    """Islands of today that may stay are in some of them."""
    gained = 0
    for asked, formulation, problem in questions(2, islands="keep"):
        said = run_peer(f"markov_chain --run {run} --threads 1", problem, tmp_path, seconds=0.7)
        told = [entry for entry in said if "school" in entry]
        for entry in told:
            assert audit(Plan(entry["school"]), asked.district, asked.scenario.rules).passed
            assert entry["value"] == pytest.approx(goal_value(asked.scenario.goals[0], Plan(entry["school"]), asked.district))
        came_to = [entry["value"] for entry in told]
        assert came_to == sorted(set(came_to), reverse=True)
        assert said[-1]["status"] == ("limit" if told else "no start")
        if told:
            assert came_to[-1] >= best(formulation, problem) - 1e-9
            gained += came_to[-1] < problem.value(problem.start) - 1e-9
    assert gained


@needs_gerrychain
def test_a_chain_counts_what_the_problem_counts_and_joins_what_the_rule_joins() -> None:
    """Every flip of today's zones over an edge: sums as from scratch, and GerryChain's contiguity with hubs is the formulation's."""
    from gerrychain.constraints import contiguous, single_flip_contiguous
    from peers.markov_chain import first_state, keeps_rows

    seen = set()
    for _, formulation, problem in questions(20, islands="keep"):
        every = {tuple(each) for each in plans(formulation)}
        if not problem.has_start or tuple(problem.start) not in every:
            continue
        state, ends = first_state(problem), np.stack(problem.graph.nonzero(), axis=1)
        flips = {(int(v), int(problem.start[w])) for v, w in ends if problem.lookup[v, problem.start[w]] >= 0}
        for v, s in sorted(flips):
            if s == problem.start[v]:
                continue
            after = state.flip({v: s})
            school = after.assignment_vector[: problem.num_nodes]
            assert after["sums"].value == pytest.approx(problem.value(school))
            assert keeps_rows(after) == problem.obeys_rows(school)
            if keeps_rows(after):
                assert single_flip_contiguous(after) == contiguous(after) == (tuple(school) in every)
                seen.add(tuple(school) in every)
    assert seen == {True, False}


@needs_gerrychain
def test_a_chain_begins_with_the_rows_where_todays_zones_break_them(tmp_path: Path) -> None:
    """No plan is told before they hold."""
    asked, _, problem = next(each for each in questions(40, islands="keep") if each[2].has_start and not each[2].obeys_rows(each[2].start))
    told = [entry for entry in run_peer("markov_chain --run tilted --threads 1", problem, tmp_path, seconds=2) if "school" in entry]
    assert told
    assert all(audit(Plan(entry["school"]), asked.district, asked.scenario.rules).passed for entry in told)


# -- records and tables --------------------------------------------------------------------------------------------------


def test_a_journal_that_was_cut_off_counts_up_to_its_last_whole_line(tmp_path: Path) -> None:
    asked, formulation, _ = next(questions())
    found = plans(formulation)
    first, second = (found[i][formulation.pairs.node_of_unit].tolist() for i in (0, -1))
    lines = [{"seconds": 0.5, "value": 1, "school": first}, {"seconds": 7.0, "value": 0.5, "school": second}, {"seconds": 7.1, "bound": 0.25}]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / "journal").write_text(text + '{"seconds": 8.0, "val', encoding="utf-8")
    record = journal_record(tmp_path / "journal", [0.1, 1.0, 5.0], asked.district, asked.scenario)
    values_at = [mark["value"] for mark in record["marks"]]
    goal = asked.scenario.goals[0]
    assert values_at == [None, goal_value(goal, Plan(first), asked.district), goal_value(goal, Plan(second), asked.district)]
    assert (record["bound"], record["status"]) == (0.25, "cut off")


def test_a_peer_that_died_before_it_spoke_has_no_plan(tmp_path: Path) -> None:
    asked, _, _ = next(questions())
    record = journal_record(tmp_path / "journal", [1.0, 5.0], asked.district, asked.scenario)
    assert [mark["value"] for mark in record["marks"]] == [None, None]


def test_a_process_is_killed_with_its_children_when_its_time_is_over(tmp_path: Path) -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    ended = measured([sys.executable, "-c", code], tmp_path / "log", cwd=tmp_path, seconds=0.5)
    assert ended.is_cut_off
    assert ended.code == -9
    assert ended.wall < 5


def test_a_process_cannot_take_more_memory_than_it_may(tmp_path: Path) -> None:
    code = "import time; time.sleep(0.2); print(len(bytearray(2**30)))"
    ended = measured([sys.executable, "-c", code], tmp_path / "log", cwd=tmp_path, seconds=20, memory_gb=0.5)
    assert ended.code == 1
    assert "MemoryError" in (tmp_path / "log").read_text(encoding="utf-8")


def test_peak_memory_is_that_of_the_process(tmp_path: Path) -> None:
    ended = measured([sys.executable, "-c", "x = b'1' * 2**28"], tmp_path / "log", cwd=tmp_path, seconds=20)
    assert ended.code == 0
    assert ended.peak_mb > 256


def record(method: str, seed: int, values: list[float | None], **changes: Any) -> dict[str, Any]:
    plan = {"pieces": 0, "broken": 0, "rules": [], "cut_edges": 1_500 + 100 * seed, "detached": 3}
    marks = [{"at": at, "value": value, "seconds": at, **plan} for at, value in zip((1, 10, 60), values, strict=True)]
    base = {"instance": "here", "method": method, "seed": seed, "seconds": 60, "marks": marks, "bound": None, "status": "limit", "peak_mb": 100}
    base["shape_today"] = {"cut_edges": 1_450, "detached": 3}
    return base | {"trace": [[mark["at"], mark["value"]] for mark in marks]} | changes


def test_tables_of_a_few_runs() -> None:
    cut = record("hop-closer", 0, [0.4, 0.3, 0.3])
    for mark in cut["marks"]:
        mark |= {"pieces": 2, "detached": 5}
    runs = grouped(
        [
            record("today", 0, [0.5, 0.5, 0.5], status="done"),
            *(record("rezoning", seed, [0.3, 0.2, 0.1 + seed / 100], bound=0.055) for seed in range(3)),
            cut,
            record("rezoning-shaped", 0, [0.3, 0.2, 0.105], shape_today=None),
            record("closer", 0, [None, 0.45, 0.4]),
            record("flow-cbc", 0, [None, None, None], status="killed"),
        ]
    )
    assert methods_table(runs)[2:] == [
        "| here | today | 1 | 0.5000 | 0.5000 | 0.5000 | – | – | yes | kept | 1,500 (1,450) | 3 (3) | done | 100 |",
        "| here | rezoning | 3 | 0.3000 | 0.2000 | 0.1100 | 0.0550 | 50.0 % | yes | kept | 1,600 (1,450) | 3 (3) | limit | 100 |",
        "| here | rezoning-shaped | 1 | 0.3000 | 0.2000 | 0.1050 | – | – | yes | kept | 1,500 | 3 | limit | 100 |",
        "| here | hop-closer | 1 | 0.4000* | 0.3000* | 0.3000* | – | – | 2 forbidden | kept | 1,500 (1,450) | 5 (3) | limit | 100 |",
        "| here | closer | 1 | no plan | 0.4500 | 0.4000 | – | – | yes | kept | 1,500 (1,450) | 3 (3) | limit | 100 |",
        "| here | flow-cbc | 1 | no plan | no plan | no plan | – | – | – | – | – | – | killed | 100 |",
    ]
    row = "| here | 0.5000 | 0.1100 | 0.4000 closer | 3.90 | 0.3000* hop-closer | 1.95 | 0.3000* | 1.95 | 1.0 s | 1/60 |"
    assert ratios_table(runs)[2:] == [row]


def test_shape_counts_what_the_map_shows() -> None:
    """Cells of A beyond B's column, and one of them B's."""
    district = picture("Aba/aba/aBb")
    assert shape(Zones(district, district.current)) == {"cut_edges": 6, "detached": 1}


def test_before_its_end_a_run_for_shape_has_the_values_of_its_first_goals_own_stage(tmp_path: Path) -> None:
    asked, formulation, _ = next(questions())
    plan = Plan(plans(formulation)[0][formulation.pairs.node_of_unit])
    value = goal_value(asked.scenario.goals[0], plan, asked.district)
    write_plan(tmp_path / "plan.csv", plan, asked.district)
    (tmp_path / "trace.csv").write_text("seconds,goal,value,bound\n0.5,1,9,\n0.7,1,,0\n8,2,44,\n20,2,40,\n", encoding="utf-8")
    said = {"goals": [{"bound": 0.0}], "status": "feasible", "versions": {}}
    (tmp_path / "run.json").write_text(json.dumps(said), encoding="utf-8")
    record = run_record(tmp_path, [0.1, 1.0, 10.0, 30.0], asked.district, asked.scenario)
    assert [mark["value"] for mark in record["marks"]] == [None, 9.0, 9.0, pytest.approx(value)]
    assert record["marks"][-1]["cut_edges"] == shape(Zones(asked.district, plan.school))["cut_edges"]
    assert record["trace"] == [[0.5, 9.0]]


def test_a_peer_that_takes_nothing_away_has_no_ratio() -> None:
    runs = grouped([record("today", 0, [0.5] * 3), record("rezoning", 0, [0.5, 0.4, 0.3]), record("hop-closer", 0, [0.5, 0.5, 0.5])])
    assert ratios_table(runs)[2].split(" | ")[4] == "it has none"
