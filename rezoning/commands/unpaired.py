"""What is not known of schools that are paired yet: it is refused in words, and never answered as if every school had a zone."""

from __future__ import annotations

from rezoning.errors import PairingError, Problem
from rezoning.scenario.schema import Scenario


def refuse_pairing(scenario: Scenario, what: str, cure: str) -> None:
    """Refuse a scenario that pairs schools.

    Parameters
    ----------
    what
        What is asked, as the beginning of a sentence.
    cure
        What to do instead.

    Raises
    ------
    PairingError
        The scenario pairs schools.
    """
    if scenario.pairing is not None:
        raise PairingError(Problem(scenario.pairing.place(), f"{what} is not known for schools that share zones and grades.", cure))
