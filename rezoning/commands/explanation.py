"""Why the rules of a scenario leave no plan, and what would let one exist."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rezoning.commands.run import ask, read_district, read_scenario
from rezoning.optimize.interrupts import interruptible
from rezoning.optimize.solvers.apart import warm_up
from rezoning.runs.directory import EXPLANATION, check_place, check_what_is_there, written_whole
from rezoning.runs.files import put_explanation, put_question
from rezoning.scenario.levels import check_one_level
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.explaining import Explanation


@interruptible
def explain(
    scenario: Scenario | str | Path,
    out: str | Path | None = None,
    *,
    seconds: float | None = None,
    overrides: Sequence[str] = (),
    replace: bool = False,
    stop: threading.Event | None = None,
    with_prices: bool = False,
) -> Explanation:
    """Say whether the rules leave a plan and, where they do not, the smallest changes that let one exist.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    out
        Directory for explanation.json and, for each relaxation, a scenario to run; nothing is written when left out.
    seconds
        About how long it may take, reading not counted, 40 when left out; small districts take less.
    overrides
        ``key=value`` settings that win over the file, for a path.
    replace
        Whether an explanation of another scenario that stands at `out` may be replaced.
    stop
        When set, the explanation ends with what it has.
    with_prices
        Where a plan exists: say what each rule, and each finding in `rules.statement`, costs the first goal.

    Raises
    ------
    ScenarioError, DataError
        When scenario or data are bad.
    OutputError
        When `out` cannot be written, or holds what must stay.
    """
    from rezoning.explaining import SECONDS
    from rezoning.explaining import explain as explained

    asked = read_scenario(scenario, overrides)
    if with_prices:
        check_one_level(asked, "rezoning explain --prices")
    if out is not None:
        check_place(Path(out), EXPLANATION, asked.name, replace=replace)
    warm_up()
    found = explained(ask(asked, read_district(asked)), SECONDS if seconds is None else seconds, stop, with_prices=with_prices)
    if out is not None:
        _write(Path(out), found, asked, replace=replace)
    return found


def _write(place: Path, found: Explanation, scenario: Scenario, *, replace: bool) -> None:
    """explanation.json and the scenarios that its relaxations make, whole or not at all."""
    with written_whole(place, partial(check_what_is_there, place, EXPLANATION, scenario.name, replace=replace)) as directory:
        put_question(directory, scenario, place)
        put_explanation(directory, found.to_record())
