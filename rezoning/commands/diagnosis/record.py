"""A diagnosis as a document: every number, for those who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.metrics.beside import Beside, difference, km_between, shares_of, trip_between
from rezoning.metrics.diagnosis import Diagnosis, OutOfBand, Pooled, gain, seats_of_open
from rezoning.metrics.residence import part, removable
from rezoning.metrics.seats import NOW, first_over
from rezoning.metrics.splits import Split
from rezoning.scenario.bands import NOT_ADVICE, PRESETS
from rezoning.scenario.policy import uses_of
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.commands.diagnosis.floors import Floor
    from rezoning.district.district import District

HAIR = 1e-6  # students
Row = dict[str, Any]


def diagnosis_record(scenario: Scenario, district: District, found: Diagnosis, floors: dict[str, Floor], exit_code: int = 0) -> Row:
    """The document of ``rezoning diagnose --json``, and of diagnosis.json."""
    from rezoning.runs.record import counts_entry, data_entries, inputs_entry, versions

    say = _Names(found)
    return {
        "name": scenario.name,
        "exit_code": exit_code,
        "privacy": "every number; not for publication",
        "counts": counts_entry(district, None),
        **data_entries(district),
        "attributes": uses_of(scenario),
        "groups": list(found.groups),
        "capacity": None if found.seats is None else [_seats(s, row, say) for s, row in seats_of_open(found)],
        "borders": [_border(pair, found, say) for pair in _unequal_first(found)],
        "islands": [{**say.school(one.school), "units": say.units(one.units), "students": one.students} for one in found.islands],
        "corridors": found.corridors,
        "necks": found.necks,
        "nearer": None if found.nearer is None else _nearer(found, say),
        "bands": [_band(one, found, say) for one in found.bands],
        "segregation": {name: _segregation(name, found, floors.get(name)) for name in found.groups},
        "pairings": [_pairing(one, found, say) for one in found.pooled] if found.chosen else [],
        **({} if found.splits is None else {"splits": [_split(one, found, say) for one in found.splits]}),
        "notes": list(district.notes),
        "warnings": list(district.warnings),
        "inputs": inputs_entry(scenario, district),
        "versions": versions(),
    }


class _Names:
    """Schools and units as people know them."""

    def __init__(self, found: Diagnosis) -> None:
        self.district, self.ids = found.zones.district, found.zones.ids
        self.names = (*self.district.school_names, *self.ids[self.district.num_schools :])

    def school(self, s: int) -> dict[str, str]:
        return {"school": self.ids[s], "name": self.names[s]}

    def pair(self, pair: Beside) -> Row:
        """Two schools, and how far apart they are."""
        both = (pair.one, pair.other)
        apart = {"trip": trip_between(self.district, *both), "km": km_between(self.district, *both)}
        return {"schools": [self.ids[s] for s in both], "names": [self.names[s] for s in both], **apart}

    def units(self, those: Any) -> list[str]:
        return [self.district.unit_ids[u] for u in those.tolist()]


def _seats(s: int, row: Row, say: _Names) -> Row:
    """A school's seats and times, and in which of these it is first over them."""
    times = row["times"]
    first = {f"first_{key}": first_over(times, list(times), key) for key in ("over", "over_with_portables", "over_allowed")}
    return {**say.school(s), **row, **first, "is_under": times[NOW]["under"] > 0}


def _unequal_first(found: Diagnosis) -> list[Beside]:
    """All borders, the most unequal of the first group first; those of schools without students last."""
    ranked = [pair for pair, _ in found.most_unequal(found.groups[0])] if found.groups else []
    return [*ranked, *(pair for pair in found.beside if pair not in ranked)]


def _border(pair: Beside, found: Diagnosis, say: _Names) -> Row:
    district, known = found.zones.district, {name: shares_of(found.zones, name) for name in found.groups}
    along = [
        {
            "school": say.ids[s],
            "units": say.units(units),
            "students": float(district.students[units].sum()),
            "groups": {name: float(district.groups[name][units].sum()) for name in found.groups},
        }
        for s, units in zip((pair.one, pair.other), pair.along, strict=True)
    ]
    return {
        **say.pair(pair),
        "border_m": pair.border_m,
        "shares": {name: [shares[pair.one], shares[pair.other]] for name, shares in known.items()},
        "difference": {name: difference(shares, pair.one, pair.other) for name, shares in known.items()},
        "along": along,
    }


def _nearer(found: Diagnosis, say: _Names) -> list[Row]:
    return [
        {
            "from": say.ids[one.school], "to": say.ids[one.nearer], "names": [say.names[one.school], say.names[one.nearer]],
            "units": say.units(one.units), "students": one.students, "saved": one.saved, "typical": one.typical, "room": one.room,
        }
        for one in found.nearer or ()
    ]  # fmt: skip


def _band(one: OutOfBand, found: Diagnosis, say: _Names) -> Row:
    band = one.band
    source = {} if band.preset is None else {"source": f"{PRESETS[band.preset].source} ({NOT_ADVICE})"}
    shares = None if band.group is None else shares_of(found.zones, band.group)
    outside = [s for s in range(found.zones.district.num_schools) if one.outside[s] > HAIR]
    return {
        "group": band.group, "index": band.index, "preset": band.preset, **source, "is_rule": one.is_rule,
        "limits": [[None if abs(end) == float("inf") else end for end in ends] for ends in one.limits],
        "outside": [{**say.school(s), "share": None if shares is None else shares[s], "students": float(one.outside[s])} for s in outside],
    }  # fmt: skip


def _segregation(name: str, found: Diagnosis, floor: Floor | None) -> Row:
    """Dissimilarity of homes, today, with nearest schools, and what no zones go below; how much zones could change, and what they add."""
    homes = found.residence[name]
    proven = None if floor is None else floor.rules
    could = removable(homes.today, proven)
    added = None if homes.today is None or homes.nearest is None else homes.today - homes.nearest
    return {
        "units": homes.units, "today": homes.today, "nearest": homes.nearest,
        "floor": proven, "floor_capacity_and_trips": None if floor is None else floor.loose,
        "why_no_floor": "policy" if name not in found.chosen else "" if floor is None else floor.why,
        "removable": could, "removable_share": part(could, homes.today), "added_by_lines": added,
    }  # fmt: skip


def _pairing(one: Pooled, found: Diagnosis, say: _Names) -> Row:
    groups = {
        name: {
            index: {"today": found.now[index][name], "pooled": after[name], "gain": gain(found.now, one, name, index)}
            for index, after in one.after.items()
        }
        for name in found.chosen
    }
    fits = None if one.room is None else one.room >= -HAIR
    return {**say.pair(one.beside), "students": one.students, "room": one.room, "fits": fits, "groups": groups}


def _split(one: Split, found: Diagnosis, say: _Names) -> Row:
    """Two schools that share their zones: who would have which grades, and what that does."""
    each = zip(one.schools, one.grades, one.students, strict=True)
    buildings = [{**say.school(s), "grades": list(grades), "students": students} for s, grades, students in each]
    groups = {name: {"today": found.now["dissimilarity"][name], "split": after} for name, after in one.after.items()}
    trips = None if one.trips is None else {"today": one.trips[0], "split": one.trips[1]}
    return {"buildings": buildings, "moved": one.moved, "trips": trips, "fits": one.fits, "dissimilarity": groups}
