"""What a run says of shape: what tidying took back, and borders that grew for nothing, with lines that cure it when they are pasted."""

import io
import json
import math

import pytest
from rich.console import Console
from ruamel.yaml import YAML
from squares import write_polygons

import rezoning
from rezoning.commands.publishing import write_report
from rezoning.report.language import ENGLISH, Language, plain
from rezoning.report.shape_words import grown, tidied_words
from rezoning.report.terminal import run_page
from rezoning.runs.shape import asks_for_shape, borders_entry
from rezoning.scenario.load import load_scenario
from rezoning.scenario.resolve import goal_line

ONE = [{"minimize": "dissimilarity", "group": "poor"}]
SUM = [{"minimize": "dissimilarity", "group": "poor", "weight": 1}, {"minimize": "reassigned", "weight": 0.1}]


def ran(path, out, goals, **settings):
    said = json.loads(path.read_text())
    said["goals"] = goals
    said["solve"].update(settings)
    path.write_text(json.dumps(said))
    return rezoning.run(path, out)


def page(outcome):
    out = io.StringIO()
    scenario, measures = outcome.question.scenario, outcome.measures
    run_page(Console(file=out, width=96), scenario, outcome.record, (measures.metrics, measures.schools), outcome.directory)
    return out.getvalue()


def test_a_run_records_what_was_tidied_by_the_second_witness(tmp_path):
    outcome = ran(write_polygons(tmp_path), tmp_path / "out", ONE)
    entry, counts, plan = outcome.record["tidy"], outcome.record["counts"], outcome.measures.metrics["plan"]
    assert list(entry) == ["moved_students", "moved_units", "moved_units_without_students", "border_km", "cut_edges", "seconds"]
    now = [entry[key][1] for key in ("moved_students", "moved_units", "border_km", "cut_edges")]
    assert now == [counts["moved_students"], counts["moved_units"], plan["boundary_km"], plan["cut_edges"]]
    assert plain(tidied_words(entry, ENGLISH)) in " ".join(page(outcome).split())
    assert ran(write_polygons(tmp_path), tmp_path / "out", ONE, tidy=False).record["tidy"] is None


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (
            {"moved_students": [10.0, 10.0], "moved_units": [400, 88], "moved_units_without_students": [298, 0], "border_km": [9.0, 4.8]},
            "Tidied: 312 fewer units move (298 without students), borders 2.6 mi shorter; goals unchanged.",
        ),
        ({"moved_students": [12.0, 5.0], "moved_units": [1, 3], "moved_units_without_students": [0, 2], "border_km": [1.0, 2.0]},
         "Tidied: 7 fewer students move, 2 more units move, borders 0.6 mi longer; goals unchanged."),
        ({"border_km": [None, None], "cut_edges": [9, 7]}, "Tidied: 2 fewer neighbors in different zones; goals unchanged."),
        ({"border_km": [1.0, 1.0], "cut_edges": [9, 7]}, "Tidied: nothing was needless."),
    ],
)  # fmt: skip
def test_tidying_in_words(entry, words):
    assert plain(tidied_words(entry, ENGLISH)) == words


# -- borders that grew -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("goals", [ONE, [*ONE, {"minimize": "reassigned", "give_up": 0.2}], SUM])
@pytest.mark.parametrize("has_polygons", [True, False])
def test_lines_that_are_pasted_cure_it_for_what_they_say(tmp_path, tiny, goals, has_polygons):
    path = write_polygons(tmp_path) if has_polygons else tiny()
    before = ran(path, tmp_path / "before", goals)
    found, said = before.record["borders"], page(before)
    assert found["plan"] > 1.1 * found["today"]
    assert found["measure"] == ("boundary_length" if has_polygons else "cut_edges")
    assert all(f"    {line}\n" in said for line in found["cure"])
    before_it, after_it = (goals, []) if "weight" in goals[0] else ([], goals[1:])
    lines = [*map(goal_line, before_it), *found["cure"], *map(goal_line, after_it)]
    pasted = YAML(typ="safe").load("\n".join(["goals:", *(f"  {line}" for line in lines)]))
    after = ran(path, tmp_path / "after", pasted["goals"])
    assert after.exit_code == 0
    assert after.record["borders"] is None
    value = [sum(goal.get("weight", 0) * one["value"] for goal, one in zip(goals, each.record["goals"], strict=False)) for each in (before, after)]
    if "weight" not in goals[0]:
        value = [each.record["goals"][0]["value"] for each in (before, after)]
    assert value[1] <= value[0] + found["cost"] + 1e-6
    assert after.record["goals"][len(before_it) or 1]["value"] <= found["plan"] + 1e-6


def test_nothing_is_said_where_shape_was_asked_for_or_borders_hardly_grew(tmp_path):
    path = write_polygons(tmp_path)
    asked = ran(path, tmp_path / "out", [*ONE, {"minimize": "polsby_popper"}], time_limit=1, method="anneal")
    assert asks_for_shape(asked.question.scenario)
    goals = f"goals={json.dumps(ONE)}"
    assert asks_for_shape(load_scenario(path, [goals, "rules.shape.max_boundary_increase=0.5"]))
    assert not asks_for_shape(load_scenario(path, [goals, "rules.shape.min_width_m=5"]))
    assert asked.record["borders"] is None
    scenario = load_scenario(path, [f"goals={json.dumps(ONE)}"])
    for today, plan, is_told in ((1.0, 1.099, False), (1.0, 1.101, True), (0.0, 1.0, False)):
        metrics = {"today": {"boundary_km": today, "cut_edges": 1}, "plan": {"boundary_km": plan, "cut_edges": 9}}
        assert (borders_entry(scenario, metrics, [{"value": 0.2, "best": None}], None) is not None) is is_told
    assert borders_entry(scenario, {"today": None, "plan": metrics["plan"]}, [], None) is None
    assert borders_entry(scenario, None, [], None) is None


@pytest.mark.parametrize(("value", "weight"), [(4.0, 0.1), (0.0, 0.025), (1e-17, 0.025), (-1e-12, 0.025)])
def test_a_sum_that_is_nothing_but_rounding_gets_a_weight_that_a_solver_sees(tmp_path, value, weight):
    scenario = load_scenario(write_polygons(tmp_path), [f"goals={json.dumps(SUM)}"])
    metrics = {"today": {"boundary_km": 1.0, "cut_edges": 1}, "plan": {"boundary_km": 2.0, "cut_edges": 2}}
    found = borders_entry(scenario, metrics, [], {"value": value})
    assert found["cure"] == [goal_line({"minimize": "boundary_length", "weight": weight})]
    assert found["cost"] == pytest.approx(2 * weight)


@pytest.mark.parametrize("language", ["en", "es"])
def test_who_asked_for_a_least_width_is_not_told_that_nothing_asked_for_shape(tmp_path, language):
    scenario = load_scenario(write_polygons(tmp_path), [f"goals={json.dumps(ONE)}", "rules.shape.min_width_m=5"])
    for km in (1.0, None):
        metrics = {"today": {"boundary_km": km, "cut_edges": 1}, "plan": {"boundary_km": km and 2.0, "cut_edges": 9}}
        found = borders_entry(scenario, metrics, [{"value": 0.2, "best": None}], None)
        sentence = grown({"borders": found}, scenario, "min", Language(language)).sentence
        assert {"en": "nothing that was asked keeps borders short", "es": "mantiene cortos los límites"}[language] in sentence


def test_the_report_says_so_and_hides_what_a_weight_would_tell(tmp_path):
    outcome = ran(write_polygons(tmp_path), tmp_path / "run", ONE)
    write_report([outcome.directory], tmp_path / "report")
    text = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    summary = text[text.index('id="numbers"') : text.index('id="schools"')]
    said = grown(outcome.record, outcome.question.scenario, "min", ENGLISH)
    assert said.sentence.split("'")[0] in summary
    assert "give_up: 0.05" in summary
    assert grown(outcome.record, outcome.question.scenario, "min", ENGLISH, shows_cost=False).cost != said.cost
    assert "5" in plain(grown(outcome.record, outcome.question.scenario, "min", Language("es"), shows_cost=False).cost)


@pytest.mark.parametrize(
    "goal", [{"minimize": "dissimilarity", "group": "two words: {x}, 'y'"}, {"minimize": "imbalance", "groups": ["no", "007"], "weight": 1e-7}]
)
def test_a_line_that_is_pasted_reads_as_it_was(goal):
    read = YAML(typ="safe").load(goal_line(goal))
    assert read == [goal | ({"weight": read[0]["weight"]} if "weight" in goal else {})]
    assert "weight" not in goal or math.isclose(float(read[0]["weight"]), goal["weight"])
