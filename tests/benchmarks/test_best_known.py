"""best_known.csv: only plans that are better and bounds that a run proves get in; what is refused changes nothing."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

import rezoning
from rezoning.errors import DataError

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import best_known
from best_known import Refused, Rejected, check, raise_bound, read

GOALS = [{"minimize": "dissimilarity", "group": "poor"}]


def plan_file(scenario: Path, name: str, **moved: str) -> Path:
    """Today's zones with some units moved (``u_0_1="B"``)."""
    rows = [row.split(",") for row in (scenario.parent / "units.csv").read_text().splitlines()[1:]]
    path = scenario.with_name(name)
    said = {unit.replace("_", "-"): school for unit, school in moved.items()}
    path.write_text("unit_id,school_id\n" + "".join(f"{row[0]},{said.get(row[0], row[-1])}\n" for row in rows))
    return path


def test_a_better_plan_gets_in_and_others_do_not(tiny, tmp_path):
    scenario, file = tiny(goals=GOALS), tmp_path / "best.csv"
    today, better = plan_file(scenario, "today.csv"), plan_file(scenario, "better.csv", u_2_1="B")
    first = check(scenario, today, "Ann", file)
    assert (first.who, first.goal, first.instance, first.bound) == ("Ann", "dissimilarity[poor]", "tiny", None)
    assert first.value == pytest.approx(rezoning.evaluate(scenario, today).goals[0]["value"])
    text = file.read_text()
    with pytest.raises(Refused, match="not below"):
        check(scenario, today, "Bob", file)
    loose = plan_file(scenario, "loose.csv", u_0_3="A", u_1_3="A")
    with pytest.raises(Rejected, match=r"school_in_own_zone|contiguity"):
        check(scenario, loose, "Bob", file)
    with pytest.raises(DataError):
        check(scenario, scenario, "Bob", file)
    assert file.read_text() == text
    if rezoning.evaluate(scenario, better).audit.passed:
        assert check(scenario, better, "Cai", file).value < first.value
        assert [one.who for one in read(file).values()] == ["Cai"]
    assert best_known.known(scenario, file) == next(iter(read(file).values()))
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_the_command_says_what_it_refuses(tiny, tmp_path, capsys):
    scenario, file = tiny(goals=GOALS), tmp_path / "best.csv"
    today = plan_file(scenario, "today.csv")
    call = ["--file", str(file), "check", str(scenario), str(today), "--who", "Ann"]
    assert best_known.main(call) == 0
    assert "by Ann" in capsys.readouterr().out
    assert best_known.main(call) == 3
    assert "not below" in capsys.readouterr().err
    assert best_known.main(["--file", str(file), "check", "no-instance", str(today), "--who", "Ann"]) == 3
    assert best_known.main(["--file", str(file), "show"]) == 0
    assert "dissimilarity[poor]" in capsys.readouterr().out
    file.write_text("what\n1\n")
    assert best_known.main(call) == 3


def test_the_file_of_the_repository_can_be_read():
    for row in read().values():
        assert row.value is None or row.bound is None or row.bound <= row.value + best_known.NEARLY * max(1.0, abs(row.value))
        assert row.who or row.bound_by


@pytest.mark.slow
def test_a_bound_comes_from_a_run_that_proves_it(tiny, tmp_path):
    scenario, file, run = tiny(goals=GOALS), tmp_path / "best.csv", tmp_path / "run"
    rezoning.run(scenario, run)
    with pytest.raises(Refused, match="no run directory"):
        raise_bound(scenario, plan_file(scenario, "today.csv"), "Ann", file)
    found = raise_bound(scenario, run, "Ann", file)
    assert found.bound == pytest.approx(json.loads((run / "run.json").read_text())["goals"][0]["bound"])
    assert (found.value, found.bound_by) == (None, "Ann")
    assert check(scenario, run, "Ann", file).value == pytest.approx(found.bound, abs=1e-6)
    with pytest.raises(Refused, match="not above"):
        raise_bound(scenario, run, "Bob", file)
    for key, value, said in [("bound", 0.9, "contradicts itself"), ("bound", None, "proves no bound")]:
        other = tmp_path / f"other-{value}"
        shutil.copytree(run, other)
        record = json.loads((run / "run.json").read_text())
        record["goals"][0][key] = value
        (other / "run.json").write_text(json.dumps(record))
        with pytest.raises(Refused, match=said):
            raise_bound(scenario, other, "Bob", tmp_path / "new.csv")
    assert not (tmp_path / "new.csv").exists()
    wider = tiny(goals=GOALS, rules={"capacity": {"max": 1.1}})
    with pytest.raises(Refused, match="another question"):
        raise_bound(wider, run, "Bob", file)
