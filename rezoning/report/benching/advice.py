"""Which setting serves, and how sure that is with so few seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

from rezoning.report.benching.comparison import Comparison, Cost
from rezoning.report.benching.scores import ratio_of_means, shifted_mean
from rezoning.report.language import Language

SURE = 0.05
ALIKE = 1e-6  # seconds: two integrals that differ by less are the same


@dataclass(frozen=True)
class Advice:
    """The setting with the least mean cost, pair by pair against the default, which one would use without asking; the default against the next.

    Parameters
    ----------
    best, other
        Names; the other is what the best is held against.
    wins, losses, ties
        Pairs of an instance and a seed in which the best has less, more, the same.
    ratio
        Geometric mean of its cost over the other's.
    chance
        That one of two settings that are worth the same is ahead so often or more, by a two-sided sign test; 1 where all are ties.
    """

    best: str
    other: str
    wins: int
    losses: int
    ties: int
    ratio: float
    chance: float

    @property
    def is_sure(self) -> bool:
        """Whether chance would hardly do that."""
        return self.chance <= SURE

    def to_record(self) -> dict[str, Any]:
        """As plain values."""
        return {**vars(self), "is_sure": self.is_sure}


def advised(found: Comparison, cost: Cost, settings: Sequence[str]) -> Advice | None:
    """The setting of some with the least shifted geometric mean of a cost; None where there are not two to compare, or nothing to compare them on."""
    costs = {name: [cost(trial) for trial in found.of(name)] for name in settings}
    if len(costs) < 2 or not found.cells:
        return None
    order = sorted(costs, key=lambda name: shifted_mean(costs[name], found.seconds))  # the default first where two are alike
    best = order[0]
    other = order[1] if best == settings[0] else settings[0]
    less = [a - b for a, b in zip(costs[best], costs[other], strict=True)]
    wins, losses = sum(one < -ALIKE for one in less), sum(one > ALIKE for one in less)
    ratio = ratio_of_means(costs[best], costs[other], found.seconds)
    return Advice(best, other, wins, losses, len(less) - wins - losses, ratio, sign_test(wins, losses))


def sign_test(wins: int, losses: int) -> float:
    """Probability that fair coins fall at least so unevenly, to either side."""
    count, most = wins + losses, max(wins, losses)
    tail = sum(comb(count, k) for k in range(most, count + 1))
    return min(1.0, 2.0 * tail / float(2**count))


def advice_words(found: Comparison, language: Language) -> list[str]:
    """What to use for plan and bound together, what for the plan alone, and how sure that is."""
    same = [name for name in found.settings if name not in found.others]
    both, plan = advised(found, found.both, same), advised(found, found.primal, same)
    if both is None or plan is None:
        return [language.text("benching.advice_none")]
    said = _first_of_all(both, "both", found, language)
    if all(found.both(trial) >= found.seconds - ALIKE for name in same for trial in found.of(name)):
        said = [language.text("benching.advice_unproven")]
    elif plan.best == both.best:
        return [*said, language.text("benching.advice_plan_too", setting=plan.best), language.text("benching.advice_several")]
    return [*said, *_first_of_all(plan, "plan", found, language), language.text("benching.advice_several")]


def _first_of_all(one: Advice, what: str, found: Comparison, language: Language) -> list[str]:
    """What to use: what came out first where that is sure or nothing else than the default, else the default."""
    is_kept = one.best == found.settings[0]
    key = "advice" if one.is_sure or is_kept else "first"
    return [language.text(f"benching.{key}_{what}", setting=one.best, default=found.settings[0]), _how_sure(one, language)]


def _how_sure(one: Advice, language: Language) -> str:
    if one.wins + one.losses == 0:
        return language.text("benching.sure_alike", other=one.other)
    key = "benching.sure" if one.is_sure else "benching.unsure"
    counts = {"wins": language.count(one.wins), "pairs": language.count(one.wins + one.losses + one.ties)}
    less = language.percent(max(1 - one.ratio, 0.0), 0)
    return language.text(
        key, setting=one.best, other=one.other, less=less, chance=language.percent(one.chance, 0 if one.chance >= 0.01 else 1), **counts
    )
