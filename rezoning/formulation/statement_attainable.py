"""Findings that are rules and that no choice of admissible schools can meet, told before any solver."""

from __future__ import annotations

import numpy as np

from rezoning.district.column_values import numbers
from rezoning.district.district import District
from rezoning.errors import Problems
from rezoning.formulation.attainable import SLACK
from rezoning.formulation.culprits import Culprits, cure
from rezoning.formulation.formulation import Matrix, Pairs
from rezoning.formulation.statement import finding_of, statement
from rezoning.formulation.sums import least_activity
from rezoning.scenario.findings import MOVED_TWICE
from rezoning.scenario.schema import Scenario


def hopeless_findings(pairs: Pairs, district: District, scenario: Scenario, problems: Problems, culprits: Culprits) -> None:
    """Collect findings with a row that no choice of admissible schools can meet."""

    def lost(loose: Pairs, other: Scenario) -> dict[int, str]:
        """Findings with such a row, and what the first of them is called."""
        rows, found = statement(loose, district, other), dict[int, str]()
        for r, name in enumerate(() if rows is None else rows.names):
            assert rows is not None
            if finding_of(name) not in found and not _can_hold(loose, rows.matrix[[r]], rows.lower[r], rows.upper[r]):
                found[finding_of(name)] = name.subject
        return found

    for number, subject in lost(pairs, scenario).items():
        loosen = culprits.loosen(lambda loose, other, number=number: number not in lost(loose, other))  # type: ignore[misc]
        why = _closing(district, scenario) if number == MOVED_TWICE else ""
        said = cure(f"Leave finding {number} out of rules.statement", loosen)
        problems.add(scenario.rules.place("statement"), f"under the other rules no plan meets {subject}.{why}", said)


def _can_hold(pairs: Pairs, row: Matrix, lower: float, upper: float) -> bool:
    return least_activity(pairs, row) <= upper + SLACK and -least_activity(pairs, -row) >= lower - SLACK


def _closing(district: District, scenario: Scenario) -> str:
    """Who has to move a second time, for the school of today closes."""
    rule = scenario.rules.not_again
    assert rule is not None
    assert district.current is not None
    again = (numbers(district, rule.column) > rule.year - rule.years) & (district.current >= 0) & (district.stayable < 0)
    units = [f"'{district.unit_ids[u]}'" for u in np.flatnonzero(again)]
    return f" The school of today of {', '.join(units[:5])}{' and others' if len(units) > 5 else ''} closes." if units else ""
