import pytest

from rezoning.report.words import amount, goal_name, goal_words, moved_words, proof, rule_keys, rules_words
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
    ],
)
def test_a_goal_in_words(goal, words):
    assert goal_words(Goal.model_validate(goal)) == words


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"capacity": {"min": 0.7, "max": 1.05}}, "every school between 70 % and 105 % of its seats"),
        ({"capacity": {"max": 1.15, "of": "current"}}, "no school above 115 % of today's enrollment"),
        ({"capacity": {"min": 0.5}}, "every school filled to at least 50 % of its seats"),
        ({"travel": {"max": 40}}, "no trip over 40 min"),
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
    ],
)
def test_a_rule_in_words(rules, words):
    assert words in rules_words(Rules.model_validate(rules))


def test_only_rules_that_the_scenario_has_are_offered_for_loosening():
    assert rule_keys(Rules.model_validate({"capacity": {"max": 1}, "contiguity": {"method": "none"}})) == ["rules.capacity"]


def goal(value, bound, gap, today=0.337, minimize="dissimilarity"):
    group = "poor" if minimize == "dissimilarity" else None
    return {"minimize": minimize, "group": group, "value": value, "bound": bound, "gap": gap, "today": today}


def test_an_open_gap_says_what_no_plan_can_reach():
    assert proof(goal(0.205, 0.181, 0.117)) == "No plan within these rules can go below 0.181; this one reaches 0.205 (today 0.337)."


def test_a_closed_gap_is_proven():
    assert proof(goal(0.205, 0.205, 0.0)) == "This plan reaches 0.205 (today 0.337), and no plan within these rules can go below that."


def test_no_bound_is_no_proof():
    assert proof(goal(0.205, None, None, None)) == "This plan reaches 0.205; how much better a plan could be is not proven."


def test_a_later_goal_is_bounded_within_the_goals_before():
    said = proof(goal(0.1, 0.05, 0.5, None, "reassigned"), comes_after=True)
    assert said == "No plan within these rules and the goals before can go below 5.0 %; this one reaches 10.0 %."


def test_value_and_bound_that_differ_never_look_the_same():
    said = proof(goal(0.03221, 0.03217, 0.001))
    assert said == "No plan within these rules can go below 0.03217; this one reaches 0.03221 (today 0.337)."


@pytest.mark.parametrize(
    ("minimize", "value", "text"),
    [
        ("dissimilarity", 0.2054, "0.205"),
        ("reassigned", 0.1234, "12.3 %"),
        ("travel", 7.416, "7.42 km"),
        ("imbalance", -1e-17, "0.000"),
        ("travel", None, "–"),
    ],
)
def test_amounts_have_their_units(minimize, value, text):
    assert amount(minimize, value, "km") == text


def test_names_of_goals():
    assert [goal_name(goal(0, 0, 0, minimize=name)) for name in ("dissimilarity", "reassigned", "travel", "over_capacity", "imbalance")] == [
        "dissimilarity of poor",
        "students who change schools",
        "mean travel",
        "students above capacity",
        "imbalance of groups",
    ]


def test_who_moves():
    counts = {"students": 3120, "units": 612, "moved_units": 57, "moved_students": 412.0}
    assert moved_words(counts) == "About 412 of 3,120 students (13.2 %) would be zoned to a different school, 57 of 612 units."
    assert moved_words({**counts, "moved_units": 0}) == "Nobody changes schools."
