"""Finding 10, and the verdict."""

import numpy as np
import pytest
from judged import ONE, SWAP, TODAY, found, judged

from rezoning.equity import judge
from rezoning.equity.statement import Improvement

PRESENT = {"growth": {"same": np.full(4, 100.0)}, "programs": {"music": np.array([True, True])}}


def facts(case, measure):
    return [fact for fact in found(case, 10).facts if fact.measure == measure]


def test_a_large_change_is_not_chance():
    case = judged(SWAP)
    assert found(case, 10).status == "meets"
    assert facts(case, "not_higher")[0].plan == 1
    assert facts(case, "detectable")[0].plan == pytest.approx(-0.4)


def test_leaving_by_hand():
    """With a quarter of both middle units gone A has 90 + 22.5 of 175 and B 10 + 52.5: D = |112.5 / 175 - 62.5 / 175|."""
    whole, half = 50 / 175, (116.25 - 71.25) / 187.5
    leaving = facts(judged(SWAP), "when_leaving")
    assert [(fact.subject, fact.plan, fact.status) for fact in leaving] == [
        ("0.125", pytest.approx(half), None), ("0.25", pytest.approx(whole), "meets"),
    ]  # fmt: skip


def test_higher_for_sure_does_not_meet():
    assert found(judged(TODAY, current=np.array(SWAP)), 10).status == "does_not_meet"


def test_a_change_within_chance_is_uncertain():
    groups = {"poor": np.array([60.0, 50, 51, 40])}
    case = judged(SWAP, groups=groups)
    assert 0.1 < facts(case, "not_higher")[0].plan < 0.9
    assert found(case, 10).status == "uncertain"


def test_nobody_moves_and_nothing_can_be_higher():
    case = judged(TODAY)
    assert (found(case, 10).status, facts(case, "not_higher")[0].plan) == ("meets", 1)


def test_all_who_are_moved_leave():
    """Then A has 90 of 100 and B 10: D = 0.8, for sure above 0.6."""
    case = judged(SWAP, settings={"opt_out": 1.0})
    assert facts(case, "when_leaving")[-1].plan == pytest.approx(0.8)
    assert found(case, 10).status == "does_not_meet"


# -- the verdict -----------------------------------------------------------------------------------------------------


def test_a_plan_that_advances():
    said = judge(judged(SWAP, **PRESENT))
    assert (said.verdict, said.standing_in_the_way, said.judged, said.too_small) == ("meets", (), ("poor",), ())
    assert said.improvements[0].counts


def test_a_required_finding_that_fails_decides():
    said = judge(judged([0, 1, 1, 1], **PRESENT))  # B is over its seats, and the poor are moved more
    assert (said.verdict, said.standing_in_the_way) == ("does_not_meet", (5, 8))


def test_what_is_not_required_does_not():
    said = judge(judged(SWAP, settings={"required": (1, 2)}))
    assert said.verdict == "meets"


@pytest.mark.parametrize(("definition", "standing"), [("chance", (4,)), ("strict", (4, 7, 8))])
def test_a_required_finding_that_is_open_leaves_it_open(definition, standing):
    """There is room for the students of today, and no program to lose: strictly that is not enough, with an allowance for chance it is something."""
    said = judge(judged(SWAP, settings={"definition": definition, "required": (1, 4, 7, 8)}))
    assert (said.verdict, said.standing_in_the_way) == ("uncertain", standing)


def test_nothing_improves():
    said = judge(judged(TODAY, **PRESENT))
    assert (said.verdict, said.standing_in_the_way) == ("does_not_meet", ())


@pytest.mark.parametrize(("least", "verdict"), [(0.4 + 1e-6, "does_not_meet"), (0.3999, "meets")])
def test_the_least_improvement_that_counts(least, verdict):
    assert judge(judged(SWAP, settings={"min_change": least}, **PRESENT)).verdict == verdict


def test_without_groups_nothing_can_be_said():
    said = judge(judged(SWAP, groups={}, **PRESENT))
    assert (said.verdict, said.standing_in_the_way) == ("uncertain", (1, 2, 3, 5, 6))


def test_without_today_nothing_can_be_said():
    assert judge(judged(SWAP, current=None, **PRESENT)).verdict == "uncertain"


def test_too_small_groups_are_named():
    groups = {"poor": np.array([90.0, 70, 30, 10]), "few": np.array([20.0, 5, 2, 2]), "nobody": np.zeros(4)}
    said = judge(judged(SWAP, groups=groups))
    assert (said.judged, said.too_small) == (("poor",), ("few",))


@pytest.mark.parametrize(("change", "least", "counts"), [(-0.1, 0.1, True), (-0.1, 0.2, False), (0.0, 0.0, False), (0.1, 0.0, False)])
def test_an_improvement(change, least, counts):
    assert Improvement("poor", change, least).counts is counts


def test_every_index_can_be_chosen():
    for index, today in (("dissimilarity", 0.6), ("normalized_exposure", 0.36), ("isolation", 0.68), ("gini", 0.6)):
        fact = found(judged(ONE, settings={"index": index}), 1).facts[0]
        assert (fact.subject, fact.today) == (index, pytest.approx(today))
