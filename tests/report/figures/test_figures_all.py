"""All figures of a book: what is drawn where, the same bytes each time, and why a figure cannot be drawn."""

import json
import logging
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from charts_cases import BAND, PLANS, book, district, scenario
from matplotlib.figure import Figure

from rezoning.district.plan import Plan
from rezoning.errors import DataError
from rezoning.public.cell import HIDDEN
from rezoning.report.charts.trace import GoalTrace, Moment
from rezoning.report.figures import before_after_figure, draw_change, draw_dumbbell, draw_trace, dumbbell_figure, figures_of, trace_figure
from rezoning.report.figures.files import file_names
from rezoning.report.figures.saving import plain
from rezoning.report.language import Language
from rezoning.report.maps.colors import Fill, option_fills, plan_fills
from rezoning.scenario.goals import Goal

EN = Language()
TRACE = "seconds,goal,value,bound\n0,1,0.5,\n1,1,0.4,0.2\n3,1,0.3,0.25\n"
LOW = [{"minimize": "dissimilarity", "group": "low"}]


def run(folder, place=None, asked=None, plans=PLANS[:1], trace=TRACE):
    folder.mkdir(exist_ok=True)
    if trace is not None:
        (folder / "trace.csv").write_text(trace, encoding="utf-8")
    return book(place, asked or scenario(goals=LOW), plans, path=folder, is_run=True)


# -- single figures --------------------------------------------------------------------------------------------------


def test_every_function_gives_its_axes_back(tmp_path):
    made = run(tmp_path / "run")
    ax, place = Figure().subplots(), made.district
    assert draw_change(ax, place, made.first.plan, plan_fills(place, place.stayable)) is ax
    assert draw_dumbbell(ax, made, "low", EN) is ax
    assert draw_trace(ax, GoalTrace(None, 1, (Moment(0.0, 1.0, None),)), "min", EN) is ax


def test_what_moves_has_the_color_of_its_new_school_and_the_rest_none():
    ax, place = Figure().subplots(), district()
    draw_change(ax, place, Plan(PLANS[0]), [Fill("#FF0000"), Fill("#0000FF", "dots")])
    same, moved, changed = ax.collections[:3]
    assert np.ptp(same.get_facecolors()[0][:3]) < 0.01  # a gray
    assert [tuple(path.get_extents().bounds) for path in moved.get_paths()] == [(2000.0, 0.0, 1000.0, 1000.0)]  # A gets the upper right unit
    assert moved.get_facecolors()[0].tolist() == [1, 0, 0, 1]
    assert changed.get_hatch() == "/////"


def test_a_pattern_is_drawn_over_its_color():
    ax, place = Figure().subplots(), district()
    draw_change(ax, place, Plan([1 - s for s in place.stayable]), [Fill("#FF0000"), Fill("#FF0000", "dots")])
    assert [one.get_hatch() for one in ax.collections if one.get_hatch()] == ["...", "/////"]


def test_names_on_figures_cover_neither_each_other_nor_a_dot(tmp_path):
    made = run(tmp_path / "run", plans=[[1, 1, 1, 0, 0, 0]])
    figure = before_after_figure(made.district, made.first.plan, option_fills(made, made.first))
    for ax in figure.axes:
        boxes = [text.get_window_extent() for text in ax.texts]
        assert not any(one.overlaps(other) for k, one in enumerate(boxes) for other in boxes[:k])
        dots = ax.transData.transform(ax.lines[0].get_xydata())
        assert not any(box.contains(*dot) for box in boxes for dot in dots)
    today, plan = ([text.get_text() for text in ax.texts] for ax in figure.axes)
    assert not any(text.startswith("→") for text in today)
    assert "→ School B" in plan


def test_rows_of_a_dumbbell_are_where_the_shares_are():
    ax = draw_dumbbell(Figure().subplots(), book(asked=scenario(rules={"bands": [BAND]})), "low", EN)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["School A", "School B"]
    drawn = {(line.get_marker(), tuple(np.round(line.get_xdata(), 4)), tuple(line.get_ydata())) for line in ax.lines}
    assert {("o", (0.625,), (0.0,)), ("s", (0.3571,), (0.0,)), ("o", (0.0833,), (1.0,)), ("s", (0.1667,), (1.0,))} <= drawn
    assert ("None", (0.3, 0.3), (0.0, 1.0)) in {(line.get_marker(), tuple(line.get_xdata()), tuple(line.get_ydata())) for line in ax.lines}
    spans = [path.get_extents() for collection in ax.collections for path in collection.get_paths()]
    assert [(round(span.x0, 4), round(span.x1, 4)) for span in spans] == [(0.2, 0.4)] * 2


def test_a_hidden_share_is_a_star():
    made = book()
    rows = made.views["A"].schools
    made = replace(made, views={"A": replace(made.views["A"], schools=(replace(rows[0], shares={"low": HIDDEN}), rows[1]))})
    ax = draw_dumbbell(Figure().subplots(), made, "low", EN)
    assert [text.get_text() for text in ax.texts] == ["*"]
    assert sum(line.get_marker() == "s" for line in ax.lines) == 1


def test_a_trace_is_two_staircases_with_the_gap_between():
    stage = GoalTrace(Goal(minimize="dissimilarity", group="low"), 1, (Moment(2.0, 0.5, None), Moment(3.0, 0.4, 0.2), Moment(6.0, 0.3, 0.25)))
    ax = draw_trace(Figure().subplots(), stage, "min", EN)
    value, bound = ax.lines
    assert value.get_drawstyle() == bound.get_drawstyle() == "steps-post"
    assert value.get_xdata().tolist() == pytest.approx([0, 1, 4, 4.16])
    assert value.get_ydata().tolist() == [0.5, 0.4, 0.3, 0.3]
    assert np.isnan(bound.get_ydata()[0])
    assert len(ax.collections) == 1
    assert ax.get_title(loc="left") == "Goal 1: dissimilarity of low students"


def test_each_goal_has_a_panel():
    goals = [Goal(minimize=name) for name in ("travel", "reassigned", "cut_edges")]
    stages = [GoalTrace(goal, k, (Moment(0.0, 1.0, 0.5), Moment(1.0, 0.9, 0.5))) for k, goal in enumerate(goals, 1)]
    figure = trace_figure(stages, "min", Language("es"))
    assert [ax.get_title(loc="left") for ax in figure.axes] == [
        "Meta 1: trayecto promedio a la escuela", "Meta 2: estudiantes que cambian de escuela", "Meta 3: vecinos en zonas distintas",
    ]  # fmt: skip
    assert figure.axes[-1].get_xlabel() == "Segundos"


def test_legends_are_written_in_the_readers_language():
    figure = dumbbell_figure(book(), "low", Language("es"))
    assert [text.get_text() for text in figure.legends[0].get_texts()][:2] == ["Hoy", "Opción A: plan 0"]


# -- all of them -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_all_figures_are_written_and_are_the_same_each_time(tmp_path, caplog):
    made = run(tmp_path / "run", plans=PLANS)
    first, again = figures_of(made, tmp_path / "a"), figures_of(made, tmp_path / "b")
    names = [f"{kind}-{letter}" for letter in "ab" for kind in ("zones", "changes", "trace")] + ["shares-low"]
    assert [path.name for path in first] == [f"{name}.{ending}" for name in names for ending in ("png", "svg")]
    for one, other in zip(first, again, strict=True):
        assert one.read_bytes() == other.read_bytes()
        if one.suffix == ".svg":
            assert ElementTree.parse(one).getroot().tag.endswith("svg")
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("changes", "said", "trace", "reasons"),
    [
        ({"geometry": None}, {}, TRACE, [f"{name}-a is not drawn: the district has no polygons." for name in ("zones", "changes")]),
        ({"current": None}, {}, TRACE, [f"{name}-a is not drawn: the district has no zones of today." for name in ("zones", "changes")]),
        ({"groups": {}}, {"goals": [{"minimize": "travel"}]}, TRACE, ["shares is not drawn: there are no groups that may be shown."]),
        ({}, {}, None, ["trace-a is not drawn: {run} has no trace.csv that can be read."]),
        ({}, {}, "what?", ["trace-a is not drawn: {run} has no trace.csv that can be read."]),
    ],
    ids=["polygons", "today", "groups", "trace", "broken trace"],
)  # fmt: skip
def test_what_cannot_be_drawn_is_left_out_with_a_reason(tmp_path, caplog, changes, said, trace, reasons):
    asked = scenario(None if changes.get("groups") != {} else {}, **({"goals": LOW} | said))
    made = run(tmp_path / "run", district(**changes), asked, trace=trace)
    with caplog.at_level(logging.WARNING):
        written = figures_of(made, tmp_path / "out", ["svg"])
    assert caplog.messages == [reason.format(run=tmp_path / "run") for reason in reasons]
    assert len(written) == 4 - len(reasons)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_run": False}, "trace-a is not drawn: the plan comes from a file, not from a run."),
        ({"changed": ("units.csv has changed since the run.",)}, "trace-a is not drawn: data have changed since the run."),
        ({"plan": Plan([0, 0, 1, 0, 1, 1])}, "changes-a is not drawn: nothing changes."),
    ],
)
def test_options_that_lack_a_figure_say_so(tmp_path, caplog, changes, reason):
    made = run(tmp_path / "run")
    figures_of(replace(made, options=(replace(made.first, **changes),)), tmp_path / "out", ["png"])
    assert caplog.messages == [reason]


def test_a_search_for_hidden_numbers_is_not_drawn(tmp_path, caplog):
    made = run(tmp_path / "run")
    view = made.views["A"]
    hidden = {"A": replace(view, measures={**view.measures, "dissimilarity": {"low": HIDDEN}})}
    figures_of(replace(made, views=hidden, is_hidden=True), tmp_path / "out", ["png"])
    assert caplog.messages == ["trace-a is not drawn: its goals are about numbers that are kept back."]


def test_the_directory_of_a_frontier_has_its_frontier_drawn(tmp_path, caplog):
    made = run(tmp_path / "run")
    goals = [{"minimize": "dissimilarity", "group": "low"}, {"minimize": "reassigned", "group": None}]
    points = [{"ceilings": [x], "values": [1 - x, x], "bound": 0.9 - x} for x in (0.1, 0.2)]
    document = {"name": "f", "goals": goals, "travel_unit": "min", "today": None, "points": points}
    (tmp_path / "run" / "frontier.json").write_text(json.dumps(document), encoding="utf-8")
    assert "frontier-a.png" in [path.name for path in figures_of(made, tmp_path / "out", ["png"])]
    (tmp_path / "run" / "frontier.json").write_text("{}", encoding="utf-8")
    figures_of(made, tmp_path / "out", ["png"])
    assert caplog.messages == [f"frontier-a is not drawn: {tmp_path / 'run' / 'frontier.json'} is not the record of a frontier."]


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(DataError) as raised:
        figures_of(book(), tmp_path / "out", ["png", "gif"])
    assert str(raised.value) == "formats: 'gif' is no format of figures. Give one or more of png, svg, pdf."
    assert not (tmp_path / "out").exists()


NAMES = [("$\\frac{1}{", "line\nbreak\x00\x07"), ("N" * 4000, "<script>&amp;"), ("مدرسة", "学校")]


@pytest.mark.parametrize("names", NAMES, ids=range(len(NAMES)))
def test_any_name_can_be_drawn(tmp_path, names):
    made = run(tmp_path / "run", district(school_names=names))
    option = replace(made.first, name=names[0])
    figures_of(replace(made, options=(option,)), tmp_path / "out", ["svg"], Language(labels=(("low", names[1]),)))
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"zones-a.svg", "changes-a.svg", "trace-a.svg", "shares-low.svg"}


def test_plain_names():
    assert plain("a\n\tb\x00") == "a b"
    assert plain("x" * 70) == "x" * 59 + "…"


def test_names_of_files_are_plain_and_differ():
    assert file_names(["low income", "Low/Income", "../..", "学校", "a" * 99]) == ["low-income", "low-income-2", "group", "group-2", "a" * 40]
