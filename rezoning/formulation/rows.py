"""The table of contents of rules that become rows, choices of which one must hold, and limits on what goals measure."""

from __future__ import annotations

from collections.abc import Callable

from rezoning.district.district import District
from rezoning.formulation import bands, budgets, burden, growth, openings, rules, shape, sites, statement, statement_mix, while_open
from rezoning.formulation.formulation import Either, Held, Pairs, Rows
from rezoning.scenario.schema import Scenario

ROW_RULES: tuple[Callable[[Pairs, District, Scenario], Rows | None], ...] = (
    rules.capacity, growth.growth, *budgets.ROWS, *bands.ROWS, *burden.ROWS, rules.unity, statement.statement, *openings.ROWS,
    sites.open_sites, while_open.while_open,
)  # fmt: skip
CHOICE_RULES: tuple[Callable[[Pairs, District, Scenario], list[Either]], ...] = (
    bands.band_choices, burden.burden_choices, statement.statement_choices,
)  # fmt: skip
LIMIT_RULES: tuple[Callable[[Pairs, District, Scenario], list[Held]], ...] = (shape.border_limits, statement_mix.statement_limits)
