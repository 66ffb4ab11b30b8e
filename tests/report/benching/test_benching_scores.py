"""Scores of runs, against values worked out by hand."""

import math

import pytest
from benching_cases import trial

from rezoning.report.benching import scores


def test_shifted_mean_is_that_of_the_definition():
    # (3 + 1)(8 + 1)(0 + 1) = 36, its cube root less 1
    assert scores.shifted_mean([3.0, 8.0, 0.0], 20.0) == pytest.approx(36 ** (1 / 3) - 1)


def test_what_was_not_reached_counts_as_the_limit_and_ten_times_it():
    assert scores.shifted_mean([math.inf, 20.0], 20.0) == pytest.approx(20.0)
    assert scores.par10([math.inf, 5.0, 1.0], 20.0) == pytest.approx((200 + 5 + 1) / 3)
    assert math.isnan(scores.par10([], 20.0))
    assert math.isnan(scores.shifted_mean([], 20.0))


def test_ratio_of_means_goes_pair_by_pair():
    # (1 + 1)/(3 + 1) and (7 + 1)/(1 + 1): sqrt(1/2 * 4)
    assert scores.ratio_of_means([1.0, 7.0], [3.0, 1.0], 20.0) == pytest.approx(math.sqrt(2))
    assert scores.ratio_of_means([math.inf], [math.inf], 20.0) == pytest.approx(1.0)


def test_profiles_step_up_at_ratios_to_the_least():
    # problem by problem least 1, 2, none: a has ratios 1 and 2, b has 4 and 1, both fail the third
    found = scores.profiles({"a": [1.0, 4.0, math.inf], "b": [4.0, 2.0, math.inf]})
    assert found == {"a": [(1.0, 1 / 3), (2.0, 2 / 3)], "b": [(1.0, 1 / 3), (4.0, 2 / 3)]}


def test_a_profile_that_wins_nowhere_begins_at_nothing():
    found = scores.profiles({"a": [1.0], "b": [3.0]}, shift=1.0)
    assert found["b"] == [(1.0, 0.0), (2.0, 1.0)]


def test_integrals_are_areas_of_gaps():
    run = trial(steps=[(1.0, 4.0, None), (2.0, 2.0, 1.0), (3.0, 2.0, 2.0)], value=2.0, bound=2.0, status="optimal")
    best = scores.best_values([run])
    # primal: 1 until 1 s, |2 - 4| / 4 until 2 s, then nothing; both: 1 until 2 s, 1/2 until 3 s
    assert scores.primal_integral(run, best, 10.0) == pytest.approx(1.0 + 0.5)
    assert scores.primal_dual_integral(run, 10.0) == pytest.approx(2.0 + 0.5)


def test_what_has_no_plan_is_settled_when_that_is_shown_and_not_before():
    none = trial(status="infeasible", value=None, bound=None, solve_seconds=3.0)
    assert scores.solved_seconds(none) == 3.0
    assert scores.primal_dual_integral(none, 10.0) == 3.0
    late = trial(status="no_plan", value=None, bound=None)
    assert math.isinf(scores.solved_seconds(late))
    assert scores.primal_dual_integral(late, 10.0) == 10.0


def test_a_target_is_near_the_best_that_is_known_and_somebody_may_know_better():
    run = trial(steps=[(0.5, 1.5, None), (2.0, 1.009, None)], value=1.009)
    other = trial(setting="b", steps=[(1.0, 1.0, None)], value=1.0)
    assert scores.target_seconds(run, scores.best_values([run, other])) == 2.0
    assert math.isinf(scores.target_seconds(run, scores.best_values([run, other], {"here": 0.5})))


def test_a_setting_that_asks_otherwise_has_a_best_of_its_own():
    run, free = trial(value=2.0), trial(setting="none", value=1.0, is_same_question=False)
    assert scores.best_values([run, free]) == {("here", ""): 2.0, ("here", "none"): 1.0}


def test_only_what_all_settings_were_run_on_is_compared():
    trials = [trial(setting=name, seed=seed) for name, seed in (("a", 0), ("b", 0), ("a", 1))]
    assert scores.cells(trials, ["a", "b"]) == [("here", 0)]


def test_the_middle_needs_more_than_half():
    assert scores.middle([1.0, 2.0, None]) == 2.0
    assert scores.middle([1.0, None]) is None
    assert scores.middle([]) is None
