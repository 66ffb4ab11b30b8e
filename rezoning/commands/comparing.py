"""Plans beside each other: read, audited, measured, and put in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.commands.evaluation import comparison, evaluate_plans, write_comparison
from rezoning.commands.run import read_district, read_scenario
from rezoning.district.plans.how import PLAINLY, PlanReading
from rezoning.errors import DataError
from rezoning.runs.directory import COMPARISON, check_place
from rezoning.runs.option import Option
from rezoning.scenario.display import Displayed, display
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Comparison(Displayed):
    """Plans beside each other.

    Parameters
    ----------
    scenario
        Whose rules and goals judge them.
    options
        The plans, in the order given.
    document
        The content of compare.json.
    refused
        Why page and workbook were not written, where they would give numbers of few students away; None where nothing was refused.
    """

    scenario: Scenario
    options: tuple[Option, ...]
    document: dict[str, Any]
    refused: DataError | None = None

    def __repr__(self) -> str:
        return f"<Comparison: {', '.join(option.name for option in self.options)}; {len(self.document['rows']):,} rows>"

    def to_frame(self) -> pd.DataFrame:
        """Every number of compare.csv.

        Returns
        -------
        DataFrame
            A row for each goal, the broken rules and each measure, by its name, ``dissimilarity[low_income]``; ``today``, a column for each plan by
            its key (`Option.key`), ``nearest``.
        """
        frame: pd.DataFrame = display(self).frame(self)
        return frame


def compare(
    scenario: Scenario | str | Path,
    plans: Sequence[str | Path],
    out: str | Path | None = None,
    *,
    how: PlanReading = PLAINLY,
    overrides: Sequence[str] = (),
    replace: bool = False,
) -> Comparison:
    """Put plans side by side, today's zones first; nothing is solved.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    plans
        Plan files of any kind, or run directories.
    out
        Directory for compare.json, compare.csv, a page, a workbook and every changed unit; nothing is written when left out.
    how
        What the plan files do not say by themselves.
    overrides
        ``key=value`` settings that win over the file, for a path.
    replace
        Whether a comparison of another scenario that stands at `out` may be replaced.

    Raises
    ------
    ScenarioError, DataError
        When scenario or data are bad, or a file does not give every unit exactly one school: all files' problems at once.
    OutputError
        When `out` cannot be written, or holds what must stay.
    """
    asked = read_scenario(scenario, overrides)
    if out is not None:
        check_place(Path(out), COMPARISON, asked.name, replace=replace)
    district = read_district(asked)
    options = evaluate_plans(asked, district, [Path(plan) for plan in plans], how)
    document = comparison(asked, district, options)
    refused = None if out is None else write_comparison(Path(out), document, options, replace=replace)
    return Comparison(asked, tuple(options), document, refused)
