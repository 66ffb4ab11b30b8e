"""What users hold speaks in a notebook: every screen, table, layer and picture of one small run."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import matplotlib as mpl
import numpy as np
import pytest
from benching_cases import comparison, trial
from drawn import picture
from squares import write_polygons

import rezoning
from rezoning.commands.benching.steps import BenchOutcome
from rezoning.commands.replaying import Change, Replayed
from rezoning.errors import DataError
from rezoning.metrics.measure import measure
from rezoning.report.notebook.cards import MOST, Card, Grid, page
from rezoning.runs.question import Measures

mpl.use("Agg")
APART = {"units": 3, "students": 30.0, "share": 0.25, "goals": []}
BENCH = {"scenarios": ["here"], "seeds": 1, "seconds": 20.0, "runs": {"asked": 2, "there": 2, "compared": 2}, "settings": [{}, {}], "skipped": []}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One run of the twelve squares, and everything that functions give of it; nothing in here draws on a screen."""
    folder = tmp_path_factory.mktemp("squares")
    path = write_polygons(folder)
    scenario = rezoning.load_scenario(path)
    district = rezoning.load_district(scenario.data)
    heard: list[rezoning.Plan] = []

    def look(plan, values):
        """A picture in a callback, as a notebook draws one while it waits."""
        plan.plot(district, names=False)
        assert len(values) == 2
        heard.append(plan)

    run = rezoning.run(path, folder / "run", on_plan=look)
    assert run.plan is not None
    return {
        "heard": heard, "scenario": scenario, "district": district, "plan": run.plan, "result": run.result, "run": run,
        "question": rezoning.validate(path),
        "audit": rezoning.audit(run.plan, district, scenario), "measures": rezoning.measure(run.plan, district, scenario), "beside": run.measures,
        "option": rezoning.evaluate(path, folder / "run"), "comparison": rezoning.compare(path, [folder / "run"]),
        "diagnosis": rezoning.diagnose(path, seconds=0),
        "ensemble": rezoning.ensemble(path, steps=400, every=20, audits=0), "verified": rezoning.verify(folder / "run"),
        "robustness": rezoning.robustness([folder / "run"], draws=100),
        "same": Replayed(folder / "run", run, is_same=True, changes=(), apart=None),
        "other": Replayed(folder / "run", run, False, (Change("clock", "The clock decided."),), APART),
        "bench": BenchOutcome(0, folder, comparison(trial(), trial("other", value=0.5)), BENCH),
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _closed():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


class Reader(HTMLParser):
    """Tags and texts of a screen."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


# -- screens ---------------------------------------------------------------------------------------------------------


def test_every_screen_is_whole_quiet_and_short(made):
    for name, one in [(name, one) for name, one in made.items() if name != "heard"]:
        read = Reader(one._repr_html_())
        assert read.open == [], name
        assert not {"script", "style", "link", "img", "iframe"} & set(read.tags), name
        assert {key for key, _ in read.attributes} <= {"class", "style", "scope"}, name
        looks = " ".join(value or "" for key, value in read.attributes if key == "style")
        assert not re.search(r"url\(|font-family|(?<!-)\bcolor:(?!inherit)|background", looks), name  # readable in light and dark
        assert read.tags.count("tr") <= 3 * (MOST + 1), name


def test_a_callback_is_given_plans_and_may_draw_them(made):
    assert made["heard"][-1] == made["run"].plan


def test_names_are_escaped(made):
    shown = made["run"]._repr_html_()
    assert "=Ash &amp; Élan &lt;script&gt;" in shown
    assert "<script>" not in shown


def test_long_tables_say_how_much_more_there_is():
    shown = page(Card("t", grids=[Grid(["a"], [[str(k)] for k in range(MOST + 3)])]))
    assert shown.count("<td") == MOST
    assert "and 3 more" in shown


def test_screens_say_values_with_their_kinds(made):
    text = " ".join(Reader(made["run"]._repr_html_()).texts)
    assert "Dissimilarity of poor students" in text
    assert re.search(r"\d\.\d{3}", text)
    assert "The plan obeys every rule" in text
    assert "About" in text
    assert "Proven best" in text
    result = " ".join(Reader(made["result"]._repr_html_()).texts)
    assert "Proven best" in result
    assert "Students who change schools" in result


def test_a_result_speaks_in_its_districts_unit(made):
    far = replace(made["result"], travel_unit="km")
    assert "Result" in far._repr_html_()
    problem = rezoning.formulate(replace(made["district"], travel_unit="km"), made["scenario"])
    assert problem.travel_unit == "km"


def test_a_run_without_a_plan_says_why(tmp_path):
    path = write_polygons(tmp_path)
    run = rezoning.run(path, tmp_path / "run", overrides=["rules.capacity.max=0.5"])
    assert run.plan is None
    assert "No plan exists under these rules" in run._repr_html_()
    for ask in (run.zones, run.units, run.plot, lambda: run.to_frame("units")):
        with pytest.raises(DataError, match="the run found no plan"):
            ask()


def test_errors_show_every_problem(tmp_path):
    with pytest.raises(rezoning.ScenarioError) as caught:
        rezoning.load_scenario(write_polygons(tmp_path), ["solve.time_limit=<b>", "rules.nothing=1"])
    shown = Reader(caught.value._repr_html_())
    assert shown.tags.count("li") == len(caught.value.problems) == 2
    assert all(problem.cure in " ".join(shown.texts) for problem in caught.value.problems)
    assert "&lt;b&gt;" in caught.value._repr_html_() or "<b>" not in str(caught.value)


# -- tables and layers -----------------------------------------------------------------------------------------------


def test_tables_of_a_district(made):
    district = made["district"]
    units, schools = district.to_frame(), district.to_frame("schools")
    assert list(units.index) == list(district.unit_ids)
    assert list(units.columns) == ["students", "poor", "current_school"]
    assert units["students"].sum() == district.total_students
    assert list(schools.index) == ["A", "B"]
    assert list(schools["capacity"]) == [700, 700]
    assert schools["students_today"].sum() == district.total_students
    with pytest.raises(DataError, match=r"'zones' is not there. Give one of units, schools"):
        district.to_frame("zones")


def test_layers_keep_all_fields_of_the_files(made):
    district, plan = made["district"], made["plan"]
    units, schools, zones = district.units(), district.schools(), made["run"].zones()
    assert {"unit", "today", "students", "poor", "current_school", "geometry"} <= set(units.columns)
    assert "students_file" not in units  # the file says what we read
    assert {"seats", "name", "school_file" if "school_file" in schools else "capacity"} <= set(schools.columns)
    assert "seats" in zones
    for layer in (units, schools, zones, made["option"].units()):
        assert layer.crs == district.geometry.crs
    assert zones.area.sum() == pytest.approx(district.geometry.area.sum())
    assert zones["students"].to_list() == pytest.approx(district.enrollment(plan.school).tolist())
    assert zones["utilization"].to_list() == pytest.approx((district.enrollment(plan.school) / 700).tolist())
    assert plan.units(district)["school"].to_list() == [district.school_ids[s] for s in plan.school]
    assert district.zones()["units"].sum() == 12


def test_a_field_that_says_something_else_is_kept_beside_ours(made):
    district = replace(made["district"], students=made["district"].students * 2)
    units = district.units()
    assert (units["students"] == 2 * units["students_file"]).all()


def test_tables_of_a_run(made):
    run, district = made["run"], made["district"]
    goals = run.to_frame()
    assert list(goals.index) == [1, 2]
    assert goals["minimize"].to_list() == ["dissimilarity", "reassigned"]
    assert goals.loc[1, "value"] == run.result.goals[0].value
    assert goals["ended"].to_list() == ["proven", "proven"]
    trace = run.to_frame("trace")
    assert list(trace.columns) == ["seconds", "goal", "value", "bound"]
    assert len(trace) == len(run.result.trace)
    measures = run.to_frame("measures")
    assert measures.loc["dissimilarity.poor", "plan"] == run.measures.metrics["plan"]["dissimilarity"]["poor"]
    assert measures.loc["dissimilarity.poor", ["group", "kind", "better"]].to_list() == ["poor", "index", "lower"]
    assert {"today", "plan", "nearest"} <= set(measures.columns)
    assert made["option"].to_frame("measures").equals(measures)
    assert run.to_frame("schools").loc["A", "students_after"] == district.enrollment(run.plan.school)[0]
    units = run.to_frame("units")
    assert units.loc[units["moved"], "students"].sum() == run.record["counts"]["moved_students"]
    assert run.to_frame("violations").empty
    assert made["option"].to_frame().loc[1, "value"] == pytest.approx(goals.loc[1, "value"])


def test_tables_of_the_others(made):
    alone = made["measures"].to_frame()
    assert alone["value"].notna().any()
    assert made["comparison"].to_frame().loc["rules_broken", "today"] >= 0
    assert set(made["diagnosis"].to_frame("capacity")["school"]) == {"A", "B"}
    broken = rezoning.audit(rezoning.Plan(np.zeros(12)), made["district"], made["scenario"]).to_frame()
    assert set(broken["rule"]) >= {"capacity"}
    assert list(broken.columns) == ["rule", "subject", "amount", "limit", "message"]


def test_measures_are_a_dict_still(made):
    found = made["measures"]
    assert json.loads(json.dumps(found)) == json.loads(json.dumps(dict(found)))
    assert (found | {"x": 1}).travel_unit == found.travel_unit
    assert found == measure(made["plan"], made["district"], made["scenario"])


# -- pictures --------------------------------------------------------------------------------------------------------

PICTURES = {
    "district": lambda made, ax: made["district"].plot(ax=ax),
    "shares": lambda made, ax: made["district"].plot("poor", ax=ax),
    "students": lambda made, ax: made["district"].plot("students", ax=ax, names=False),
    "plan": lambda made, ax: made["plan"].plot(made["district"], ax=ax),
    "changes": lambda made, ax: made["plan"].plot(made["district"], "changes", ax=ax),
    "today": lambda made, ax: made["option"].plot("today", ax=ax),
    "schools": lambda made, ax: made["run"].plot("schools", measure="poor", ax=ax),
    "trips": lambda made, ax: made["option"].plot("schools", measure="travel_mean", ax=ax),
    "trace": lambda made, ax: made["run"].plot("trace", goal=2, ax=ax),
    "result": lambda made, ax: made["result"].plot(ax=ax),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_axes_of_ours_or_of_theirs(made, name):
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    drawn = PICTURES[name](made, None)
    assert isinstance(drawn, Axes)
    assert drawn.has_data() or drawn.collections
    given = Figure().subplots()
    assert PICTURES[name](made, given) is given


def test_what_cannot_be_drawn_is_said(made):
    with pytest.raises(DataError, match=r"'rich' is not there. Give one of students, poor"):
        made["district"].plot("rich")
    with pytest.raises(DataError, match="Give one of students, utilization, travel_mean, poor"):
        made["run"].plot("schools", measure="rich")
    with pytest.raises(DataError, match="nothing was found or proven of goal 3"):
        made["result"].plot(3)
    with pytest.raises(DataError, match="a map needs polygons"):
        picture("Aab/aBb").plot()
    with pytest.raises(DataError, match=r"a plan alone does not know its district, and str is none. Give the district"):
        made["plan"].zones("riverbend")
    with pytest.raises(DataError, match="the plan has 12 units, and the district has 6"):
        made["plan"].to_frame(picture("Aab/aBb"))


def test_zones_have_the_colors_of_every_other_map(made):
    from rezoning.report.maps.colors import plan_fills

    district = made["district"]
    faces = made["plan"].plot(district, names=False).collections[0].get_facecolors()
    fills = plan_fills(district, district.stayable, made["plan"].school)
    assert [mpl.colors.to_hex(face) for face in faces] == [fill.color.lower() for fill in fills]


def test_sides_that_are_not_known_have_no_column(made):
    one = Measures({"today": None, "plan": made["measures"], "nearest": None}, [])
    assert not {"today", "nearest"} & set(one.to_frame().columns)


# -- studies ---------------------------------------------------------------------------------------------------------


def test_an_ensemble_has_its_standings_its_samples_and_a_picture_of_each_measure(made):
    found = made["ensemble"]
    standings, samples = found.to_frame(), found.to_frame("samples")
    assert len(samples) == sum(len(one.values) for one in found.chains)
    measure = standings.index[0][0]
    share = (samples[measure] < standings.loc[(measure, "today"), "value"]).mean()
    assert standings.loc[(measure, "today"), "below"] == pytest.approx(share)
    assert found.plot(measure).get_title(loc="left")
    for wrong in (lambda: found.to_frame("no"), lambda: found.plot("no")):
        with pytest.raises(DataError, match="'no' is not there"):
            wrong()


def test_draws_are_a_table_by_option_and_measure(made):
    frame = made["robustness"].to_frame()
    assert set(frame.index.get_level_values("option")) == {"A"}
    assert {"group", "case", "value", "low", "high", "today_value", "better"} <= set(frame.columns)


def test_a_run_that_was_looked_at_again_says_what_differs(made):
    assert made["verified"].to_frame().empty
    assert "agrees" in made["verified"]._repr_html_()
    assert "byte for byte" in made["same"]._repr_html_()
    shown = made["other"]._repr_html_()
    assert "3 units with 30 students" in shown
    assert "The clock decided." in shown


def test_a_bench_is_a_table_of_its_runs(made):
    frame = made["bench"].to_frame()
    assert frame.loc[("here", "other", 0), "goal1_value"] == 0.5
    assert "other" in made["bench"]._repr_html_()
