"""What a diagnosis gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rezoning.commands.diagnosis.floors import Floor
from rezoning.errors import DataError
from rezoning.scenario.display import Displayed, display
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from rezoning.district.district import District
    from rezoning.metrics.diagnosis import Diagnosis


@dataclass(frozen=True, eq=False)
class Diagnosed(Displayed):
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
    refused
        Why its page was not written, where it would give numbers of few students away; None where nothing was refused.
    """

    scenario: Scenario
    district: District
    diagnosis: Diagnosis
    floors: dict[str, Floor]
    record: dict[str, Any]
    refused: DataError | None = None

    def __repr__(self) -> str:
        found = self.diagnosis
        return f"<Diagnosed: {self.scenario.name}, {len(found.beside)} pairs of neighboring schools, {len(found.islands)} islands>"

    def to_frame(self, of: Literal["borders", "capacity", "islands", "nearer", "bands", "pairings"] = "borders") -> pd.DataFrame:
        """A list of the document as a table: a row for each entry, its numbers as columns, those inside others with dots: ``difference.low_income``.

        Parameters
        ----------
        of
            ``borders``: neighboring schools, the most unequal first. ``capacity``: schools with their seats. ``islands``, ``nearer`` (other schools
            nearer by), ``bands`` and ``pairings`` likewise.
        """
        frame: pd.DataFrame = display(self).frame(self, of)
        return frame
