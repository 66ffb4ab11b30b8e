import io

import pytest
from rich.console import Console

from rezoning.report.goal_words import goal_asks
from rezoning.report.language import ENGLISH, plain
from rezoning.report.rule_words import rules_words
from rezoning.report.screen import messages, violations
from rezoning.report.terminal import moved_words
from rezoning.scenario.schema import Goal, Rules


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ({"minimize": "dissimilarity", "group": "poor"}, "spread poor students evenly against all others (dissimilarity)"),
        ({"minimize": "dissimilarity", "group": "a", "versus": "b"}, "spread a students evenly against b (dissimilarity)"),
        ({"minimize": "imbalance"}, "give every school the district's share of each group (imbalance)"),
        ({"minimize": "imbalance", "groups": ["a", "b"]}, "give every school the district's share of a, b (imbalance)"),
        ({"minimize": "reassigned"}, "let as few students as possible change schools"),
        ({"minimize": "travel"}, "keep trips short"),
        ({"minimize": "over_capacity"}, "relieve crowded schools"),
        ({"minimize": "burden_gap", "measure": "long_rides", "over": 30}, "let no group carry more of the long rides than everyone"),
        ({"minimize": "long_rides", "over": 30}, "avoid trips over 30 min"),
        ({"minimize": "out_of_utilization", "min": 0.8, "max": 1}, "fill every school between 80 % and 100 %"),
        ({"minimize": "out_of_utilization", "max": 1}, "fill every school to at most 100 %"),
        ({"minimize": "cut_edges"}, "separate few neighbors"),
    ],
)
def test_a_goal_in_words(goal, words):
    assert plain(goal_asks(Goal.model_validate(goal), "min", ENGLISH)) == words


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"capacity": {"min": 0.7, "max": 1.05}}, "every school between 70 % and 105 % of its seats"),
        ({"capacity": {"max": 1.15, "of": "current"}}, "no school above 115 % of today's enrollment"),
        ({"capacity": {"min": 0.5}}, "every school filled to at least 50 % of its seats"),
        ({"travel": {"max": 40}}, "no trip over 40 min"),
        ({"shape": {"max_boundary_increase": 0, "each_school": 0.25}}, "borders between zones are no longer than today's"),
        ({"shape": {"max_boundary_increase": 0.1, "each_school": 0}}, "no zone's border is longer than today's"),
        ({"travel": {"max_increase": 0.5}}, "no trip more than 50 % longer than today's"),
        ({"travel": {"always_within": 10}}, "trips up to 10 min always allowed"),
        ({"travel": {"max": 40}}, "any unit may keep today's school"),
        ({"contiguity": {"method": "exact", "islands": "keep"}}, "every zone in one piece with its school, today's islands may stay"),
        ({"contiguity": {"method": "none"}}, "zones may fall into pieces"),
        ({"school_in_own_zone": False}, "a school's own unit may go to another school"),
        ({"locked": {"units": ["1"], "schools": ["a", "b"]}}, "1 unit and 2 zones locked as today"),
        ({"assign": {"1": "a", "2": "b"}}, "2 units assigned by hand"),
        ({"forbid": [["1", "a"]]}, "1 pair of unit and school forbidden"),
        ({"reassigned": {"max_share": 0.2}}, "at most 20 % of students change schools"),
        ({"reassigned": {"groups": {"poor": 0.1}}}, "at most 10 % of poor students change schools"),
        ({"reassigned": {"each_school": 0.3}}, "at most 30 % of a school's students leave it"),
        ({"capacity": {"max": 1, "portables": True}}, "no school above 100 % of its seats, portable seats on top"),
        ({"travel": {"modes": {"walk": {"max": 20}, "bus": {"max_increase": 0.5}}}}, "no bus ride more than 50 % longer than today's"),
        ({"walk": {"guarantee": "any"}}, "who can walk to a school gets one to walk to"),
        ({"nearest": {"within": 2}}, "who lives within 2 min of the nearest school goes there"),
        ({"no_crossing": {"today": "keep"}}, "nobody is sent across a barrier, but for those who are today"),
        ({"protected": {"units": ["1"]}}, "protected units (1 unit) are not moved"),
        ({"not_again": {"column": "c", "years": 5, "year": 2027}}, "nobody who was moved within 5 years before 2027 is moved again"),
        ({"keep_together": [["1", "2"]]}, "units of 1 listed group stay together"),
        ({"keep_together": {"column": "ward"}}, "units of one ward stay together"),
        ({"unity": {"min_share": 0.5}}, "who changes schools does so with at least 50 % of the neighbors in the same zone"),
        (
            {"phase_in": [{"year": 2027, "stay": {"5": 1, "4": 0.5}}]},
            "in 2027 100 % of grade 5, 50 % of grade 4 may finish where they are, and every school still fits",
        ),
        ({"bands": [{"group": "poor", "within": 0.15}]}, "in every school the share of poor students is within 15 points of the district's"),
        (
            {"bands": [{"group": "poor", "target": 0.5, "within": 0.1, "relative": True, "schools": ["a"], "soft": True}]},
            "aimed at: in 1 school the share of poor students is within 10 % of 50 %",
        ),
        (
            {"bands": [{"index": "ses", "preset": "jcps_index"}]},
            "in every school the mean of ses is from 1.4 to 2.5 (jcps_index: Jefferson County, Kentucky: the average of the areas' codes 1 to 3 "
            "lies from 1.4 to 2.5; configuration, not legal advice)",
        ),
        ({"isolation": [{"group": "poor", "above": 0.75}]}, "no new school with more than 75 % poor students"),
        (
            {"burden": [{"group": "poor", "measure": "long_rides", "over": 30, "max_ratio": 1.1}]},
            "of the burden (long rides, over 30 min), poor students carry at most 1.1 times what everyone carries",
        ),
        (
            {"burden": [{"group": "poor", "measure": "added_travel", "max_extra": 1}]},
            "of the burden (added travel), poor students carry at most 1 min more than everyone",
        ),
        (
            {"flow_balance": [{"column": "area", "between": ["north", "south"], "ways": "one"}]},
            "between north and south (area), counting students, north does not send more than 1.5 times what it gets",
        ),
    ],
)
def test_a_rule_in_words(rules, words):
    assert words in map(plain, rules_words(Rules.model_validate(rules), "min", ENGLISH))


def test_who_moves():
    counts = {"students": 3120, "units": 612, "moved_units": 57, "moved_students": 412.0}
    assert plain(moved_words(counts)) == "About 412 of 3,120 students (13.2 %) would be zoned to a different school, 57 of 612 units."
    assert moved_words({**counts, "moved_units": 0}) == "Nobody changes schools."


@pytest.mark.parametrize("detached", [2, 40])
def test_a_list_that_is_cut_short_hides_no_rule(detached):
    broken = [{"rule": "contiguity", "message": f"piece {k}"} for k in range(detached)] + [{"rule": "shape", "message": "long"}]
    out = io.StringIO()
    violations(Console(file=out), "plan", {"passed": False, "violations": broken})
    assert "long" in out.getvalue()
    assert sorted(messages({"violations": broken})) == sorted(one["message"] for one in broken)
    assert messages({"violations": broken})[:2] == (["piece 0", "long"] if detached == 40 else ["piece 0", "piece 1"])
