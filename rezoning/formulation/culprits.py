"""Which rules are to blame for what arithmetic finds: those without which it would not be so. A cure names these, and no rule that is innocent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rezoning.district.district import District
from rezoning.errors import Infeasible
from rezoning.formulation.admissible import RULES, school_in_own_zone
from rezoning.formulation.formulation import Pairs
from rezoning.formulation.presolve import presolved
from rezoning.scenario.schema import Rules, Scenario

Mended = Callable[[Pairs, Scenario], bool]
"""Whether something is well, in the pairs of a scenario without some rules."""

SUSPECTS = (*(rule.__name__ for rule in RULES if rule is not school_in_own_zone), "keep_together", "shape", "capacity")
NOT_SAID = {"school_in_own_zone": False}  # what every scenario has; to blame where nothing else is


@dataclass
class Culprits:
    """Tries a question without the rules that say which schools units may have.

    Parameters
    ----------
    district, scenario
        What was asked.
    """

    district: District
    scenario: Scenario
    _known: dict[tuple[str, ...], Pairs | None] = field(default_factory=dict, repr=False)

    def loosen(self, is_mended: Mended, but: str = "") -> str:
        """``loosen rules.locked or rules.walk``, each of which is enough; ``loosen rules.a and rules.b together``; empty where no rule is to blame.

        Parameters
        ----------
        is_mended
            Asked of the question without some rules.
        but
            A rule that is not to be blamed: the one that is broken.
        """
        said = self.scenario.rules
        there = [key for key in SUSPECTS if key != but and getattr(said, key) not in (None, (), {})]
        alone = [key for key in there if self._mends((key,), is_mended)]
        if alone:
            return f"loosen {_listed(alone, 'or')}"
        together = tuple(there)
        if len(together) > 1 and self._mends(together, is_mended):
            for key in there:
                rest = tuple(other for other in together if other != key)
                together = rest if self._mends(rest, is_mended) else together
            return f"loosen {_listed(together, 'and')} together"
        last = [key for key, value in NOT_SAID.items() if getattr(said, key) is not value and self._mends((key,), is_mended)]
        return f"give up {_listed(last, 'or')}" if last else ""

    def _mends(self, keys: tuple[str, ...], is_mended: Mended) -> bool:
        scenario = self._without(keys)
        if keys not in self._known:
            try:
                self._known[keys] = presolved(self.district, scenario)[0].pairs()
            except Infeasible:
                self._known[keys] = None
        pairs = self._known[keys]
        return pairs is not None and is_mended(pairs, scenario)

    def _without(self, keys: tuple[str, ...]) -> Scenario:
        defaults = {key: NOT_SAID.get(key, getattr(Rules(), key)) for key in keys}
        return self.scenario.model_copy(update={"rules": self.scenario.rules.model_copy(update=defaults)})


def cure(first: str, loosen: str) -> str:
    """As in ``Raise it, or loosen rules.locked``, a sentence."""
    return f"{first}, or {loosen}." if loosen else f"{first}."


def _listed(keys: Sequence[str], word: str) -> str:
    names = [f"rules.{key}" for key in keys]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"
