"""Rows of schools, trips and flows, with HIDDEN where the ledger keeps a number back."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

import numpy as np

from rezoning.metrics import burden, capacity, travel
from rezoning.public.book import EVERYONE, Closing, Flow, Moves, School, SchoolRow, Told
from rezoning.public.cell import HIDDEN, Cell, ratio
from rezoning.public.counting import Counted, ShownZones
from rezoning.public.ledger import Shown
from rezoning.public.rounding import Rounding


def school_rows(
    one: ShownZones, found: Counted, schools: Sequence[School], groups: Sequence[str], shown: Shown, rounding: Rounding
) -> tuple[SchoolRow, ...]:
    """One row for each school of the book."""
    zones = one.zones
    place = {text: s for s, text in enumerate(zones.ids)}
    use, trips = capacity.utilization(zones), travel.mean_by_school(zones)
    rows = []
    for k, school in enumerate(schools):
        s = place.get(school.id)
        students = shown(found.schools[EVERYONE][k])
        counts: dict[str, Cell] = {name: shown(found.schools[name][k]) if name in found.schools else None for name in groups}
        shares = {name: ratio(count, students) for name, count in counts.items()}
        if s is None:
            rows.append(SchoolRow(False, None, students, counts, shares, None, None, {}))
            continue
        m, seats = zones.district.num_schools, zones.district.capacity
        is_open = s < m and bool(zones.is_open[s])
        rows.append(
            SchoolRow(
                is_open=is_open,
                capacity=None if seats is None or not is_open else float(seats[s]),
                students=students,
                groups=counts,
                shares=shares,
                utilization=_with(use[s] if s < m else None, students),
                travel_mean=rounding.trip(_with(trips[s], students if shown.tells(found.means.get(("school", str(k)), ())) else HIDDEN)),
                by_year={name: shown(cells[k]) for name, cells in found.years.items()},
                by_grade={name: shown.between(cells[k]) or shown(cells[k]) for name, cells in found.grades.items()},
            )
        )
    return tuple(rows)


def trip_rows(found: Counted, shown: Shown, lost: Container[str] = ()) -> dict[str, tuple[Told, ...]] | None:
    """Students by bin of trip; None without travel. Nothing is told of the `lost` groups, some of whose numbers nothing else could protect."""
    rows: dict[str, tuple[Told, ...]] = {}
    for name, cells in found.trips.items():
        rows[name] = tuple(HIDDEN if name in lost else shown.between(cell) or shown(cell) for cell in cells)
    return rows or None


def change_of(one: ShownZones, found: Counted, shown: Shown, rounding: Rounding) -> Moves:
    """An option against today; flows that are hidden stand last, in the order of schools, for their place would tell how many they are."""
    moved = np.flatnonzero(np.asarray(one.zones.moved))
    students = one.zones.district.students[moved]
    if one.unit is not None:  # units in which anybody moves, with those who do
        moved, at = np.unique(one.unit[moved], return_inverse=True)
        students = np.bincount(at, weights=students, minlength=len(moved)).astype(np.float64)
    flows = [Flow(a, b, shown(cell), found.sizes[a, b], shown.between(cell)) for (a, b), cell in found.flows.items()]
    flows.sort(key=lambda flow: (flow.students == HIDDEN, -_size(flow)))
    unit_students = tuple(HIDDEN if shown.least > 0 else float(count) for count in students)
    return Moves(moved, unit_students, tuple(flows), tuple(_closing(one, found, shown, rounding)))


def _closing(one: ShownZones, found: Counted, shown: Shown, rounding: Rounding) -> Iterator[Closing]:
    """The students of each school that closes: their mean trip in the option, and how many walk."""
    trips = one.zones.trips
    for k, cells in found.closing.items():
        walks = [None if cell is None else shown(cell) for cell in (cells.walk_before, cells.walk_after)]
        mean = None if trips is None else burden.mean(one.zones.district.students[cells.units], trips[cells.units])
        is_told = shown.tells(found.means.get(("closing", str(k)), ()))
        yield Closing(k, rounding.trip(mean if is_told or mean is None else HIDDEN), *walks)


def _size(flow: Flow) -> float:
    return float(flow.students) if isinstance(flow.students, float) else 0.0 if flow.between is None else flow.between[0]


def _with(value: float | None, count: Cell) -> Cell:
    """What is known of a school's students, hidden where their number is."""
    return HIDDEN if count == HIDDEN and value is not None else value
