"""Arithmetic that shows, before any solver, that the rules leave no plan; all findings at once, each with its cure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rezoning.district.district import District, same_school_components
from rezoning.errors import Infeasible, Problem, Problems, shown
from rezoning.formulation.culprits import Culprits, cure
from rezoning.formulation.formulation import Floats, Pairs
from rezoning.formulation.growth import Enrollment, enrollments
from rezoning.formulation.rules import capacity_base, capacity_limits
from rezoning.scenario.schema import CapacityRule, Scenario

SLACK = 1e-6  # students: the contract's tolerance

PARTS_CURE = "draw the parts of '{0}' as units of their own, count them as one piece with data.adjacency.links: [['{0}', '{0}']]"


FEW = 5  # pieces of ground without a school that are told one by one


def parts_without_school(district: District, scenario: Scenario, sources: np.ndarray, problems: Problems) -> np.ndarray:
    """Collect components of the land that hold no source, itself a piece of it; the units with ground in them, shape (n,) bool."""
    found, land = np.zeros(district.num_units, dtype=bool), district.land
    if scenario.rules.contiguity.method == "none":
        return found
    labels = same_school_components(land.graph, np.zeros(len(land.unit), dtype=np.int64))
    lost = ~np.isin(labels, labels[sources])
    found[land.unit[lost]] = True
    main, is_main_lost = labels[: district.num_units], lost[: district.num_units]
    pieces = [np.flatnonzero(main == label) for label in np.unique(main[is_main_lost])]
    parts = [np.unique(land.unit[labels == label]) for label in np.unique(labels[lost & ~np.isin(labels, main)])]  # mainly elsewhere
    for units in pieces if len(pieces) <= FEW else [np.sort(np.concatenate(pieces))]:
        hang = "hang together with no school" if len(pieces) <= FEW else f"lie in {len(pieces)} pieces of ground that hang together with no school"
        problems.add(
            scenario.rules.place("contiguity"),
            f"{len(units)} {'unit' if len(units) == 1 else 'units'} with {district.students[units].sum():g} students {hang}: "
            f"{shown(district.unit_ids[u] for u in units)}.",
            "Join them with data.adjacency.links (a bridge or ferry), widen data.adjacency.snap_m, or drop them from the units.",
        )
    for units in parts:
        one = len(units) == 1
        problems.add(
            scenario.rules.place("contiguity"),
            f"{'a part of a unit' if one else f'parts of {len(units)} units'} drawn in several places can be joined to no school over land: "
            f"{shown(district.unit_ids[u] for u in units)}.",
            f"D{PARTS_CURE.format(district.unit_ids[units[0]])[1:]}, or keep today's islands (contiguity.islands: keep).",
        )
    return found


def parted(district: District, units: np.ndarray) -> np.ndarray:
    """Those of the units that are drawn in several places."""
    return np.asarray(units[np.bincount(district.land.unit)[units] > 1])


class Stranded(Infeasible):
    """Units whose admissible schools are all cut off from them by units that may not have those schools."""

    def __init__(self, district: District, scenario: Scenario, units: np.ndarray, cures: Sequence[str] = ()) -> None:
        self.units = units
        several = parted(district, units)
        where = f" ({shown(district.unit_ids[u] for u in several)}: drawn in several places, which must all hang together with the school)"
        message = (
            f"{len(units)} {'unit cannot' if len(units) == 1 else 'units cannot'} be joined to any school they may have: "
            f"{shown(district.unit_ids[u] for u in units)}{where if len(several) else ''}; "
            "the units between them and the school may not have that school."
        )
        if len(several):
            cures = (*cures, PARTS_CURE.format(district.unit_ids[several[0]]))
        cured = [one for one in (*cures, "add data.adjacency.links") if one]
        said = f"{', '.join(cured[:-1])}, or {cured[-1]}" if len(cured) > 1 else cured[0]
        super().__init__(Problem(scenario.rules.place("contiguity"), message, f"{said[:1].upper()}{said[1:]}."))


def seats(pairs: Pairs, district: District, scenario: Scenario, problems: Problems, culprits: Culprits) -> None:
    """Collect, for every year, schools that cannot be filled to their least or must exceed their most, and a district with too few seats."""
    rule = scenario.rules.capacity
    if rule is not None:
        for year in enrollments(district, scenario):
            _seats_of_all(district, scenario, rule, year, problems)
            _seats_of_each(pairs, district, scenario, rule, year, problems, culprits)


def _seats_of_all(district: District, scenario: Scenario, rule: CapacityRule, year: Enrollment, problems: Problems) -> None:
    place, when = scenario.rules.place("capacity"), f" ({year.name})" if year.name else ""
    base, (least, most) = capacity_base(district, rule), capacity_limits(district, rule)
    total = float(year.load.sum() + year.beside.sum())
    own = [rule.schools.get(text) for text in district.school_ids]
    if total > most.sum() + SLACK:
        alike = rule.max is not None and most.sum() == rule.max * base.sum()
        movable = base[[one is None or one.max is None for one in own]].sum()
        how = "Raise the limits of rules.capacity.schools." if base.sum() else "Give the schools seats."
        if movable:
            how = f"Raise rules.capacity.max to at least {_up((total - most.sum()) / movable + (rule.max or 0.0))}."
        of = f" ({rule.max:g} of {base.sum():g})" if alike else ""
        problems.add(place, f"{total:g} students{when} do not fit: all schools together may hold {most.sum():g}{of}.", how)
    if total < least.sum() - SLACK:
        alike = least.sum() == (rule.min * base).sum()
        movable = base[[one is None or one.min is None for one in own]].sum()
        lower = rule.min - (least.sum() - total) / movable if movable else -1.0
        key = f"rules.capacity.min to at most {_down(lower)}" if lower >= 0 else "rules.capacity.schools, the least of some of them"
        of = f" ({rule.min:g} of {base.sum():g})" if alike else ""
        problems.add(place, f"{total:g} students{when} are too few: all schools together must hold {least.sum():g}{of}.", f"Lower {key}.")


def _seats_of_each(
    pairs: Pairs, district: District, scenario: Scenario, rule: CapacityRule, year: Enrollment, problems: Problems, culprits: Culprits
) -> None:
    place, when = scenario.rules.place("capacity"), f" ({year.name})" if year.name else ""
    base, (least, most) = capacity_base(district, rule), capacity_limits(district, rule)
    fewest, reach = within_reach(pairs, year.load, year.beside)

    def without(s: int, is_filled: bool) -> str:
        """The rules without which a school can be filled to its least, or has no more than its most."""

        def is_mended(p: Pairs, _: Scenario) -> bool:
            low, high = within_reach(p, year.load, year.beside)
            return bool(high[s] >= least[s] - SLACK if is_filled else low[s] <= most[s] + SLACK)

        return culprits.loosen(is_mended, but="capacity")

    for s, (text, name) in enumerate(zip(district.school_ids, district.school_names, strict=True)):
        own = rule.schools.get(text)
        if reach[s] < least[s] - SLACK:
            key = "rules.capacity.min" if own is None or own.min is None else f"rules.capacity.schools.{text}.min"
            problems.add(
                place,
                f"{name} must hold at least {least[s]:g} students, but only {reach[s]:g}{when} live where they may be assigned to it.",
                cure(f"Lower {key}", without(s, is_filled=True)),
            )
        if fewest[s] > most[s] + SLACK:
            key = "rules.capacity.max" if own is None or own.max is None else f"rules.capacity.schools.{text}.max"
            share = (fewest[s] - most[s]) / base[s] + (rule.limits(text)[1] or 0.0) if base[s] else 0.0
            problems.add(
                place,
                f"{name} may hold at most {most[s]:g} students, but {fewest[s]:g}{when} have no other school under the rules.",
                cure(f"Raise {key} to at least {_up(share)}" if base[s] else "Give the school seats", without(s, is_filled=False)),
            )


def within_reach(pairs: Pairs, load: Floats, beside: Floats) -> tuple[Floats, Floats]:
    """Fewest and most that any choice of admissible schools gives each school; shape (m,) each."""
    held = pairs.per_node(load)[pairs.node]
    fewest = np.where(pairs.is_fixed, held, np.minimum(held, 0.0))
    most = np.where(pairs.is_fixed, held, np.maximum(held, 0.0))
    ends = (np.bincount(pairs.school, weights=end, minlength=pairs.num_schools) for end in (fewest, most))
    low, high = (end + beside for end in ends)
    return low, high


def _up(share: float) -> str:
    return f"{np.ceil(share * 1000 - 1e-9) / 1000:g}"


def _down(share: float) -> str:
    return f"{np.floor(share * 1000 + 1e-9) / 1000:g}"
