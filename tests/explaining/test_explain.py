"""The command `explain`, the explanation of a run that found no plan, and every sentence once in full."""

from __future__ import annotations

import json
import shlex
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import few
from drawn import scenario
from infeasible_cases import town
from rich.console import Console
from typer.testing import CliRunner

import rezoning
import rezoning.optimize.explain
from rezoning import optimize
from rezoning.cli.app import app
from rezoning.commands import run as pipeline
from rezoning.explaining import Explanation, explain
from rezoning.report.explanation import explanation_page, explanation_words

SHARED = Path(__file__).resolve().parents[2] / "../shared/data"
TOO_FEW = {"capacity": {"min": 0, "max": 0.5}}


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


def explained(rules: dict[str, Any], rows: str = "aabb/Aabb/aaBb", **changes: Any) -> Explanation:
    return explain(pipeline.ask(scenario(rules), town(rows, **changes)), 20)


def page(record: dict[str, Any]) -> str:
    console = Console(width=200, record=True, file=None, highlight=False, quiet=False, force_terminal=False)
    with console.capture() as caught:
        explanation_page(console, record)
    return caught.get()


def test_no_goal_of_the_users_stands_in_the_way_of_an_explanation():
    """Goals that are measured against today, or need a rule that is taken away for a moment, are nothing to whether a plan exists."""
    rules = {"bands": [{"group": "low", "within": 0.0}], "capacity": {"min": 0.9, "max": 1.0}}
    asked = scenario(rules, [{"minimize": "out_of_band"}])
    found = explain(pipeline.ask(asked, town("aabb/Aabb/aaBb", current=None)), 10)
    assert found.conflict is not None


# -- the command -----------------------------------------------------------------------------------------------------


def test_explain_prints_words_and_values(tiny):
    done = run("explain", tiny(rules=TOO_FEW))
    assert done.exit_code == 0
    assert "No plan exists under these rules." in done.stdout
    assert "Raise rules.capacity.max from 0.5 to 0.858." in done.stdout
    assert "     --set rules.capacity.max=0.858\n" in done.stdout
    assert "rules.capacity.max alone leaves no plan." in done.stdout


def test_json_is_one_document(tiny, tmp_path):
    path = tiny(rules=TOO_FEW)
    done = run("explain", path, "--json", "--out", tmp_path / "why")
    assert done.exit_code == 0
    record = json.loads(done.stdout)
    assert record == json.loads((tmp_path / "why" / "explanation.json").read_text(encoding="utf-8"))
    assert record["plan_exists"] is False
    assert record["relaxations"][0]["merge"] == {"rules": {"capacity": {"max": 0.858}}}
    edit = record["relaxations"][0]["edits"][0]
    assert (edit["key"], edit["path"], edit["from"], edit["to"]) == ("rules.capacity.max", ["rules", "capacity", "max"], 0.5, 0.858)
    assert record["conflict"] == {"rules": ["rules.capacity.max"], "is_minimal": True, "not_enough": []}
    assert not record["audit_today"]["passed"]


def test_the_first_relaxation_as_a_child_file_makes_run_find_a_plan(tiny, tmp_path):
    path = tiny(rules={**TOO_FEW, "assign": {"u-0-3": "A"}})
    record = json.loads(run("explain", path, "--json").stdout)
    child = {"extends": path.name, **record["relaxations"][0]["merge"]}
    (path.parent / "child.yaml").write_text(json.dumps(child), encoding="utf-8")
    assert rezoning.run(path.parent / "child.yaml", tmp_path / "out").exit_code == 0


WRONG: list[dict[str, Any]] = [
    TOO_FEW,
    {"bands": [{"group": "poor", "max": 0.9}, {"group": "poor", "within": 0.01}], "locked": {"units": ["u-0-0", "u-0-1", "u-0-2", "u-0-3"]}},
    {"keep_together": [["u-0-0", "u-0-1", "u-0-3"]], "locked": {"units": ["u-0-0", "u-0-3"]}},
    {"travel": {"max": 2}, "stay_allowed": False},
    {"protected": {"units": ["u-0-1", "u-0-2"]}, "assign": {"u-0-1": "B", "u-0-2": "A"}},
]


@pytest.mark.parametrize("rules", few(WRONG, 2), ids=lambda rules: next(iter(rules)))
def test_every_set_of_settings_copied_from_the_terminal_makes_run_find_a_plan(tiny, tmp_path, rules):
    path = tiny(rules=rules)
    said = run("explain", path, "--out", tmp_path / "why").stdout.splitlines()
    copied = [shlex.split(line) for line in said if line.startswith("     --set ")]
    files = [shlex.split(line)[-1] for line in said if line.startswith("     rezoning run ")]
    assert len(copied) == len(files) > 0
    for options, file in zip(copied, files, strict=True):
        assert run("run", path, *options, "--out", tmp_path / "out").exit_code == 0, options
        assert run("run", file, "--out", tmp_path / "out").exit_code == 0, file


def test_settings_too_long_to_copy_are_named_in_a_file(tmp_path):
    many = [f"block-{i:05d}" for i in range(300)]
    way = {"words": "unlock the town", "is_minimal": True, "set": [f"rules.locked.units={json.dumps(many)}"], "edits": [], "merge": {}}
    record = {**RECORD, "name": "x", "plan_exists": False, "relaxations": [way], "problems": [], "warnings": [], "notes": []}
    assert "block-00001" not in page(record)
    assert "rezoning explain with --out DIR writes them as a scenario." in page(record)
    console = Console(width=80, quiet=False)
    with console.capture() as caught:
        explanation_page(console, record, Path("runs/why"))
    assert "     rezoning run runs/why/relaxation.1.yaml\n" in caught.get()


def test_the_time_that_was_given_is_kept(monkeypatch):
    """However long a solve thinks that it may take: every solve is given no more than what is left."""
    given: list[float] = []
    budgets: list[float] = []
    real = optimize.explain._solve

    def spy(problem: Any, settings: Any, seconds: float, *args: Any, **more: Any) -> Any:
        given.append(seconds)
        budgets.append(2 - (time.perf_counter() - began))
        return real(problem, settings, seconds, *args, **more)

    monkeypatch.setattr(optimize.explain, "_solve", spy)
    question = pipeline.ask(scenario(RULES_OF_ALL_KINDS), town("aabb/Aabb/aaBb"))
    began = time.perf_counter()
    explain(question, 2)
    assert given
    lag = 0.2  # a busy machine may take so long from reckoning what is left to the call
    assert all(seconds <= left + lag for seconds, left in zip(given, budgets, strict=True))


RULES_OF_ALL_KINDS = {
    "capacity": {"max": 0.95}, "travel": {"max_increase": 0}, "reassigned": {"max_share": 0.0}, "bands": [{"group": "low", "within": 0.05}],
    "locked": {"units": ["00"]},
}  # fmt: skip


def test_what_is_set_is_explained(tiny):
    done = run("explain", tiny(), "--set", "rules.capacity.max=0.5")
    assert done.exit_code == 0
    assert "Raise rules.capacity.max from 0.5 to 0.858." in done.stdout


def test_a_feasible_scenario_exits_0_and_says_so(tiny):
    done = run("explain", tiny(), "--json")
    assert done.exit_code == 0
    record = json.loads(done.stdout)
    assert (record["plan_exists"], record["relaxations"], record["conflict"], record["problems"]) == (True, [], None, [])
    assert "A plan exists under these rules: nothing has to be loosened." in run("explain", tiny()).stdout


def test_a_bad_scenario_exits_3(tiny):
    done = run("explain", tiny(rules={"capacitty": {}}), "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["exit_code"] == 3


def test_a_place_that_is_taken_exits_2(tiny, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    assert run("explain", tiny(), "--out", tmp_path).exit_code == 2


# -- a run that finds no plan ----------------------------------------------------------------------------------------


def test_a_run_explains_itself(tiny, tmp_path):
    done = run("run", tiny(rules=TOO_FEW), "--out", tmp_path / "out")
    assert done.exit_code == 4
    assert "Raise rules.capacity.max from 0.5 to 0.858." in done.stdout
    record = json.loads((tmp_path / "out" / "explanation.json").read_text(encoding="utf-8"))
    assert record["exit_code"] == 4
    assert record["relaxations"][0]["words"] == "raise rules.capacity.max from 0.5 to 0.858"


def test_a_quiet_run_says_why_on_stderr(tiny, tmp_path):
    done = run("run", tiny(rules=TOO_FEW), "--out", tmp_path / "out", "--quiet")
    assert done.exit_code == 4
    assert "To let one exist, raise rules.capacity.max from 0.5 to 0.858." in done.stderr


def test_a_fault_of_the_explanation_keeps_the_finding(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("rezoning.explaining.explain", lambda *_, **__: 1 / 0)
    outcome = rezoning.run(tiny(rules=TOO_FEW), tmp_path / "out")
    assert outcome.exit_code == 4
    assert outcome.explanation is None


# -- sentences -------------------------------------------------------------------------------------------------------

MOVE = {"assign": {"01": "B"}}
SENTENCES: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({"capacity": {"max": 0.9}}, {}, ["raise rules.capacity.max from 0.9 to 1"]),
    ({"capacity": {"min": 1.1}}, {}, ["lower rules.capacity.min from 1.1 to 1"]),
    (
        {"capacity": {"max": 1.2, "schools": {"A": {"max": 0.5}}}, "locked": {"schools": ["B"]}}, {},
        ["let School A hold up to 100 % of its seats instead of 50 %", "unlock the zone of School B (rules.locked.schools)"],
    ),
    (
        {"travel": {"max": 2}, "stay_allowed": False}, {},
        ["raise rules.travel.max from 2 to 6 min for 4 units: '01', '02', '03', '13' (rules.travel.units)"],
    ),
    (
        {"travel": {"max_increase": 0.0}, "stay_allowed": False, "forbid": [["01", "A"]]}, {},
        ["allow unit '01' in School A (rules.forbid)", "allow trips up to 6 min for unit '01' (rules.travel.units)"],
    ),
    (
        {"locked": {"units": ["00", "01"]}, **MOVE}, {},
        ["do not assign unit '01' to School B (rules.assign)", "unlock unit '01' (rules.locked.units)"],
    ),
    (
        {"assign": {"10": "B"}}, {},
        ["let the unit that holds School A belong to another school (rules.school_in_own_zone: false)"],
    ),
    ({"reassigned": {"max_share": 0.05}, **MOVE}, {}, ["raise rules.reassigned.max_share from 0.05 to 0.084"]),
    ({"protected": {"units": ["00", "01"]}, **MOVE}, {}, ["do not protect unit '01' (rules.protected)"]),
    ({"protected": {"column": "settled"}, **MOVE}, {}, ["do not protect unit '01' (rules.protected), the others by name"]),
    ({"not_again": {"column": "moved", "years": 5, "year": 2027}, **MOVE}, {}, ["lower rules.not_again.years from 5 to 3 for 1 unit"]),
    ({"walk": {"guarantee": "keep"}, **MOVE}, {}, ["let 1 unit go to a school beyond a walk (drop rules.walk)"]),
    ({"nearest": {"within": 4}, "assign": {"00": "B", "01": "B"}}, {}, ["lower rules.nearest.within from 4 to 1.9 min for 2 units"]),
    ({"keep_together": [["00", "01", "11"]], "assign": {"00": "A", "01": "B"}}, {},
     ["let unit '01' leave the units that belong together (rules.keep_together)"]),
    ({"flow_balance": [{"column": "area", "between": ["west", "east"]}], "locked": {"units": ["02", "12", "23", "13", "03"]}, **MOVE}, {},
     ["drop rules.flow_balance[0]"]),
    ({"bands": [{"group": "low", "max": 0.3}]}, {}, ["raise rules.bands[0].max from 0.3 to 0.475 for 2 schools"]),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "changes", "wanted"), SENTENCES, ids=lambda value: next(iter(value)) if isinstance(value, dict) and value else "")
def test_every_edit_in_words(rules, changes, wanted):
    told = [edit.words for one in explained(rules, **changes).relaxations for edit in one.edits]
    for sentence in wanted:
        assert sentence in told


def test_alternatives_conflict_and_today_in_full():
    explanation = explained({"locked": {"units": ["00", "01"]}, **MOVE})
    assert explanation.words == [
        "No plan exists under these rules.",
        "To let one exist, either do not assign unit '01' to School B (rules.assign); or unlock unit '01' (rules.locked.units).",
        "These rules conflict: rules.assign and rules.locked. Without any one of them the others leave a plan.",
        "Today's zones break rules once.",
    ]
    shown = page(explanation.to_record())
    assert "1. Either do not assign unit '01' to School B (rules.assign).\n" in shown
    assert "     --set rules.assign.01=null\n" in shown
    assert "2. Or unlock unit '01' (rules.locked.units).\n" in shown
    assert "     --set 'rules.locked.units=[\"00\"]'\n" in shown


def test_islands_and_links_in_full():
    edges = [(0, 1), (1, 2), (4, 5), (5, 6), (6, 7), (8, 9), (9, 10), (10, 11), (0, 4), (1, 5), (2, 6), (4, 8), (5, 9), (6, 10), (7, 11)]
    told = [one.words for one in explained({}, edges=edges).relaxations]
    assert told[:2] == [
        "let today's islands stay (rules.contiguity.islands: keep)",
        "count '02' and '03' as neighbors (data.adjacency.links)",
    ]


RECORD: dict[str, Any] = {
    "plan_exists": None,
    "relaxations": [],
    "conflict": None,
    "audit_today": None,
    "travel": None,
    "walk": None,
    "students": {"estimated": False},
}


def test_a_time_that_was_too_short_in_full():
    assert explanation_words(RECORD) == [
        "Neither a plan nor a proof that there is none was found in the time given.",
        "No change of the rules that lets one exist was found. "
        "More time (--seconds) may find one; where the data or a goal are the cause, no rule's change does.",
    ]
    found = {**RECORD, "relaxations": [{"words": "drop rules.unity"}]}
    assert explanation_words(found)[0] == (
        "Neither a plan nor a proof that there is none was found in the time given; these edits are enough for one, but may be more than is needed."
    )


def test_a_conflict_that_is_not_proven_to_be_small_in_full():
    conflict = {"rules": ["rules.travel", "rules.locked", "rules.unity"], "is_minimal": False, "not_enough": []}
    assert explanation_words({**RECORD, "plan_exists": False, "conflict": conflict})[-1] == (
        "These rules conflict: rules.travel, rules.locked and rules.unity. Whether each of them is needed for that is not proven."
    )


def test_todays_zones_that_obey_every_rule_in_full():
    assert explained({}).words == ["A plan exists under these rules: nothing has to be loosened.", "Today's zones obey every rule."]


# -- a real district -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "fairfax_hs").exists(), reason="the real districts are not here")
def test_fairfax_is_explained_within_a_minute():
    settings = ["rules.travel.max_increase=0", "rules.capacity.max=0.9"]
    question = pipeline.read_scenario(SHARED / "fairfax_hs" / "balance.yaml", settings)
    explanation = explain(pipeline.ask(question, pipeline.read_district(question)))
    assert explanation.seconds < 60
    assert explanation.relaxations[0].words == "raise rules.capacity.max from 0.9 to 1"
    assert explanation.conflict is not None
    assert explanation.conflict.rules == ("rules.capacity.max",)
