"""The measures of metrics.json as they may be shown: hidden with the counts that they are, or that they give away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from rezoning.metrics import capacity, shares
from rezoning.metrics.segregation import NOBODY
from rezoning.public.book import EVERYONE, Asked, School
from rezoning.public.cell import HIDDEN, Cell
from rezoning.public.counting import Counted, ShownZones
from rezoning.public.ledger import Shown
from rezoning.public.rounding import Rounding
from rezoning.scenario.policy import hidden_groups

Measures = Mapping[str, Any]
INDICES = ("dissimilarity", "normalized_exposure", "isolation", "gini")
OPEN = (
    "attributes", "schools_changed", "travel_p90", "travel_max", "cut_edges", "boundary_km", "boundary_km_by_school", "polsby_popper", "pieces",
    "necks", "corridors", "schools_open", "cost",
)  # fmt: skip
"""Measures that count no students."""


def public_measures(
    measures: Measures,
    one: ShownZones,
    found: Counted,
    option: Asked,
    schools: Sequence[School],
    groups: Sequence[str],
    shown: Shown,
    rounding: Rounding,
) -> dict[str, Any]:
    """All measures, under the same keys; of groups only those that may be shown.

    Parameters
    ----------
    measures
        As they are.
    one, found
        What they measure, and where its counts stand.
    option
        Whose scenario has the bands.
    schools, groups
        Of the book.
    """
    if not rounding.is_on:
        return {key: _of_groups(value, set(option.district.groups) - set(groups)) for key, value in measures.items()}
    ours = [name for name in groups if name in found.total]
    hider = _Hider(measures, one, found, option, [school.id for school in schools], ours, shown, rounding)
    return {key: value if (value := measures[key]) is None else hider.table[key](key) for key in measures}


def _of_groups(value: Any, excluded: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _of_groups(part, excluded) for key, part in value.items() if key not in excluded}
    if isinstance(value, list):
        return [part for part in value if not (isinstance(part, dict) and part.get("group") in excluded)]
    return value


class _Hider:
    """One function for each measure."""

    def __init__(
        self,
        measures: Measures,
        one: ShownZones,
        found: Counted,
        option: Asked,
        schools: list[str],
        groups: list[str],
        shown: Shown,
        rounding: Rounding,
    ) -> None:
        self.measures, self.one, self.found, self.option, self.schools, self.groups = measures, one, found, option, schools, groups
        self.shown, self.rounding = shown, rounding
        self.is_open = {name: bool(found.schools) and self._are_open(name) for name in (EVERYONE, *groups)}
        total, closes = found.burdens.get("reassigned", {}), found.burdens.get("school_closes", {})

        def of_closures(name: str) -> tuple[int, int]:
            return closes.get(name, found.total[name]), found.total[name]

        self.table: dict[str, Callable[[str], Any]] = {
            **dict.fromkeys(INDICES, self._index),
            **dict.fromkeys(OPEN, lambda key: _of_groups(measures[key], set(option.district.groups) - set(groups))),
            **dict.fromkeys(("utilization_min", "utilization_max", "utilization_spread"), self._utilization),
            **dict.fromkeys(("over_capacity_students", "portable_students"), self._over),
            "students": lambda key: self._with(measures[key], found.further["counted"]),
            "theil_h": self._theil,
            "max_deviation": self._deviation,
            "isolated_students": lambda _: {g: {k: shown(cell) for k, cell in found.isolated[g].items()} for g in groups},
            "out_of_band": lambda _: self._bands(),
            "students_reassigned": lambda _: shown(total[EVERYONE]),
            "share_reassigned": lambda key: self._with(measures[key], total[EVERYONE], found.total[EVERYONE]),
            "students_by_group": lambda key: {g: self._with(measures[key][g], found.total[g]) for g in groups},
            "students_reassigned_by_group": lambda key: {g: self._with(measures[key][g], total.get(g, found.total[g])) for g in groups},
            "reassigned_by_group": lambda key: {g: self._with(measures[key][g], total.get(g, found.total[g]), found.total[g]) for g in groups},
            "flows": lambda _: self._flows(),
            "burden": lambda _: {g: self._burden(g) for g in groups},
            "travel_mean": lambda key: self._mean("trip", EVERYONE, measures[key], found.total[EVERYONE]),
            "travel_mean_by_group": lambda key: {g: self._mean("trip", g, measures[key][g], found.total[g]) for g in groups},
            "travel_unknown_students": lambda _: shown(found.further["unknown"]),
            "added_travel_unknown_students": lambda _: shown(found.further["added_unknown"]),
            "walk_share": lambda key: self._with(measures[key], found.further["walks"]),
            "nearest_share": lambda key: self._with(measures[key], found.further["nearest"]),
            "program_access": lambda _: {program: self._program(program) for program in found.programs},
            "utilization_by_year": lambda _: self._years(),
            "closure_students": lambda key: self._with(measures[key], closes[EVERYONE]),
            "closure_students_by_group": lambda key: {g: self._with(measures[key][g], closes.get(g, found.total[g])) for g in groups},
            "closure_burden": lambda key: {g: self._with(measures[key][g], *of_closures(g), *of_closures(EVERYONE)) for g in groups},
        }

    def _with(self, value: Cell, *cells: int) -> Cell:
        """A number, hidden where one of the counts that it tells of is."""
        return value if value is None or all(self.shown.is_shown[cell] for cell in cells) else HIDDEN

    def _mean(self, what: str, kind: str, value: Cell, *cells: int) -> Cell:
        """A mean trip, rounded, hidden with counts that it tells of and where it would tell of a few students itself."""
        is_told = value is None or self.shown.tells(self.found.means.get((what, kind), ()))
        return self.rounding.trip(self._with(value, *cells)) if is_told else HIDDEN

    def _are_open(self, name: str) -> bool:
        return self.shown.all(self.found.schools[name]) and self.shown.all(self.found.schools[EVERYONE])

    def _is_school_open(self, name: str, s: int) -> bool:
        """Whether a number of a school of the zones may be known; of the zones of nearest schools only large ones."""
        if self.found.schools:
            k = self.one.index[s]
            return k < 0 or all(self.shown.is_shown[self.found.schools[kind][k]] for kind in (name, EVERYONE))
        n = float(self.one.zones.students[s])
        a = n if name == EVERYONE else float(self.one.zones.groups[name][s])
        return not any(self.shown.is_small(count) for count in (n, a, n - a))

    def _index(self, key: str) -> dict[str, Cell]:
        totals = self.found.total
        values = {g: self._with(self.measures[key][g], totals[g], totals[EVERYONE]) for g in self.groups}
        return {g: self._mix(value, g, *self._sizes(g)) for g, value in values.items()}

    def _mix(self, value: Cell, group: str, ours: float, others: float) -> Cell:
        """An index that is made from a group's counts in schools."""
        if self.found.schools or self._is_any_small(group):
            return self.rounding.mix(value, ours, others, is_open=self.is_open[group])
        return self.rounding.index(value, is_open=False)

    def _is_any_small(self, group: str) -> bool:
        """Whether a school has few students of a group, or few others."""
        return not all(self._is_school_open(group, s) for s in range(len(self.one.zones.students)))

    def _sizes(self, group: str) -> tuple[float, float]:
        """Students of a group, and all others."""
        zones = self.one.zones
        ours = float(zones.groups[group].sum())
        return ours, float(zones.students.sum()) - ours

    def _theil(self, key: str) -> Cell:
        ours = [*self.one.zones.district.partition, EVERYONE]
        if not self.found.total.keys() >= set(ours):
            return None  # another option's scenario excludes one of them
        value = self._with(self.measures[key], *(self.found.total[g] for g in ours))
        closed = next((g for g in ours if not self.is_open[g] and (self.found.schools or self._is_any_small(g))), ours[0])
        total = float(self.one.zones.students.sum())  # `least` students who change places move it by about least / total
        return self._mix(value, closed, 2 * total, 2 * total)

    def _deviation(self, key: str) -> dict[str, Cell]:
        """Hidden where the school that is farthest off is one whose numbers are."""
        n, found = self.one.zones.students, {}
        for g in self.groups:
            a, value = self.one.zones.groups[g], self.measures[key][g]
            if value is not None:
                off = np.abs(np.divide(a, n, out=np.full(len(n), np.nan), where=n > NOBODY) - a.sum() / n.sum())
                value = value if self._is_school_open(g, int(np.nanargmax(off))) else HIDDEN
            value = HIDDEN if value == HIDDEN else self._with(value, self.found.total[g], self.found.total[EVERYONE])
            found[g] = self.rounding.index(value, is_open=self.is_open[g])
        return found

    def _bands(self) -> list[dict[str, Any]]:
        """Students outside a band are hidden where they are made from the numbers of a school that are."""
        zones, rows = self.one.zones, []
        excluded = hidden_groups(self.option.scenario)
        bands = [band for band in self.option.scenario.rules.bands if band.group not in excluded]
        for band, row in zip(bands, self.measures["out_of_band"], strict=True):
            if band.group is None or band.group in self.groups:
                outside = shares.students_outside(zones, band)
                where = [] if outside is None else np.flatnonzero(outside > NOBODY).tolist()
                is_known = all(self._is_school_open(band.group or EVERYONE, s) for s in where)
                rows.append(row if is_known else {**row, "students": HIDDEN})
        return rows

    def _flows(self) -> list[dict[str, Any]]:
        """Flows that are hidden stand last, in the order of schools; those to the nearest schools are told nowhere."""
        if not self.found.schools:
            return []
        cells = {(self.schools[a], self.schools[b]): self.shown(cell) for (a, b), cell in self.found.flows.items()}
        rows = [{**row, "students": cells[row["from"], row["to"]]} for row in self.measures["flows"]]
        known = [row for row in rows if row["students"] != HIDDEN]
        return known + sorted((row for row in rows if row["students"] == HIDDEN), key=lambda row: (row["from"], row["to"]))

    def _burden(self, group: str) -> dict[str, dict[str, Cell]]:
        return {measure: self._borne(measure, said, group) for measure, said in self.measures["burden"][group].items()}

    def _borne(self, measure: str, said: Mapping[str, Cell], group: str) -> dict[str, Cell]:
        of = self.found.burdens.get(measure if measure in self.found.burdens else "reassigned", {})
        whole = self.found.known if measure == "long_rides" else self.found.total
        ours, all_of = ([whole[name], *([of[name]] if name in of else [])] for name in (group, EVERYONE))
        if measure in self.found.burdens:
            found = {"group": self._with(said["group"], *ours), "all": self._with(said["all"], *all_of)}
            return found | {key: self._with(said[key], *ours, *all_of) for key in ("ratio", "gap")}
        found = {"group": self._mean(measure, group, said["group"], *ours), "all": self._mean(measure, EVERYONE, said["all"], *all_of)}
        is_told = HIDDEN not in found.values()
        return found | {
            key: rounded(self._with(said[key], *ours, *all_of)) if is_told or said[key] is None else HIDDEN
            for key, rounded in (("ratio", self.rounding.ratio), ("gap", self.rounding.trip))
        }

    def _program(self, program: str) -> dict[str, Cell]:
        counted, cells = self.found.further["counted"], self.found.programs[program]
        said = self.measures["program_access"][program]
        return {name: self._with(said[name], cell, counted, self.found.total[name]) for name, cell in cells.items()}

    def _utilization(self, key: str) -> Cell:
        ends = {"utilization_min": (min,), "utilization_max": (max,), "utilization_spread": (min, max)}[key]
        use = capacity.utilization(self.one.zones)
        return self.measures[key] if all(self._is_end_open(use, end, None) for end in ends) else HIDDEN

    def _years(self) -> dict[str, dict[str, Cell]]:
        found: dict[str, dict[str, Cell]] = {}
        for name, students in capacity.enrollments(self.one.zones, self.one.phase_in).items():
            use, said = capacity.utilization(self.one.zones, students), self.measures["utilization_by_year"][name]
            found[name] = {key: said[key] if self._is_end_open(use, end, name) else HIDDEN for key, end in (("min", min), ("max", max))}
        return found

    def _is_end_open(self, use: list[float | None], end: Callable[[list[float]], float], year: str | None) -> bool:
        """Whether the number of a school that is the emptiest, or the fullest, may be known."""
        known = [share for share in use if share is not None]
        if not known:
            return True
        where = [s for s, share in enumerate(use) if share == end(known)]
        if year is None:
            return any(self._is_school_open(EVERYONE, s) for s in where)
        cells = self.found.years[year]
        if cells.size:
            return any(self.shown.is_shown[cells[self.one.index[s]]] for s in where)
        seats = self.one.zones.district.capacity
        assert seats is not None
        return not any(self.shown.is_small(end(known) * float(seats[s])) for s in where)

    def _over(self, key: str) -> Cell:
        seats, n = self.one.zones.district.capacity, self.one.zones.students
        assert seats is not None
        full = np.flatnonzero(n[: len(seats)] > seats).tolist()
        return self.measures[key] if all(self._is_school_open(EVERYONE, s) for s in full) else HIDDEN
