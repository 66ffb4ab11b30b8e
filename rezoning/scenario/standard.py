"""What findings that are rules hold a plan to: the settings of the statement, and which groups it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rezoning.scenario.policy import hidden_groups
from rezoning.scenario.reporting import Statement
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Standard:
    """The thresholds of `report.statement`, as the rules read them.

    Parameters
    ----------
    settings
        The section `report.statement`.
    hidden
        Groups that `attributes` excludes: no finding is about them.
    """

    settings: Statement = field(default_factory=Statement)
    hidden: frozenset[str] = frozenset()

    @classmethod
    def of(cls, scenario: Scenario) -> Standard:
        """A scenario's."""
        return cls(scenario.report.statement, hidden_groups(scenario))

    def judged(self, groups: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
        """Of the groups of a district those that findings are about: with enough students, and not hidden."""
        return {name: group for name, group in groups.items() if name not in self.hidden and group.sum() >= self.settings.min_students}
