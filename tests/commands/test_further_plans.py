"""Further plans beside the best one: found, audited, written and said."""

from __future__ import annotations

import csv
import io
import json
import threading
from dataclasses import replace

import pytest
from rich.console import Console

from rezoning.auditing import Audit
from rezoning.commands import run as pipeline
from rezoning.commands.alternatives import alternatives_record, find_alternatives, put_alternatives
from rezoning.optimize import alternatives as engine
from rezoning.report.further import alternatives_words
from rezoning.report.language import ENGLISH, plain
from rezoning.report.terminal import run_page
from rezoning.scenario.load import load_scenario

ASKED = {"count": 2, "distance": 0.15, "give_up": 2.0}


def answered(path):
    """Findings of a scenario with its plan, as a run has them before it looks for more."""
    scenario = load_scenario(path)
    question = pipeline.ask(scenario, pipeline.read_district(scenario))
    return pipeline.witness(pipeline.answer(question))


@pytest.fixture
def findings(tiny):
    return answered(tiny(alternatives=ASKED, goals=[{"minimize": "dissimilarity", "group": "poor"}]))


def test_plans_are_sound_apart_and_nearly_as_good(findings):
    further = find_alternatives(findings, pipeline.witness)
    assert (len(further.plans), further.ending) == (2, "enough")
    assert [one.number for one in further.plans] == [2, 3]
    assert [len(one.distances) for one in further.plans] == [1, 2]
    assert all(min(one.distances) >= 0.15 for one in further.plans)
    assert all(one.is_sound for one in further.plans)
    assert all(one.findings.values[0] <= findings.values[0] * 3 + 1e-6 for one in further.plans)


def test_the_record_and_the_files(findings, tmp_path):
    further = find_alternatives(findings, pipeline.witness)
    out = tmp_path / "out"
    out.mkdir()
    put_alternatives(out, findings, further)
    assert {path.name for path in out.iterdir()} == {"alternatives.json", "plan.2.csv", "plan.3.csv"}
    record = json.loads((out / "alternatives.json").read_text())
    assert record == alternatives_record(findings, further)
    assert (record["asked"], record["ending"]) == (ASKED, "enough")
    second = record["plans"][0]
    assert (second["plan"], second["file"], second["audit"]["passed"]) == (2, "plan.2.csv", True)
    goal = second["goals"][0]
    assert goal["given_up"] == pytest.approx(goal["value"] - findings.values[0])
    assert goal["bound"] == findings.result.goals[0].bound
    assert goal["gap"] == pytest.approx((goal["value"] - goal["bound"]) / goal["value"])
    rows = list(csv.DictReader((out / "plan.2.csv").read_text().splitlines()))
    schools = findings.question.district.school_ids
    assert [row["school_id"] for row in rows] == [schools[s] for s in further.plans[0].plan.school]


def test_the_words(findings):
    record = alternatives_record(findings, find_alternatives(findings, pipeline.witness))
    first, second, ending = map(plain, alternatives_words(record))
    assert first == "Plan 2: dissimilarity of poor students 0.084 (as the best). Students at another school: 66.7 % from plan 1."
    assert second.endswith(" % from plan 2.")
    assert " % from plan 1, " in second
    assert ending == "As many further plans as asked for were found."
    record["plans"][0]["goals"][0] |= {"given_up": 0.01}
    record["plans"][0]["audit"]["passed"] = False
    said = alternatives_words(record)[0]
    assert "(0.01 more than the best)" in said
    assert said.endswith(" The audit rejected it; it must not be used.")


def test_nothing_is_looked_for_where_nothing_is_asked_or_there_is_no_plan(tiny, findings):
    assert find_alternatives(answered(tiny()), pipeline.witness) is None
    assert find_alternatives(replace(findings, audit=Audit(False)), pipeline.witness) is None
    assert find_alternatives(replace(findings, result=None), pipeline.witness) is None


def test_that_there_are_no_more_is_said(tiny):
    found = answered(tiny(alternatives={"count": 3, "distance": 0.9, "give_up": 0.0}))
    further = find_alternatives(found, pipeline.witness)
    assert (further.plans, further.ending) == ((), "no_more")
    assert alternatives_words(alternatives_record(found, further)) == ["Proven: no other plan is as good and as far from these."]


def test_an_interrupt_is_said(findings):
    stop = threading.Event()
    stop.set()
    further = find_alternatives(findings, pipeline.witness, stop=stop)
    assert further.ending == "interrupted"


def test_a_plan_that_is_too_near_is_caught(findings, monkeypatch, tmp_path):
    """An engine that forgets its rows is found out by counting students anew."""
    monkeypatch.setattr(engine, "apart", lambda problem, *_: problem)
    further = find_alternatives(findings, pipeline.witness)
    assert not further.plans[0].is_sound
    assert further.plans[0].findings.audit.violations[-1].message == (
        "alternatives: 0 % of students have another school than in an earlier plan, not 15 %. This is a fault of the program; please report it."
    )
    put_alternatives(tmp_path, findings, further)
    assert (tmp_path / "plan.2.rejected.csv").exists()
    assert not (tmp_path / "plan.2.csv").exists()


def test_every_ending_has_words():
    assert {key.removeprefix("ending_") for key in ENGLISH.part("terminal") if key.startswith("ending_")} == {str(one) for one in engine.SearchEnd}


# -- a run that asks for them ----------------------------------------------------------------------------------------


def test_a_run_writes_and_says_them(tiny, tmp_path):
    outcome = pipeline.run(tiny(alternatives=ASKED, goals=[{"minimize": "dissimilarity", "group": "poor"}]), tmp_path / "out")
    assert outcome.exit_code == 0
    assert {"plan.csv", "plan.2.csv", "plan.3.csv", "alternatives.json"} <= {path.name for path in outcome.directory.iterdir()}
    said = json.loads((outcome.directory / "run.json").read_text())
    assert said["alternatives"] == json.loads((outcome.directory / "alternatives.json").read_text())
    out = io.StringIO()
    run_page(Console(file=out, width=96), outcome.question.scenario, outcome.record, None, outcome.directory)
    assert "Further plans" in out.getvalue()
    assert "As many further plans as asked for were found." in out.getvalue()


def test_a_run_that_does_not_ask_has_none(tiny, tmp_path):
    outcome = pipeline.run(tiny(), tmp_path / "out")
    assert "alternatives" not in outcome.record
    assert "alternatives.json" not in {path.name for path in outcome.directory.iterdir()}


def test_an_interrupt_while_looking_for_more_keeps_the_plan(tiny, tmp_path, monkeypatch):
    stop = threading.Event()
    real = engine.apart
    monkeypatch.setattr(engine, "apart", lambda *args: (stop.set(), real(*args))[1])
    outcome = pipeline.run(tiny(alternatives=ASKED), tmp_path / "out", stop=stop)
    assert outcome.exit_code == 130
    assert outcome.record["alternatives"]["ending"] == "interrupted"
    assert (outcome.directory / "plan.csv").exists()


def test_a_fault_while_looking_for_more_keeps_the_plan(tiny, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(engine, "alternatives", lambda *_, **__: 1 / 0)
    outcome = pipeline.run(tiny(alternatives=ASKED), tmp_path / "out")
    assert outcome.exit_code == 0
    assert pipeline.UNFOUND in caplog.text
    assert (outcome.directory / "plan.csv").exists()
