"""From a scenario to its diagnosis."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rezoning.commands.diagnosis.diagnosed import Diagnosed
from rezoning.commands.diagnosis.floors import SECONDS, floors
from rezoning.commands.diagnosis.record import diagnosis_record
from rezoning.commands.diagnosis.writing import place_of, write_diagnosis
from rezoning.commands.run import read_district, read_scenario
from rezoning.errors import Problem, ScenarioError
from rezoning.optimize.interrupts import interruptible
from rezoning.runs.question import DONE, INTERRUPTED
from rezoning.scenario.levels import check_one_level
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District, Floats


@interruptible
def diagnose(
    scenario: Scenario | str | Path,
    out: str | Path | None = None,
    *,
    seconds: float | None = None,
    overrides: Sequence[str] = (),
    replace: bool = False,
    stop: threading.Event | None = None,
) -> Diagnosed:
    """Look at today's zones: no other ones are sought.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    out
        Directory for diagnosis.html (which hides numbers of few students) and diagnosis.json (which has all); nothing is written when left out.
    seconds
        How long it may look for what no zones go below, all groups together; 30 when left out, 0 for not at all.
    overrides
        ``key=value`` settings that win over the file, for a path.
    replace
        Whether a diagnosis of another scenario that stands at `out` may be replaced.
    stop
        When set, no further floor is looked for; the document's `exit_code` is that of an interruption then.

    Raises
    ------
    ScenarioError, DataError
        When scenario or data are bad, or there are no zones of today.
    OutputError
        When `out` cannot be written, or holds what must stay.
    """
    from rezoning.auditing.capacity import seats_allowed
    from rezoning.district.questions import problems
    from rezoning.errors import Problems
    from rezoning.metrics.diagnosis import diagnose as measured
    from rezoning.metrics.measure import visible
    from rezoning.metrics.zones import today_zones

    asked = read_scenario(scenario, overrides)
    check_one_level(asked, "rezoning diagnose")
    place = None if out is None else place_of(asked, Path(out), replace=replace)
    district = read_district(asked)
    zones = today_zones(visible(district, asked))
    if zones is None:
        cure = "Name the column of units that holds today's school, or give a file of today's zones."
        raise ScenarioError(Problem("data.units.current_school", "a diagnosis is of today's zones, and the scenario has none.", cure))
    found = Problems()
    found.extend(problems(district, asked.rules, asked.goals))
    found.raise_as(ScenarioError)
    diagnosis = measured(zones, asked, seats_allowed(asked.rules.capacity, district), _least(asked, district))
    known = {name: now for name in diagnosis.chosen if (now := diagnosis.residence[name].today) is not None}
    proven = floors(district, asked, known, SECONDS if seconds is None else seconds, stop)
    code = INTERRUPTED if stop is not None and stop.is_set() else DONE
    done = Diagnosed(asked, district, diagnosis, proven, diagnosis_record(asked, district, diagnosis, proven, code))
    return done if place is None else dataclasses.replace(done, refused=write_diagnosis(place, done, replace=replace))


def _least(scenario: Scenario, district: District) -> Floats | None:
    """Fewest students that each open school may hold by the rules, shape (m,); None where no rule says so in seats."""
    rule, seats = scenario.rules.capacity, district.capacity
    if rule is None or seats is None or rule.of != "capacity":
        return None
    shares = np.array([rule.limits(text)[0] for text in district.school_ids])
    return shares * seats if shares.any() else None
