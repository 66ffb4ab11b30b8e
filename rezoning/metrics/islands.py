"""Islands: pieces of zones that are cut off from their school."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rezoning.district.district import Ints, same_school_components
from rezoning.metrics.zones import Zones


@dataclass(frozen=True, eq=False)
class Island:
    """A piece of an open school's zone that does not hold the school's unit, nor borders it where another school of that unit keeps it.

    Parameters
    ----------
    school
        Index of the school.
    units
        Units that lie in it, indices; of a unit in several places some part does.
    students
        Students of the units whose main piece lies in it.
    """

    school: int
    units: Ints
    students: float


def islands(zones: Zones) -> list[Island]:
    """All islands, most students first, then in the order of schools; of a zone without the school's own unit all pieces but its most populous."""
    district, land = zones.district, zones.district.land
    school = zones.school[land.unit]
    labels = same_school_components(land.graph, school)
    students = np.where(np.arange(len(land.unit)) < district.num_units, district.students[land.unit], 0.0)
    size = np.bincount(labels, weights=students)
    found = []
    for s, root in enumerate(district.school_unit.tolist()):
        pieces = np.unique(labels[school == s])
        if not pieces.size:
            continue
        around = [root, *land.graph.indices[land.graph.indptr[root] : land.graph.indptr[root + 1]]] if district.has_site[s] else [root]
        held = [labels[ground] for ground in around if school[ground] == s]
        for piece in np.setdiff1d(pieces, held or pieces[size[pieces].argmax()]).tolist():
            found.append(Island(s, np.unique(land.unit[(labels == piece) & (school == s)]), float(size[piece])))
    return sorted(found, key=lambda one: (-one.students, one.school, int(one.units[0])))
