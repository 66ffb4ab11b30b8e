"""What to use, and how sure that is."""

import pytest
from benching_cases import comparison, trial

from rezoning.report.benching.advice import advice_words, advised, sign_test
from rezoning.report.language import ENGLISH


def runs(setting, at, count):
    """Runs whose plan and bound meet after some seconds."""
    return [trial(setting, seed, steps=[(at, 1.0, 1.0)], value=1.0, bound=1.0, status="optimal") for seed in range(count)]


@pytest.mark.parametrize(("wins", "losses", "chance"), [(0, 0, 1.0), (3, 0, 0.25), (2, 1, 1.0), (8, 0, 2 / 256), (9, 1, 22 / 1024)])
def test_the_sign_test_is_that_of_fair_coins(wins, losses, chance):
    assert sign_test(wins, losses) == pytest.approx(chance)


def test_three_seeds_make_nobody_sure():
    found = comparison(*runs("default", 4.0, 3), *runs("fast", 1.0, 3))
    one = advised(found, found.both, ["default", "fast"])
    assert (one.best, one.other, one.wins, one.losses, one.ties) == ("fast", "default", 3, 0, 0)
    assert one.ratio == pytest.approx(2 / 5)
    assert not one.is_sure
    said = " ".join(advice_words(found, ENGLISH)).replace("\u202f", " ")
    assert "fast came out first, which is no reason yet to leave default" in said
    assert "fast is ahead of default in 3 of 3 runs, by 60 % in the mean" in said
    assert "in 25 % of cases, so it is not sure" in said


def test_many_seeds_do():
    found = comparison(*runs("default", 4.0, 8), *runs("fast", 1.0, 8))
    assert advised(found, found.both, ["default", "fast"]).is_sure
    said = advice_words(found, ENGLISH)
    assert "use fast" in said[0]
    assert "fairly sure" in said[1]


def test_what_comes_first_is_held_against_the_default_and_the_default_against_the_next():
    three = comparison(*runs("default", 4.0, 3), *runs("fast", 1.0, 3), *runs("middle", 2.0, 3))
    assert (advised(three, three.both, three.settings).best, advised(three, three.both, three.settings).other) == ("fast", "default")
    other = comparison(*runs("default", 1.0, 3), *runs("slow", 4.0, 3), *runs("middle", 2.0, 3))
    assert (advised(other, other.both, other.settings).best, advised(other, other.both, other.settings).other) == ("default", "middle")
    assert "use default" in advice_words(other, ENGLISH)[0]


def test_nothing_proven_is_said_and_the_plan_still_counts():
    plans = [trial(name, seed, steps=[(at, 1.0, None)]) for name, at in (("default", 2.0), ("quick", 1.0)) for seed in range(3)]
    said = advice_words(comparison(*plans), ENGLISH)
    assert "proven anything" in said[0]
    assert "quick came out first" in said[1]


def test_settings_that_ask_otherwise_are_never_advised():
    found = comparison(*runs("default", 4.0, 3), *(trial("free", seed, steps=[(0.1, 0.0, 0.0)], is_same_question=False) for seed in range(3)))
    assert "nothing to compare" in advice_words(found, ENGLISH)[0]
