"""Who goes where: the assignment of every unit to a school."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rezoning.district.buildings import Buildings
from rezoning.district.district import District
from rezoning.scenario.display import Displayed, display

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class Plan(Displayed):
    """An assignment of every unit to one open school; immutable.

    Parameters
    ----------
    school
        Index of the school of each unit, shape (n,), values 0..m-1. Where schools are paired: the school whose zone the unit is in.
    buildings
        Which building has which grades of each zone, where schools are paired; None where every zone has its own school for all grades.
    """

    school: NDArray[np.int64]
    buildings: Buildings | None = None

    def __init__(self, school: ArrayLike, buildings: Buildings | None = None) -> None:
        array = np.array(school, dtype=np.int64)
        array.setflags(write=False)
        object.__setattr__(self, "school", array)
        object.__setattr__(self, "buildings", buildings)

    def __repr__(self) -> str:
        paired = "" if self.buildings is None else f", {self.buildings!r}"
        return f"<Plan: {len(self.school):,} units at {len(np.unique(self.school)):,} schools{paired}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and np.array_equal(self.school, other.school) and self.buildings == other.buildings

    def __hash__(self) -> int:
        return hash((self.school.tobytes(), self.buildings))

    def moved(self, district: District) -> NDArray[np.bool_]:
        """Units that have a school today and another one in this plan; shape (n,). New units never move.

        It is about zones: who changes buildings where schools are paired, the graded district says (`rezoning.district.graded`).
        """
        if district.current is None:
            return np.zeros(district.num_units, dtype=bool)
        return np.asarray((district.current >= 0) & (district.current != self.school))

    def open_schools(self, district: District) -> NDArray[np.bool_]:
        """Schools that are open in this plan, shape (m,): those that always are, and of those that may close or open the ones that have a unit."""
        has_unit = np.bincount(self.school, minlength=district.num_schools)[: district.num_schools] > 0
        return np.asarray(~district.optional | has_unit)

    # -- in a notebook: a plan alone is numbers, so that each of these asks for its district --------------------------

    def to_frame(self, district: District) -> pd.DataFrame:
        """A row for each unit.

        Returns
        -------
        DataFrame
            By unit id: ``school`` and ``previous_school`` (ids; missing where a unit is new), ``moved``, ``students``.
        """
        frame: pd.DataFrame = display(self).frame(self, district)
        return frame

    def units(self, district: District) -> gpd.GeoDataFrame:
        """Every unit with its polygon: all fields of the units' file under their names, and the columns of `to_frame`.

        A field with the name of one of these and other values is called ``<name>_file``. The CRS is that of `District.geometry`.

        Raises
        ------
        DataError
            The district has no polygons.
        """
        frame: gpd.GeoDataFrame = display(self).units(self, district)
        return frame

    def zones(self, district: District) -> gpd.GeoDataFrame:
        """Every zone as one shape, in the CRS of `District.geometry`, with all fields of the schools' file.

        Returns
        -------
        GeoDataFrame
            By school id: ``name``, the fields of the schools' file under their names, ``units``, ``students``, a column for each group (students),
            ``capacity``, ``utilization`` (students over seats), ``area_km2``. A field with the name of one of these and other values is called
            ``<name>_file``.

        Raises
        ------
        DataError
            The district has no polygons.
        """
        frame: gpd.GeoDataFrame = display(self).zones(self, district)
        return frame

    def plot(self, district: District, show: Literal["plan", "changes", "today"] = "plan", *, ax: Axes | None = None, names: bool = True) -> Axes:
        """Draw a map.

        Parameters
        ----------
        district
            Where the plan is.
        show
            Its zones, with the units that change school hatched; the changes alone, in the color of the new school; or today's zones.
        ax
            Where to draw; a new figure of a fitting size when left out.
        names
            Whether schools have their names; placed by their size in the figure as it is, so give it its size first.

        Raises
        ------
        DataError
            The district has no polygons, or no zones of today where these are asked for.
        """
        drawn: Axes = display(self).plot(self, district, show, ax=ax, names=names)
        return drawn


def today(district: District) -> Plan | None:
    """Today's zones as a plan; None when a unit has no open school today, for then it is not one."""
    stayable = district.stayable
    return None if (stayable < 0).any() else Plan(stayable)
