"""Why the rules of a scenario leave no plan, and what would let one exist."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rezoning.commands.run import ask, read_district, read_scenario
from rezoning.optimize.solvers.apart import warm_up
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.explaining import Explanation


def explain(
    scenario: Scenario | str | Path,
    *,
    seconds: float | None = None,
    overrides: Sequence[str] = (),
    stop: threading.Event | None = None,
    with_prices: bool = False,
) -> Explanation:
    """Say whether the rules leave a plan and, where they do not, the smallest changes that let one exist; nothing is written.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    seconds
        About how long it may take, reading not counted, 40 when left out; small districts take less.
    overrides
        ``key=value`` settings that win over the file, for a path.
    stop
        When set, the explanation ends with what it has.
    with_prices
        Where a plan exists: say what each rule, and each finding in `rules.statement`, costs the first goal.

    Raises
    ------
    ScenarioError, DataError
        When scenario or data are bad.
    """
    from rezoning.explaining import SECONDS
    from rezoning.explaining import explain as explained

    asked = read_scenario(scenario, overrides)
    warm_up()
    return explained(ask(asked, read_district(asked)), SECONDS if seconds is None else seconds, stop, with_prices=with_prices)
