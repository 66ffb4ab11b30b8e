"""How fast one gets along each street: by what is posted, else by its class; not at all where its class is not for driving, or walking."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rezoning.district.checks import quoted
from rezoning.district.counts import numbers
from rezoning.district.detect import by_name
from rezoning.district.district import Floats
from rezoning.district.files.read import read_table
from rezoning.district.files.table import Table, column, texts
from rezoning.district.streets.classes import CLASSES, OTHER, PRIVATE_KMH, StreetClass, class_name
from rezoning.district.streets.tags import KMH_PER_MPH
from rezoning.district.streets.ways import Flags, Ways
from rezoning.errors import DataError, Problem, shown

if TYPE_CHECKING:
    from rezoning.scenario.streets import Streets

FASTEST = 200.0


@dataclass(frozen=True, eq=False)
class Speeds:
    """Speeds of ways.

    Parameters
    ----------
    kmh
        Along each line and against it, shape (w, 2); 0 where nobody may go.
    is_drive
        Whether a street leads to houses and parking lots only, shape (w,).
    by_class
        Km/h of the classes that are there and in use.
    unknown
        Classes that nobody here knows, taken for local streets.
    """

    kmh: Floats
    is_drive: Flags
    by_class: dict[str, float]
    unknown: tuple[str, ...]

    @property
    def is_used(self) -> Flags:
        """Lines that lead somewhere."""
        return np.asarray((self.kmh > 0).any(axis=1))

    def kept(self, where: Flags) -> Speeds:
        """Those of some of the ways."""
        return replace(self, kmh=self.kmh[where], is_drive=self.is_drive[where])


def speeds_of(ways: Ways, section: Streets, own: dict[str, float]) -> Speeds:
    """Speeds of every line, both ways.

    Parameters
    ----------
    ways
        The lines.
    section
        What the scenario says of streets.
    own
        Km/h by class that the user gives, from table and scenario.
    """
    codes, distinct = pd.factorize(ways.kind)
    known = [CLASSES.get(str(kind), OTHER if ways.has_own_classes else None) for kind in distinct]
    on_foot = section.mode == "walk"
    of_class = [_kmh(kind, found, section, own) for kind, found in zip(distinct, known, strict=True)]
    by_class = np.array(of_class, dtype=np.float64)[codes]
    posted = np.full_like(ways.posted, np.nan) if on_foot else ways.posted * section.share_of_limit
    kmh = np.where(np.isnan(posted), by_class[:, None], posted)
    if not on_foot:
        kmh = np.where(ways.private[:, None], np.minimum(kmh, PRIVATE_KMH), kmh)
        kmh = np.where(np.column_stack([ways.oneway < 0, ways.oneway > 0]), 0.0, kmh)
    kmh[by_class == 0] = 0
    drives = np.array([found is not None and found.is_drive for found in known], dtype=bool)[codes]
    used = {str(kind): speed for kind, speed in zip(distinct, of_class, strict=True) if speed}
    unknown = tuple(str(kind) for kind in distinct if kind and ways.has_own_classes and str(kind) not in CLASSES and str(kind) not in own)
    return Speeds(kmh, drives, used, unknown)


def _kmh(kind: object, found: StreetClass | None, section: Streets, own: dict[str, float]) -> float:
    """A class that the user names is in use."""
    if section.mode == "walk":
        return section.walking_kmh if found is not None and found.is_walked else 0.0
    return own.get(str(kind), 0.0 if found is None else found.kmh)


def own_speeds(section: Streets) -> tuple[dict[str, float], Table | None]:
    """Km/h by class that the user gives, in the scenario or in a table, and the table; the scenario wins.

    Raises
    ------
    DataError
        The table has no such columns, or holds what is no speed.
    """
    named = {class_name(kind): kmh for kind, kmh in section.speeds.items()}
    if section.speed_table is None:
        return named, None
    place = section.place("speed_table")
    table = read_table(section.speed_table, place=place)
    name, unit = by_name(table.columns, ("class", "highway", "mtfcc", "fclass")), by_name(table.columns, ("kmh", "km/h", "kph", "mph"))
    if name is None or unit is None:
        message = f"{table.name} needs a column class, and one of speeds: kmh or mph."
        raise DataError(Problem(place, message, f"Columns: {shown(table.columns, 40)}."))
    kinds, (values, blank, wrong) = texts(column(table, name, place)), numbers(column(table, unit, place))
    kmh = values * (KMH_PER_MPH if unit.lower() == "mph" else 1.0)
    wrong = wrong | blank | ~((kmh > 0) & (kmh <= FASTEST))
    if wrong.any():
        message = f"column '{unit}' holds {shown(quoted(list(texts(table.frame[unit][wrong]))))}, which is no speed."
        raise DataError(Problem(table.place(table.rows(wrong)), message, f"Give numbers above 0, up to {FASTEST:g} km/h."))
    return dict(zip(map(class_name, kinds.tolist()), kmh.tolist(), strict=True)) | named, table
