"""Where marks stand in the rows of charts, and what tables say beside them."""

import re
from dataclasses import replace

import numpy as np
import pytest
from charts_cases import BAND, PLANS, book, district, scenario

from rezoning.public.cell import HIDDEN
from rezoning.report.catalogue.derived import district_share
from rezoning.report.charts.dumbbell import dumbbell
from rezoning.report.charts.flows import flows_of
from rezoning.report.charts.parts import main_groups
from rezoning.report.charts.trips import bin_shares, trips_of
from rezoning.report.charts.who import bears, who_moves
from rezoning.report.language import Language

EN = Language()


def marks(picture):
    """Key to place in percent, of each mark in turn."""
    return [(key, float(x)) for key, x in re.findall(r'class="ch-mark (?:ch-)?([\w-]+)" x="([\d.]+)%"', str(picture))]


def lines(picture, name):
    return [float(x) for x in re.findall(rf'class="ch-{name}" x1="([\d.]+)%"', str(picture))]


def bands(picture):
    return [(float(x), float(width)) for x, width in re.findall(r'class="ch-band[^"]*" x="([\d.]+)%" y="[\d.]+" width="([\d.]+)%"', str(picture))]


def hide(made, letter, **changes):
    """A book whose view has other rows, trips or measures."""
    if letter == "today":
        return replace(made, today=replace(made.today, **changes))
    return replace(made, views={**made.views, letter: replace(made.views[letter], **changes)})


# -- integration -----------------------------------------------------------------------------------------------------


def test_marks_stand_at_the_shares_of_today_and_option():
    chart = dumbbell(book(), "low", EN)
    # The scale ends at 80 %: a tick of 20 points is the least round one that reaches 62.5 % in five steps.
    assert marks(chart.rows[0].picture) == [("today", pytest.approx(62.5 / 0.8, abs=0.01)), ("option-a", pytest.approx(25 / 70 / 0.008, abs=0.01))]
    assert marks(chart.rows[1].picture) == [("today", pytest.approx(5 / 60 / 0.008, abs=0.01)), ("option-a", pytest.approx(5 / 30 / 0.008, abs=0.01))]
    assert [lines(row.picture, "district") for row in chart.rows] == [[37.5], [37.5]]


def test_schools_stand_by_todays_share_the_largest_first():
    assert [row.name for row in dumbbell(book(), "low", EN).rows] == ["School A", "School B"]
    turned = district(groups={"low": np.array([0.0, 0, 30, 0, 5, 5])})
    assert [row.name for row in dumbbell(book(turned), "low", EN).rows] == ["School B", "School A"]


def test_values_message_and_table_say_the_same():
    chart = dumbbell(book(), "low", EN)
    assert chart.rows[0].values == (("A", "62.5\u202f% → 35.7\u202f%"),)
    reach = "Today: from 8.3\u202f% to 62.5\u202f% by school. Option A: from 16.7\u202f% to 35.7\u202f% by school."
    assert chart.message == f"low: 30.0\u202f% of all students in the district. {reach}"
    assert chart.table.head == ("School", "Today", "Option A", "Change (points)")
    assert chart.table.rows == (("School A", "62.5\u202f%", "35.7\u202f%", "−26.8"), ("School B", "8.3\u202f%", "16.7\u202f%", "+8.4"))


@pytest.mark.parametrize(
    ("rule", "spans", "words"),
    [
        ({"group": "low", "within": 0.1}, [(25.0, 25.0)], "Band that must hold: 20.0\u202f% to 40.0\u202f%"),
        ({"group": "low", "preset": "court15", "soft": True}, [(18.75, 37.5)], "Band aimed at: 15.0\u202f% to 45.0\u202f%"),
        ({"group": "low", "preset": "ct_diverse"}, [(6.25, 62.5)], "Band that must hold: 5.0\u202f% to 55.0\u202f%"),  # 30 % are no majority
        ({"group": "low", "max": 0.4}, [(0.0, 50.0)], "Band that must hold: 0.0\u202f% to 40.0\u202f%"),
    ],
)  # fmt: skip
def test_bands_are_shaded_as_far_as_they_reach(rule, spans, words):
    chart = dumbbell(book(asked=scenario(rules={"bands": [rule]})), "low", EN)
    assert [bands(row.picture) for row in chart.rows] == [spans, spans]
    assert chart.legend[-1].text == words


def test_a_band_is_shaded_only_where_it_holds():
    chart = dumbbell(book(asked=scenario(rules={"bands": [{**BAND, "except_schools": ["A"]}]})), "low", EN)
    assert [len(bands(row.picture)) for row in chart.rows] == [0, 1]
    assert [row[-2:] for row in chart.table.rows] == [("–", "–"), ("11.7", "3.3")]


def test_each_option_has_a_lane_and_its_own_band():
    made = book(plans=PLANS)
    second = replace(made.options[1], scenario=scenario(rules={"bands": [BAND]}))
    chart = dumbbell(replace(made, options=(made.options[0], second)), "low", EN)
    assert [key for key, _ in marks(chart.rows[0].picture)] == ["today", "option-a", "today", "option-b"]
    assert chart.legend[-1].text == "Band that must hold: 20.0\u202f% to 40.0\u202f% (option B)"
    assert chart.table.head[-3:] == ("Points outside the band: Today", "Points outside the band: Option A", "Points outside the band: Option B")
    assert [cells[-2] for cells in chart.table.rows] == ["–", "–"]


def test_hidden_shares_have_a_star_and_no_mark():
    made = book()
    rows = made.views["A"].schools
    made = hide(made, "A", schools=(replace(rows[0], shares={"low": HIDDEN}), rows[1]))
    row = dumbbell(made, "low", EN).rows[0]
    assert [key for key, _ in marks(row.picture)] == ["today"]
    assert '<text class="ch-kept"' in row.picture
    assert ">*</text>" in row.picture
    assert row.values[0][1].endswith("→ *")
    assert dumbbell(made, "low", EN).message.endswith("Schools with a * are left out of this.")
    assert dumbbell(made, "low", EN).table.rows[0] == ("School A", "62.5\u202f%", "*", "*")


def test_without_todays_zones_there_is_only_the_plan():
    chart = dumbbell(book(district(current=None), scenario(goals=[{"minimize": "dissimilarity", "group": "low"}])), "low", EN)
    assert [key for key, _ in marks(chart.rows[0].picture)] == ["option-a"]
    assert chart.table.head == ("School", "Option A")
    assert district_share(book(district(current=None), scenario(goals=[{"minimize": "travel"}])), "low") == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, ("low",)),
        ({"goals": [{"minimize": "dissimilarity", "group": "high"}]}, ("high",)),
        ({"rules": {"bands": [{**BAND, "group": "high"}]}}, ("high",)),
        ({"goals": [{"minimize": "dissimilarity", "group": "low", "versus": "high"}]}, ("low", "high")),
    ],
)
def test_groups_of_goals_and_bands_come_first(said, expected):
    place = district(groups={"low": np.array([10.0, 10, 0, 5, 5, 0]), "high": np.array([0.0, 0, 10, 5, 5, 10])})
    assert main_groups(book(place, scenario({"low": "low", "high": "high"}, **said))) == expected


# -- who moves -------------------------------------------------------------------------------------------------------


def test_ratios_stand_beside_the_line_of_everyone():
    # Option B moves the lower middle unit: 20 of 100 students, 5 of 30 low ones: 1/6 over 1/5.
    chart = who_moves(book(plans=[PLANS[1]]), EN)
    assert chart.rows[0].values == (("A", "0.83 ×"),)
    assert marks(chart.rows[0].picture) == [("option-a", pytest.approx(100 * (5 / 6) / 1.5, abs=0.01))]
    assert [lines(chart.rows[0].picture, name) for name in ("even", "limit", "flag")] == [[66.67], [73.33], [83.33]]
    assert chart.rows[0].note == ""
    assert chart.message == "Option A: no group changes schools more often than everyone."


@pytest.mark.parametrize(("elsewhere", "sign", "is_noted"), [(20, "", False), (15, " ▲", True), (9, " ▲▲", True)])
def test_a_group_that_carries_more_is_flagged_in_words(elsewhere, sign, is_noted):
    chart = who_moves(book(district(groups={"low": np.array([0.0, 0, elsewhere, 8, 7, 0])}), plans=[PLANS[1]]), EN)
    ratio = 7 / (elsewhere + 15) / 0.2
    assert chart.rows[0].values[0][1] == f"{ratio:.2f} ×{sign}"
    assert bool(chart.rows[0].note) is is_noted


def test_what_groups_bear_stands_in_a_table():
    table = bears(book(plans=[PLANS[1]]), "A", EN)
    # The unit that moves has 2 minutes today and 4 then: 40 student-minutes more, 10 of them for low students.
    assert table.rows[0][:5] == ("Everyone", "100", "20", "20.0\u202f%", "1.00")
    assert table.rows[1][:5] == ("low", "30", "5", "16.7\u202f%", "0.83")
    assert (table.rows[0][6], table.rows[1][6]) == ("+0.4", "+0.3")
    assert len(table.head) == len(table.rows[1]) == 7  # no walk zones and no long rides in the data: no columns of dashes
    assert len({len(row) for row in (*table.rows, table.head)}) == 1


def test_hidden_movers_are_stars():
    made = book()
    hidden = dict.fromkeys(("students_reassigned_by_group", "reassigned_by_group", "burden"), HIDDEN)
    made = hide(made, "A", measures={**made.views["A"].measures, **hidden})
    chart = who_moves(made, EN)
    assert marks(chart.rows[0].picture) == []
    assert ">*</text>" in chart.rows[0].picture
    assert bears(made, "A", EN).rows[1][2:5] == ("*", "*", "*")
    assert [row[6] for row in bears(made, "A", EN).rows] == ["*", "*"]
    assert chart.message == "Option A: how often groups change schools cannot be shown."


def test_nobody_moves_without_zones_of_today():
    assert who_moves(book(district(current=None), scenario(goals=[{"minimize": "travel"}])), EN) is None


# -- flows -----------------------------------------------------------------------------------------------------------


def test_bars_of_flows_are_as_long_as_their_students():
    made = book(plans=[[0, 0, 0, 0, 0, 1]])
    flows = flows_of(made, "A", EN)
    assert [(way.origin, way.target, way.students, way.units) for way in flows.ways] == [("School B", "School A", "50", "2 areas")]
    change = made.changes["A"]
    back = replace(change.flows[0], origin=0, target=1, students=20.0)
    both = flows_of(replace(made, changes={"A": replace(change, flows=(*change.flows, back))}), "A", EN)
    assert [re.findall(r'width="([\d.]+)%" height="10"', str(way.picture)) for way in both.ways] == [["100.00"], ["40.00"]]
    assert all(way.is_back for way in both.ways)
    assert both.message == "Ways from one school to another: 2. Pairs of schools that send students both ways: 1."
    assert both.balance.rows == (("School A", "20", "50", "+30"), ("School B", "50", "20", "−30"))


def test_a_hidden_flow_hides_the_balance_of_its_schools():
    made = book()
    change = made.changes["A"]
    made = replace(made, changes={"A": replace(change, flows=(replace(change.flows[0], students=HIDDEN),))})
    flows = flows_of(made, "A", EN)
    assert flows.ways == ()
    assert flows.kept == "Ways whose number of students is kept back (*): 1. School B → School A."
    assert flows.table.rows == (("School B", "School A", "*", "1"),)
    # The difference is that of the schools' totals, which are shown.
    assert flows.balance.rows == (("School A", "0", "*", "+30"), ("School B", "*", "0", "−30"))


def test_a_way_in_a_range_is_drawn_to_both_ends_and_said_in_words():
    made = book()
    change = made.changes["A"]
    made = replace(made, changes={"A": replace(change, flows=(replace(change.flows[0], students=HIDDEN, between=(20.0, 40.0)),))})
    flows = flows_of(made, "A", EN)
    assert [way.students for way in flows.ways] == ["20 to 40"]
    assert re.findall(r'width="([\d.]+)%" height="10"', str(flows.ways[0].picture)) == ["50.00", "50.00"]
    assert flows.note.startswith("Numbers of students are told in ranges")
    assert flows.balance.rows == (("School A", "0", "30", "+30"), ("School B", "30", "0", "−30"))
    assert flows.kept == ""


def test_no_ranking_is_drawn_where_most_of_what_moves_is_not_told():
    made = book()
    change, measures = made.changes["A"], made.views["A"].measures
    told = replace(change.flows[0], students=25.0)
    kept = replace(change.flows[0], origin=0, target=1, students=HIDDEN)
    for moved, is_drawn in ((50.0, True), (51.0, False)):
        view = replace(made.views["A"], measures={**measures, "students_reassigned": moved})
        flows = flows_of(replace(made, views={"A": view}, changes={"A": replace(change, flows=(told, kept))}), "A", EN)
        assert bool(flows.ways) == is_drawn
        assert ("no ranking is drawn" in flows.message) != is_drawn
        assert len(flows.table.rows) == 2


def test_only_the_largest_flows_are_drawn_and_all_are_told():
    made = book()
    flow = made.changes["A"].flows[0]
    many = tuple(replace(flow, students=float(100 - k)) for k in range(20))
    flows = flows_of(replace(made, changes={"A": replace(made.changes["A"], flows=many)}), "A", EN)
    assert (len(flows.ways), flows.more, flows.kept, len(flows.table.rows)) == (12, 8, "", 20)
    hidden = tuple(replace(flow, students=HIDDEN) for flow in many)
    kept = flows_of(replace(made, changes={"A": replace(made.changes["A"], flows=hidden)}), "A", EN).kept
    assert kept.startswith("Ways whose number of students is kept back (*): 20. School B → School A; ")
    assert kept.endswith("School A. 8 more stand in the table.")


# -- trips -----------------------------------------------------------------------------------------------------------


def test_bins_hold_shares_of_each_groups_students():
    made = book()
    assert made.bins == (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)  # of today's trips; the plan's longest is in the last
    # Today: 10 students at 1 minute, 20 at 2, 30 at 3, 10 at 3, 20 at 2, 10 at 1.
    middles = {name: tuple(part.middle for part in bin_shares(made.today, name)) for name in ("all", "low")}
    assert middles["all"] == pytest.approx((0.0, 0.0, 0.2, 0.0, 0.4, 0.0, 0.4))
    assert middles["low"] == pytest.approx((0.0, 0.0, 1 / 3, 0.0, 1 / 2, 0.0, 1 / 6))
    bars = re.findall(r'class="ch-today-bar" x="([\d.]+)%" y="[\d.]+" width="([\d.]+)%" height="([\d.]+)"', str(trips_of(made, EN).panels[1].picture))
    assert [float(x) for x, _, _ in bars] == pytest.approx([100 * k / 7 for k in range(7)], abs=0.01)
    heights = [float(height) for *_, height in bars]
    assert heights[2] / heights[4] == pytest.approx(2 / 3, abs=0.01)
    assert heights[0] == heights[3] == 0


def test_means_stand_in_the_table_and_in_words():
    trips = trips_of(book(), EN)
    assert [panel.name for panel in trips.panels] == ["Everyone", "low"]
    # Option A takes the upper right unit's 30 students from 3 minutes to 5.
    assert trips.panels[0].message == "Average trip: Today 2.2 minutes; Option A 2.8 minutes."
    assert [row[:2] for row in trips.table.rows] == [(name, view) for name in ("Everyone", "low") for view in ("Today", "Option A: plan 0")]
    assert [row[-1] for row in trips.table.rows[:2]] == ["2.2", "2.8"]
    assert all(len(row) == len(trips.table.head) for row in trips.table.rows)


def test_a_hidden_bin_is_a_star_and_others_are_shares_of_those_whose_trip_is_known():
    made = book()
    cells = (HIDDEN, *made.today.trips["all"][1:])
    made = hide(made, "today", trips={**made.today.trips, "all": cells})
    shares = bin_shares(made.today, "all")
    assert shares[0].middle == HIDDEN
    assert tuple(part.middle for part in shares[1:]) == tuple(cell / 100 for cell in cells[1:])
    assert ">*</text>" in trips_of(made, EN).panels[0].picture
    fewer = hide(made, "today", known={**made.today.known, "all": 80.0})
    assert tuple(part.middle for part in bin_shares(fewer.today, "all")[1:]) == tuple(cell / 80 for cell in cells[1:])
    unknown = hide(made, "today", known={**made.today.known, "all": HIDDEN})
    assert {part.middle for part in bin_shares(unknown.today, "all")} == {HIDDEN}


def test_there_are_no_trips_without_travel():
    assert trips_of(book(district(travel=None)), EN) is None
