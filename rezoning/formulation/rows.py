"""The table of contents of rules that become rows, and choices of which one must hold."""

from __future__ import annotations

from collections.abc import Callable

from rezoning.district.district import District
from rezoning.formulation import bands, budgets, burden, growth, rules
from rezoning.formulation.formulation import Either, Pairs, Rows
from rezoning.scenario.schema import Scenario

ROW_RULES: tuple[Callable[[Pairs, District, Scenario], Rows | None], ...] = (
    rules.capacity, growth.growth, *budgets.ROWS, *bands.ROWS, *burden.ROWS, rules.unity,
)  # fmt: skip
CHOICE_RULES: tuple[Callable[[Pairs, District, Scenario], list[Either]], ...] = (bands.band_choices, burden.burden_choices)
