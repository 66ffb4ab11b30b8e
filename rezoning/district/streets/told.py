"""What is said of trips along streets: where they come from, what was used, how far the streets are, and what is in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.district.checks import quoted
from rezoning.district.reading import counted
from rezoning.district.streets.network import Network
from rezoning.district.streets.places import Places
from rezoning.district.streets.speeds import Speeds
from rezoning.district.streets.trips import Snapped
from rezoning.district.streets.ways import Ways
from rezoning.errors import shown

if TYPE_CHECKING:
    from rezoning.scenario.streets import Streets

UNITS, SCHOOLS = 0, 1

FAR_M = 300.0
"""A unit or school farther than this from its street is named."""

LOST_M = 5_000.0
"""Nobody is taken to a street so far away; where most units are, the streets are of another place."""

MOST_CLASSES = 24
"""Classes that are told with their speeds."""

LOOSE = 0.05
"""Share of the streets that may hang together with the rest in no way before it is doubted."""


@dataclass(frozen=True, eq=False)
class Told:
    """Notes and warnings of one table of trips.

    Parameters
    ----------
    section, ways, speeds
        What was asked, and the lines with their speeds.
    whole, network
        Streets in use, and the part of them that hangs together.
    snapped
        Units, and schools, on the streets next to them.
    places
        Where they are.
    """

    section: Streets
    ways: Ways
    speeds: Speeds
    whole: Network
    network: Network
    snapped: tuple[Snapped, Snapped]
    places: Places

    @property
    def name(self) -> str:
        """The file's."""
        return self.section.path.name

    def notes(self) -> tuple[str, ...]:
        """Choices made, the first: where trips come from."""
        return tuple(note for note in (self._source(), *self.ways.notes, self._streets(), self._speeds(), self._gaps()) if note)

    def warnings(self) -> tuple[str, ...]:
        """Doubts."""
        doubts = (self._loose(), self._unknown(), *(self._far(which) for which in (UNITS, SCHOOLS)))
        return (*self.ways.warnings, *(doubt for doubt in doubts if doubt))

    def _source(self) -> str:
        section, delay = self.section, self.section.delay_s
        ends = f"from a point inside each unit to {'' if self.places.has_points else 'a point inside the unit of '}each school"
        held = f", {delay:g} s at each junction" if delay else ""
        if section.mode == "walk":
            return f"walks are an estimate along the streets of {self.name}: at {section.walking_kmh:g} km/h{held}, {ends}"
        return (
            f"travel is an estimate along the streets of {self.name}: free flow, no traffic, no turn restrictions{held}, "
            f"at {section.walking_kmh:g} km/h on foot to and from the nearest street, {ends}"
        )

    def _streets(self) -> str:
        total, loose = self.whole.meters.sum() / 1000, (self.whole.meters.sum() - self.network.meters.sum()) / 1000
        parted = f"; {loose:,.1f} km from which one does not get everywhere and back are left out" if loose > 0.05 else ""
        layer = "; lines that cross without a shared vertex are not joined" if self.section.is_layer and self.ways.nodes is None else ""
        return f"{self.name}: {total:,.1f} km of streets in use, {counted(self.network.num_junctions, 'junction')}{parted}{layer}"

    def _speeds(self) -> str:
        """What is driven by class, and how much by what is posted."""
        if self.section.mode == "walk":
            return ""
        posted = np.isfinite(self.ways.posted).any(axis=1) & self.speeds.is_used
        by_class = sorted(self.speeds.by_class.items(), key=lambda one: (-one[1], one[0]))
        said = ", ".join(f"{kind or 'no class'} {kmh:g}" for kind, kmh in by_class[:MOST_CLASSES])
        share = self.section.share_of_limit
        at = "the speed that is given for them" if share == 1 else f"{share:g} times the posted speed"
        limits = f"; {counted(int(posted.sum()), 'line')} at {at}" if posted.any() else ""
        return f"{self.name}: km/h by class, where nothing is posted: {said}{limits}"

    def _gaps(self) -> str:
        told = [f"{np.median(gap):,.0f} m (median) and at most {gap.max():,.0f} m" for gap in map(_somewhere, self.snapped)]
        return f"{self.name}: points inside units are {told[0]} from the nearest street, schools {told[1]}"

    def _loose(self) -> str:
        share = 1 - self.network.meters.sum() / self.whole.meters.sum()
        if share <= LOOSE:
            return ""
        return f"{self.name}: {100 * share:.0f} % of the streets do not hang together with the rest and are left out; do lines meet where streets do?"

    def _unknown(self) -> str:
        if not self.speeds.unknown or self.section.mode == "walk":
            return ""
        kmh = self.speeds.by_class.get(self.speeds.unknown[0], 0)
        return (
            f"{self.name}: classes that are not known are driven at {kmh:g} km/h: {shown(quoted(self.speeds.unknown))}; say speeds: {{CLASS: km/h}}"
        )

    def _far(self, which: int) -> str:
        """Units with students, or schools, far from any street, the farthest first."""
        gap, ids = self.snapped[which].gap_m, (self.places.unit_ids, self.places.school_ids)[which]
        far = np.flatnonzero(np.isfinite(gap) & (np.round(gap) > FAR_M) & (self.places.is_lived_in if which == UNITS else True))
        if not len(far):
            return ""
        named = shown([f"'{ids[k]}' {gap[k]:,.0f} m" for k in far[np.argsort(-gap[far], kind="stable")]])
        lost = int((gap[far] > LOST_M).sum())
        beyond = f"; trips of those beyond {LOST_M / 1000:g} km are unknown" if lost else ""
        what = f"{counted(len(far), 'unit')} with students" if which == UNITS else counted(len(far), "school")
        return f"{self.name}: {what} more than {FAR_M:g} m from the nearest street, a way that is counted on foot: {named}{beyond}"


def _somewhere(one: Snapped) -> Any:
    """Gaps of places that are somewhere."""
    return one.gap_m[np.isfinite(one.gap_m)]
