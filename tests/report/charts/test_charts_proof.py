"""The search over time: goals told apart, lines where they belong, and nothing shown that a book hides."""

import re
from dataclasses import replace

import pytest
from charts_cases import book, scenario
from hypothesis import given
from hypothesis import strategies as st

from rezoning.public.cell import HIDDEN
from rezoning.report.charts.proof import proof, public_stages, thinned
from rezoning.report.charts.trace import Moment, read_trace, stages
from rezoning.report.language import Language

EN = Language()
TRACE = """seconds,goal,value,bound
0.000,1,0.5,
1.000,1,0.4,
2.000,1,0.4,0.2
4.000,1,0.3,0.3
4.500,2,8,
5.000,2,6,5
"""
GOALS = [{"minimize": "dissimilarity", "group": "low"}, {"minimize": "schools_changed"}]
HEAD = "seconds,goal,value,bound\n"


def run(folder, text=TRACE, goals=GOALS, **record):
    """A book of an option that has a trace."""
    (folder / "trace.csv").write_text(text, encoding="utf-8")
    made = book(asked=scenario(goals=goals), path=folder, is_run=True)
    option = replace(made.first, record={**made.first.record, **record})
    return replace(made, options=(option,))


def test_goals_are_told_apart(tmp_path):
    found = stages(run(tmp_path).first)
    assert [(stage.number, stage.goal.minimize, len(stage.moments)) for stage in found] == [(1, "dissimilarity", 4), (2, "schools_changed", 2)]
    assert found[0].moments[2] == Moment(2.0, 0.4, 0.2)


def test_the_values_of_a_goal_bear_its_name_though_they_look_like_those_of_the_one_before(tmp_path):
    """The second goal goes on below the first one's value and above its bound; and the first is taken up again at the end."""
    rows = ["0,1,0.5,0.1", "1,2,0.4,0.2", "2,1,0.45,0.3", "3,2,0.3,0.2"]
    found = stages(run(tmp_path, HEAD + "\n".join(rows) + "\n").first)
    assert [(stage.number, stage.goal.minimize, [moment.value for moment in stage.moments]) for stage in found] == [
        (1, "dissimilarity", [0.5, 0.45]),
        (2, "schools_changed", [0.4, 0.3]),
    ]


def test_goals_of_one_kind_are_told_apart_by_their_places(tmp_path):
    goals = [{"minimize": "long_rides", "over": over} for over in (20, 30)]
    found = stages(run(tmp_path, f"{HEAD}0,1,0.5,\n1,2,0.4,\n", goals=goals).first)
    assert [stage.goal.over for stage in found] == [20, 30]


def test_a_weighted_sum_is_no_goal_and_a_trace_of_other_goals_is_none(tmp_path):
    found = stages(run(tmp_path, f"{HEAD}0,,0.5,\n", objective={"value": 1.0}).first)
    assert [stage.goal for stage in found] == [None]
    assert stages(run(tmp_path, goals=GOALS[:1]).first) == ()
    assert stages(run(tmp_path, re.sub(r"^([^,]+),[^,]+,", r"\1,", TRACE, flags=re.M)).first) == ()


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=400))
def test_thinned_moments_are_few_in_order_and_keep_both_ends(times):
    moments = tuple(Moment(t, None, None) for t in sorted(times))
    kept = thinned(moments)
    assert len(kept) <= 61
    assert (kept[0], kept[-1]) == (moments[0], moments[-1])
    assert [m.seconds for m in kept] == sorted(m.seconds for m in kept)


NO_TRACES = ["", "seconds,value\n1,2\n", f"{HEAD}soon,1,1,2\n", "nothing", f"{HEAD}1\n", f"{HEAD}nan,1,1,1\n"]


@pytest.mark.parametrize("text", NO_TRACES)
def test_what_is_no_trace_is_left_out(tmp_path, text):
    made = run(tmp_path, text)
    assert stages(made.first) == ()
    assert proof(made, "A", EN) == ""


def test_what_was_tidied_after_the_goals_is_no_value_of_theirs(tmp_path):
    place = tmp_path / "trace.csv"
    place.write_text("seconds,goal,value,bound\n0.5,1,0.2,0.1\n0.9,tidy,312,\n1.0,tidy,4.5,\n", encoding="utf-8")
    assert read_trace(place) == {1: (Moment(0.5, 0.2, 0.1),)}


def test_a_missing_trace_a_plan_file_and_changed_data_have_none(tmp_path):
    assert read_trace(tmp_path / "trace.csv") == {}
    made = run(tmp_path)
    assert stages(replace(made.first, is_run=False)) == ()
    assert stages(replace(made.first, changed=("units.csv has changed since the run.",))) == ()


def test_lines_stand_at_seconds_and_values(tmp_path):
    html = str(proof(run(tmp_path), "A", EN))
    first = html.split("<figure")[1]
    # Four seconds wide; from 0.20 to 0.50 over 114 pixels below the first 16.
    values = re.findall(r'class="ch-value" x1="([\d.]+)%" y1="([\d.]+)" x2="([\d.]+)%" y2="([\d.]+)"', first)
    assert values[0] == ("0.00", "16", "25.00", "16")
    assert ("25.00", "54", "50.00", "54") in values
    assert values[-1] == ("100.00", "92", "100.00", "92")
    bounds = re.findall(r'class="ch-bound" x1="([\d.]+)%" y1="([\d.]+)"', first)
    assert bounds[0] == ("50.00", "130")
    assert re.findall(r'class="ch-gap" x="([\d.]+)%" y="([\d.]+)" width="([\d.]+)%" height="([\d.]+)"', first) == [("50.00", "54", "50.00", "76")]
    assert "Goal 1: dissimilarity of low students" in first
    assert "After 4.0 seconds the best plan is at 0.300, and no plan within these rules can go below 0.300." in first
    assert "the best plan is at 6, and no plan within these rules can go below 5." in html


def test_a_search_without_a_bound_says_so(tmp_path):
    html = proof(run(tmp_path, f"{HEAD}0.1,1,0.5,\n0.2,1,0.4,\n"), "A", EN)
    assert "nothing was proven about what is possible" in html
    assert 'class="ch-gap"' not in html.split("<figure")[1]


def test_a_hidden_measure_hides_its_search(tmp_path):
    made = run(tmp_path)
    view = made.views["A"]
    made = replace(made, is_hidden=True, views={"A": replace(view, measures={**view.measures, "dissimilarity": {"low": HIDDEN}})})
    assert [stage.goal.minimize for stage in public_stages(made, made.first)] == ["schools_changed"]
    assert "dissimilarity" not in proof(made, "A", EN)
    assert [stage.goal.minimize for stage in public_stages(replace(made, groups=(), is_hidden=False), made.first)] == ["schools_changed"]


def test_no_more_digits_than_the_book_shows(tmp_path):
    made = replace(run(tmp_path, f"{HEAD}0,1,0.123456,0.0987\n", GOALS[:1]), is_hidden=True)
    assert public_stages(made, made.first)[0].moments == (Moment(0.0, 0.123, 0.099),)


def test_the_search_is_told_in_spanish(tmp_path):
    assert "está en 0.300" in proof(run(tmp_path), "A", Language("es"))


def test_the_trace_of_a_run_that_named_its_goals_is_left_out(tmp_path):
    assert stages(run(tmp_path, TRACE.replace(",1,", ",dissimilarity,").replace(",2,", ",schools_changed,")).first) == ()


def test_a_search_begins_with_todays_value_and_is_hidden_with_it(tmp_path):
    made = run(tmp_path)
    today = replace(made.today, measures={**made.today.measures, "dissimilarity": {"low": HIDDEN}})
    assert [stage.goal.minimize for stage in public_stages(replace(made, is_hidden=True, today=today), made.first)] == ["schools_changed"]
