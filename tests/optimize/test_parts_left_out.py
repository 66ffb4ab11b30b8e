"""What each part of the engine is, seen by leaving it out: what is not asked for is not done."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from drawn import picture, scenario

from rezoning.formulation.formulate import formulate
from rezoning.optimize import auto, exact
from rezoning.optimize.cuts.rest import Rest
from rezoning.optimize.engine import solve
from rezoning.optimize.exact import branch_and_cut
from rezoning.optimize.neighboring import Neighboring
from rezoning.optimize.proving import Prover, Task
from rezoning.optimize.result import Status
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers.base import Answer, Clock, Limits, Outcome, Watch
from rezoning.optimize.solvers.counted import Counted
from rezoning.optimize.solvers.registry import backend
from rezoning.scenario.schema import Parts

CELLS = "aAabbb/aaabBb/ccaabb/cCccbb"
LOW = [1.0, 9, 2, 8, 3, 7] * 4
RULES = {"capacity": {"min": 0.5, "max": 1.6, "of": "current"}}


@pytest.fixture(scope="module")
def problem():
    """Mixing that pays for pieces that hang in the air."""
    district = picture(CELLS, groups={"low": np.array(LOW)})
    return formulate(district, scenario(RULES, [{"minimize": "dissimilarity", "group": "low"}]))


@pytest.fixture
def never(monkeypatch):
    """Fails when something is called."""

    def forbid(where, name: str) -> None:
        monkeypatch.setattr(where, name, lambda *_, **__: pytest.fail(f"{name} was called"))

    return forbid


def tracked(problem, start=None) -> Tracker:
    tracker = Tracker(problem, [(problem.terms[0], 1.0)], Clock())
    assert start is None or tracker.offer(start)
    return tracker


@dataclass
class Asked:
    """A backend that only notes what it is given; three nodes a call."""

    name: str = "asked"
    cuts_inside_tree: bool = False
    starts: list[bool] = field(default_factory=list)
    nodes: list[int | None] = field(default_factory=list)
    columns: int = 0
    loose: np.ndarray | None = None

    def solve(self, milp, limits, start, watch, separation=None) -> Answer:
        self.starts.append(start is not None)
        self.nodes.append(limits.nodes)
        self.columns = len(milp.columns)
        return Answer(Outcome.LIMIT, None if self.loose is None else milp.start(self.loose), None, 3)


@pytest.mark.parametrize("solver", ["scip", "highs", pytest.param("cbc", marks=pytest.mark.slow)])
@pytest.mark.parametrize("parts", [Parts(separators=False), Parts(contiguity="flow")], ids=["whole points", "flow"])
def test_no_fractional_point_is_cut(problem, solver, parts, never):
    """In this process, so that what is forbidden is seen; SCIP's separators are not even there."""
    never(exact, "tighten")
    never(Rest, "fractional_cuts")
    tracker = tracked(problem)
    ending = branch_and_cut(tracker, backend(solver), Limits(60.0), Watch(), parts=parts)
    assert ending.is_proven
    assert tracker.value == pytest.approx(tracker.bound)
    assert (tracker.cuts == 0) is (parts.contiguity == "flow")


def test_flow_adds_columns_and_a_start_has_them(problem):
    plain, flow = Asked(), Asked()
    for asked, parts in ((plain, Parts(separators=False)), (flow, Parts(contiguity="flow"))):
        branch_and_cut(tracked(problem, problem.start), asked, Limits(10.0), Watch(), parts=parts)
    assert flow.columns > plain.columns
    assert flow.starts == [True]


@pytest.mark.parametrize("is_given", [True, False])
def test_the_tree_gets_a_start_or_none(problem, is_given):
    asked = Asked()
    branch_and_cut(tracked(problem, problem.start), asked, Limits(10.0), Watch(), parts=Parts(warm_start=is_given))
    assert asked.starts == [is_given]


@pytest.mark.parametrize("is_given", [True, False])
def test_the_tree_is_told_of_plans_or_of_none(problem, is_given, monkeypatch):
    """The worker that solves knows no plan, and hears of none while a search runs beside it."""
    tasks: list[Task] = []
    monkeypatch.setattr(
        "rezoning.optimize.solvers.process.Worker.run", lambda _self, _function, args, **how: tasks.append((*args, how["tell"])) or exact.Ending()
    )
    tracker = tracked(problem, problem.start)
    Prover("scip", Parts(warm_start=is_given)).prove(tracker, Limits(10.0), Watch(is_accompanied=True))
    ((task, tell),) = tasks
    assert (task.plan is not None, task.is_accompanied) == (is_given, is_given)
    tracker.plan = tracker.plan.copy()  # news
    assert len(list(tell())) == is_given


def test_annealing_can_be_alone(problem, never):
    never(Neighboring, "improve")
    settings = scenario(method="anneal", time_limit=0.5, tidy=False).solve
    found = solve(problem, settings.model_copy(update={"parts": Parts(neighborhoods=False)}))
    assert found.status is Status.FEASIBLE


def test_nodes_are_summed_and_counted_off(problem):
    asked, counted = Asked(loose=problem.start), Counted(1)
    ending = branch_and_cut(tracked(problem), asked, Limits(60.0, counted=counted), Watch(), parts=Parts(separators=False))
    assert (ending.nodes, asked.nodes) == (3, [counted.nodes])
    pieces = problem.start.copy()
    pieces[[0, -1]] = pieces[[-1, 0]]  # two nodes that hang in the air
    asked = Asked(loose=pieces)
    ending = branch_and_cut(tracked(problem), asked, Limits(60.0, counted=counted), Watch(), parts=Parts(separators=False))
    assert ending.nodes == 3 * len(asked.nodes)
    assert asked.nodes == [counted.nodes - 3 * i for i in range(len(asked.nodes))]


def test_turns_of_the_search_are_counted(problem, monkeypatch):
    """Three coolings at a time, and after them neighborhoods in proportion."""
    done: list[tuple[str, int]] = []
    monkeypatch.setattr(auto.Search, "improve", lambda _self, *args: done.append(("cool", args[5])))
    monkeypatch.setattr(Neighboring, "improve", lambda _self, *args: done.append(("zones", args[4])))
    tracker = tracked(problem, problem.start)
    search = auto.Search(problem, tracker.objective, 0)
    auto.search_alone(tracker, Prover("scip"), Limits(60.0, counted=Counted(5)), Watch(), search, problem.start)
    assert done == [("cool", 3), ("zones", Counted(3).neighborhoods), ("cool", 2), ("zones", Counted(2).neighborhoods)]
