"""A run as a flat row, and the integrals in it."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezoning.errors import DataError
from rezoning.runs.row import COLUMNS, failed_row, integral, ordered, primal_dual_gap, primal_gap, run_row

RECORD = {
    "name": "tiny", "status": "feasible", "exit_code": 0, "objective": None, "solver": "scip", "method": "auto", "seed": 3, "threads": 1,
    "goals": [
        {"minimize": "dissimilarity", "group": "poor", "value": 0.2, "bound": 0.1, "gap": 0.5, "today": 0.4, "best": 0.2, "ended": "limit"},
        {"minimize": "reassigned", "group": None, "value": 0.1, "bound": 0.1, "gap": 0.0, "today": 0.0, "best": 0.1, "ended": "proven"},
    ],
    "seconds": {"read": 1.0, "compile": 0.5, "solve": 10.0, "audit": 0.1, "write": 0.1, "total": 11.7}, "peak_rss_mb": 200.0,
    "counts": {"students": 120.0, "units": 12, "schools": 2, "moved_units": 2, "moved_students": 20.0}, "nodes": 7, "cuts": 9,
    "travel": {"unit": "min", "source": "streets", "is_estimate": True}, "walk": {"source": "file", "is_estimate": False},
    "students": {"estimated": True, "method": "raked"}, "machine": {"system": "Linux", "cpu": None, "cores": 2, "memory_gb": None},
    "versions": {"python": "3.11", "highspy": None},
}  # fmt: skip
TRACE = "seconds,goal,value,bound\n1,1,0.4,\n2,1,0.25,0.1\n4,1,0.2,0.1\n5,2,0.1,\n"


@pytest.fixture
def run(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps(RECORD))
    (tmp_path / "trace.csv").write_text(TRACE)
    return tmp_path


def test_a_row_has_what_a_run_found(run):
    row = run_row(run)
    assert (row["goal1"], row["goal1_value"], row["goal1_bound"], row["goal2"], row["goal2_ended"]) == (
        "dissimilarity poor",
        0.2,
        0.1,
        "reassigned",
        "proven",
    )
    assert (row["nodes"], row["cuts"], row["peak_mb"], row["moved_students"], row["machine"]) == (
        7,
        9,
        200.0,
        20.0,
        "system=Linux cpu=None cores=2 memory_gb=None",
    )
    assert row["estimates"] == "travel=streets students=raked"
    assert (row["first_plan_seconds"], row["versions"], row["horizon"]) == (1.0, "python=3.11", 10.0)
    # 1 before the first plan; then |0.2 - 0.4| / 0.4 for a second, 0.05 / 0.25 for two, and 0
    assert row["primal_integral"] == pytest.approx(1 + 0.5 + 2 * 0.2)
    # 1 until value and bound are there; then 0.15 / 0.25 for two seconds and 0.1 / 0.2 for six
    assert row["primal_dual_integral"] == pytest.approx(2 + 2 * 0.6 + 6 * 0.5)
    assert set(row) <= {column.name.format(n=n) for column in COLUMNS for n in (1, 2)}
    assert list(row) == [name for name in ordered(list(row)) if name in row]


def test_integrals_end_at_the_horizon_and_know_a_better_plan(run):
    row = run_row(run, horizon=2.0, best=0.1)
    assert row["primal_integral"] == pytest.approx(1 + 0.75)
    assert row["primal_dual_integral"] == pytest.approx(2)


@pytest.mark.parametrize("status", ["infeasible", "no_plan"])
def test_a_run_without_a_plan(run, status):
    record = {**RECORD, "status": status, "exit_code": 4, "goals": [{**one, "value": None, "bound": None} for one in RECORD["goals"]]}
    (run / "run.json").write_text(json.dumps(record))
    (run / "trace.csv").unlink()
    row = run_row(run)
    assert row["goal1_value"] is None
    assert row["primal_integral"] == (None if status == "infeasible" else 10.0)


def test_what_is_no_run_is_told(tmp_path):
    with pytest.raises(DataError, match=r"holds no run\.json"):
        run_row(tmp_path)
    assert failed_row({"exit_code": 3, "seconds": 1.0, "problems": [{"place": "a", "message": "b.", "cure": "c."}]}) == {
        "status": "failed", "exit_code": 3, "error": "a: b. c.", "total_seconds": 1.0,
    }  # fmt: skip


def test_columns_are_in_one_order_whatever_came_first():
    names = ordered(["goal2_value", "status", "goal10_value", "goal1_value", "own", "scenario"], ["point"])
    assert names[:3] == ["point", "own", "scenario"]
    assert [name for name in names if name.endswith("_value") and name != "objective_value"] == ["goal1_value", "goal2_value", "goal10_value"]


@given(st.floats(-10, 10), st.floats(-10, 10))
def test_gaps_are_shares(value, best):
    assert 0 <= primal_gap(value, best) <= 1
    assert primal_gap(best, best) == 0
    assert primal_gap(None, best) == primal_gap(value, math.inf) == primal_dual_gap(value, None) == 1


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 1)), max_size=6), st.floats(0.1, 12))
def test_an_integral_is_the_area_under_its_steps(steps, horizon):
    steps = sorted(steps)
    width = horizon / 4000
    heights = (next((height for at, height in reversed(steps) if at <= (k + 0.5) * width), 1.0) for k in range(4000))
    assert integral(steps, horizon) == pytest.approx(width * sum(heights), abs=0.02 * horizon)
