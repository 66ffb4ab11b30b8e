"""What zones are laid over: the units' land, and where their students live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rezoning.district.reading import Reading
from rezoning.district.students.counting import counted_points

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.district import Floats, Ints
    from rezoning.district.geometry import Shapes
    from rezoning.scenario.students import StudentPoints


@dataclass(frozen=True, eq=False)
class Ground:
    """The district as zones see it.

    Parameters
    ----------
    geometry
        Polygons of the units in meters, in unit order; None where they have none.
    students
        Students of each unit, shape (n,).
    student_points
        The section that names students' points; they are read again when zones are laid over them, and forgotten again.
    is_told
        Whether it is said already why there are no polygons.
    """

    geometry: gpd.GeoSeries | None
    students: Floats
    student_points: StudentPoints | None = None
    is_told: bool = False

    def points(self) -> tuple[Shapes, Ints] | None:
        """A point for each student who is counted in a unit, and the unit; None without a file of points. What it has to say is said already."""
        if self.student_points is None or self.geometry is None:
            return None
        return counted_points(self.student_points, self.geometry, Reading())
