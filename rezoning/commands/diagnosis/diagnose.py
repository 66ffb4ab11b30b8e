"""From a scenario to its diagnosis."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.commands.diagnosis.floors import SECONDS, Floor, floors
from rezoning.commands.diagnosis.record import diagnosis_record
from rezoning.commands.run import read_district, read_scenario
from rezoning.errors import Problem, ScenarioError
from rezoning.runs.question import DONE, INTERRUPTED
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District, Floats
    from rezoning.metrics.diagnosis import Diagnosis


@dataclass(frozen=True, eq=False)
class Diagnosed:
    """A scenario's district with the diagnosis of today's zones.

    Parameters
    ----------
    scenario, district
        What was read.
    diagnosis
        What was measured.
    floors
        Group to what is proven of it; groups that zones may not be drawn for have none.
    record
        The document of ``--json``, with every number: not for publication.
    """

    scenario: Scenario
    district: District
    diagnosis: Diagnosis
    floors: dict[str, Floor]
    record: dict[str, Any]

    def __repr__(self) -> str:
        found = self.diagnosis
        return f"<Diagnosed: {self.scenario.name}, {len(found.beside)} pairs of neighboring schools, {len(found.islands)} islands>"


def diagnose(
    scenario: Scenario | str | Path, *, seconds: float | None = None, overrides: Sequence[str] = (), stop: threading.Event | None = None
) -> Diagnosed:
    """Look at today's zones: no other ones are sought, and nothing is written.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    seconds
        How long it may look for what no zones go below, all groups together; 30 when left out, 0 for not at all.
    overrides
        ``key=value`` settings that win over the file, for a path.
    stop
        When set, no further floor is looked for; the document's `exit_code` is that of an interruption then.

    Raises
    ------
    ScenarioError, DataError
        When scenario or data are bad, or there are no zones of today.
    """
    from rezoning.auditing.capacity import seats_allowed
    from rezoning.district.questions import problems
    from rezoning.errors import Problems
    from rezoning.metrics.diagnosis import diagnose as measured
    from rezoning.metrics.measure import visible
    from rezoning.metrics.zones import today_zones

    asked = read_scenario(scenario, overrides)
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
    return Diagnosed(asked, district, diagnosis, proven, diagnosis_record(asked, district, diagnosis, proven, code))


def _least(scenario: Scenario, district: District) -> Floats | None:
    """Fewest students that each open school may hold by the rules, shape (m,); None where no rule says so in seats."""
    rule, seats = scenario.rules.capacity, district.capacity
    if rule is None or seats is None or rule.of != "capacity":
        return None
    shares = np.array([rule.limits(text)[0] for text in district.school_ids])
    return shares * seats if shares.any() else None
