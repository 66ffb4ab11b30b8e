"""Options are read again from their runs, measured anew, and say what is no longer as it was."""

from __future__ import annotations

import hashlib
import json

import pytest

from rezoning import evaluate, run
from rezoning.errors import DataError
from rezoning.report.language import Language
from rezoning.report.outcome import option_outcome, outcome_words
from rezoning.runs.names import letters
from rezoning.runs.option import names_in
from rezoning.runs.option_read import read_options
from rezoning.runs.origin import Found


def test_a_run_is_an_option_with_its_bounds(tiny, tmp_path):
    outcome = run(tiny(), tmp_path / "runs" / "one")
    (option,) = read_options([outcome.directory])
    assert (option.letter, option.key, option.name, option.changed) == ("A", "one", "Tiny", ())
    assert option.is_run
    assert option.plan == outcome.plan
    assert option.audit.passed
    for goal, was in zip(option.goals, outcome.record["goals"], strict=True):
        assert {key: goal[key] for key in ("minimize", "group", "bound", "gap")} == {key: was[key] for key in ("minimize", "group", "bound", "gap")}
        assert [goal["value"], goal["today"]] == pytest.approx([was["value"], was["today"]], abs=1e-9)
    assert option.metrics == json.loads((outcome.directory / "metrics.json").read_text())
    assert option.schools == outcome.measures.schools


@pytest.mark.parametrize("ended", ["interrupted", "failed", "limit"])
def test_public_outputs_say_why_a_run_ended_in_the_words_of_the_terminal(tiny, tmp_path, ended):
    directory = run(tiny(), tmp_path / "one").directory
    record = json.loads((directory / "run.json").read_text())
    record["status"], record["goals"][-1]["ended"] = "feasible", ended
    (directory / "run.json").write_text(json.dumps(record))
    (option,) = read_options([directory])
    assert option_outcome(option, Language()) == outcome_words(record, option.scenario, Language())
    units = tmp_path / "tiny" / "units.csv"
    units.write_text(units.read_text().replace("u-0-0,10,9", "u-0-0,10,2"))
    assert read_options([directory])[0].goals[-1]["ended"] == ended


def test_a_plan_file_after_a_run_is_judged_by_its_scenario(tiny, tmp_path):
    outcome = run(tiny(), tmp_path / "one")
    other = tmp_path / "committee.csv"
    rows = (outcome.directory / "plan.csv").read_text().splitlines()
    other.write_text("\n".join(["unit,school", *(f"{row.split(',')[0]},{row.split(',')[2]}" for row in rows[1:])]))
    first, second = read_options([outcome.directory, other])
    assert (second.letter, second.key, second.name, second.is_run) == ("B", "committee", "Committee", False)
    assert [goal["bound"] for goal in second.goals] == [None] * len(first.goals)
    assert [goal["value"] for goal in second.goals] == [goal["today"] for goal in first.goals]
    assert second.metrics["today"] == first.metrics["today"]


def test_runs_of_the_same_name_are_told_apart(tiny, tmp_path):
    first = run(tiny(), tmp_path / "a" / "run").directory
    second = run(tiny(), tmp_path / "b" / "run").directory
    options = read_options([first, second])
    assert [option.key for option in options] == ["run", "run (2)"]
    assert [option.name for option in options] == ["Tiny (Run)", "Tiny (Run (2))"]


def test_options_are_called_by_their_titles_and_by_more_only_where_these_are_the_same(tiny, tmp_path):
    titled = run(tiny(name="far", report={"title": {"en": "Short trips", "es": "Trayectos cortos"}}), tmp_path / "x1").directory
    plain = run(tiny(name="near-by"), tmp_path / "x2").directory
    file = tmp_path / "of_the-committee.csv"
    file.write_text((plain / "plan.csv").read_text())
    assert [option.name for option in read_options([titled, plain, file])] == ["Short trips", "Near by", "Of the committee"]
    assert [option.name for option in read_options([plain, titled], ["report.title=Both"])] == ["Near by", "Far"]
    assert [option.name for option in read_options([plain, titled], ["report.language=es"])] == ["Near by", "Trayectos cortos"]
    assert names_in(read_options([titled, plain]), "es") == ["Trayectos cortos", "Near by"]
    assert [option.key for option in read_options([titled, plain, file])] == ["x1", "x2", "of_the-committee"]


def test_a_run_s_own_plan_is_known_however_it_is_given(tiny, tmp_path):
    scenario = tiny()
    directory = run(scenario, tmp_path / "one").directory
    moved = directory.rename(tmp_path / "elsewhere")
    for path in (moved, moved / "plan.csv"):
        option = evaluate(scenario, path)
        assert (option.found, option.name, option.path) == (Found.RUN, "Tiny", moved)
        assert [goal["bound"] for goal in option.goals] == [goal["bound"] for goal in read_options([moved])[0].goals]
    assert evaluate(scenario, moved, overrides=["report.min_cell=3", "solve.time_limit=5"]).is_run
    other = evaluate(scenario, moved, overrides=["rules.reassigned={max_share: 0.5}"])
    assert (other.found, other.name, other.asked.name) == (Found.OTHER, "Tiny", "tiny")
    assert {goal["bound"] for goal in other.goals} == {None}
    copy = tmp_path / "plan.csv"
    copy.write_text((moved / "plan.csv").read_text())
    assert evaluate(scenario, copy).found == Found.FILE
    (moved / "plan.2.csv").write_text((moved / "plan.csv").read_text())
    assert evaluate(scenario, moved / "plan.2.csv").found == Found.FURTHER


def test_the_plan_has_a_fingerprint_by_which_a_change_is_seen(tiny, tmp_path):
    outcome = run(tiny(), tmp_path / "one")
    plan = outcome.directory / "plan.csv"
    said = {"path": "plan.csv", "sha256": hashlib.sha256(plan.read_bytes()).hexdigest()}
    assert outcome.record["plan"] == said
    (option,) = read_options([outcome.directory])
    assert option.record["inputs"][-1] == {**said, "path": str(plan)}
    plan.write_text(plan.read_text() + "\n")
    (option,) = read_options([outcome.directory])
    assert option.changed == ("plan.csv has changed since the run.",)
    assert evaluate(tiny(), plan).found == Found.FILE


def test_changed_data_take_the_bounds_away_and_are_said(tiny, tmp_path):
    scenario = tiny()
    outcome = run(scenario, tmp_path / "one")
    units = scenario.parent / "units.csv"
    units.write_text(units.read_text().replace("u-0-0,10,9", "u-0-0,10,2"))
    (option,) = read_options([outcome.directory])
    assert option.changed[0] == "units.csv has changed since the run."
    assert option.changed[1].startswith("dissimilarity is ")
    assert {(goal["bound"], goal["gap"]) for goal in option.goals} == {(None, None)}


def test_changed_data_take_the_bound_of_a_weighted_sum_away(tiny, tmp_path):
    scenario = tiny(goals=[{"minimize": "dissimilarity", "group": "poor", "weight": 1}, {"minimize": "reassigned", "weight": 1}])
    outcome = run(scenario, tmp_path / "one")
    assert read_options([outcome.directory])[0].record["objective"]["bound"] is not None
    units = scenario.parent / "units.csv"
    units.write_text(units.read_text().replace("u-0-0,10,9", "u-0-0,10,2"))
    assert read_options([outcome.directory])[0].record["objective"] is None


def test_what_is_no_run_is_refused_all_at_once(tiny, tmp_path):
    good = run(tiny(), tmp_path / "good").directory
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{}")
    with pytest.raises(DataError) as error:
        read_options([good, tmp_path / "empty", tmp_path / "broken", tmp_path / "gone"])
    first, *broken, last = [str(problem) for problem in error.value.problems]
    assert first == "empty: is a folder that holds no file that may be a plan. Name a table or a layer of units and their schools."
    assert broken
    assert all(text.startswith(f"{tmp_path}/broken/run.json, ") and "is not what a run writes: (field required)." in text for text in broken)
    assert last == f"{tmp_path}/gone: there is no such file. Give run directories, and plan files after the first."


def test_a_run_without_a_plan_is_refused(tiny, tmp_path):
    outcome = run(tiny(rules={"capacity": {"max": 0.5}}), tmp_path / "none")
    assert outcome.exit_code == 4
    with pytest.raises(DataError, match=r"none: the run found no plan. Give a run that found one."):
        read_options([outcome.directory])


def test_the_first_must_be_a_run(tmp_path):
    (tmp_path / "plan.csv").write_text("unit,school\n")
    with pytest.raises(
        DataError,
        match=r"is not a run directory, and the first must be one. Give the directory of a run first, or the scen",
    ):
        read_options([tmp_path / "plan.csv"])


def test_other_districts_are_not_compared(tiny, tmp_path):
    first = run(tiny(), tmp_path / "one").directory
    copy = tmp_path / "elsewhere"
    scenario = tiny()
    copy.mkdir()
    for file in scenario.parent.iterdir():
        if file.is_file():
            (copy / file.name).write_text(file.read_text().replace("u-0-0,10,9", "u-0-0,12,9"))
    second = run(copy / scenario.name, tmp_path / "two").directory
    with pytest.raises(DataError, match=r"two: its numbers of students are not those of .*one. Compare runs of the same year and level."):
        read_options([first, second])


def test_no_more_options_than_can_be_told_apart(tmp_path):
    with pytest.raises(DataError, match=r"9 plans were given. Give 1 to 8; more cannot be told apart in one table."):
        read_options([tmp_path] * 9)


def test_letters_go_on_behind_z():
    found = [letter for letter, _ in zip(letters(), range(28), strict=False)]
    assert found[:3] + found[-3:] == ["A", "B", "C", "Z", "AA", "AB"]
