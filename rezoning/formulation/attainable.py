"""What a school, or all schools of a band together, can attain at all: numbers of students, and shares of a group."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.errors import Problems
from rezoning.formulation.bands import Limits, band_limits, band_load, band_schools, share_of_today
from rezoning.formulation.culprits import Culprits, cure
from rezoning.formulation.formulation import Floats, Ints, Pairs
from rezoning.formulation.growth import Enrollment, enrollments
from rezoning.formulation.rules import capacity_base, capacity_limits
from rezoning.scenario.bands import BandRule
from rezoning.scenario.schema import CapacityRule, Scenario

SLACK = 1e-6  # students: the contract's tolerance
WIDEN = "Widen the band, name schools that it is not for in except_schools"


def seats(pairs: Pairs, district: District, scenario: Scenario, problems: Problems, culprits: Culprits) -> None:
    """Collect, for every year, schools that cannot be filled to their least or must exceed their most, and a district with too few seats."""
    rule = scenario.rules.capacity
    if rule is not None:
        for year in enrollments(district, scenario):
            _seats_of_all(district, scenario, rule, year, problems)
            _seats_of_each(pairs, district, scenario, rule, year, problems, culprits)


def _seats_of_all(district: District, scenario: Scenario, rule: CapacityRule, year: Enrollment, problems: Problems) -> None:
    place, when = scenario.rules.place("capacity"), f" ({year.name})" if year.name else ""
    base, (least, most) = capacity_base(district, rule), capacity_limits(district, scenario)
    least = np.where(district.optional, 0.0, least)
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
    base, (least, most) = capacity_base(district, rule), capacity_limits(district, scenario)
    least = np.where(district.optional, 0.0, least)  # it may be closed
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


def bands_of_all(pairs: Pairs, district: District, scenario: Scenario, problems: Problems, culprits: Culprits) -> None:
    """Collect bands whose schools together need more students of the group, or of the others, than there are, or cannot hold those there are."""
    for k, rule in enumerate(scenario.rules.bands):
        if not rule.soft:
            load, limits, schools = band_load(district, rule), band_limits(district, rule), band_schools(district, rule)
            place = scenario.rules.place("bands", k)
            if len(schools) == district.num_schools:
                _share_of_district(place, rule, float(load.sum() / district.total_students), (limits[0][0], limits[-1][1]), problems)
            elif len(schools) and rule.group is not None and ((load >= 0) & (load <= district.students)).all():
                low, high = max(limits[0][0], 0.0), min(limits[-1][1], 1.0)
                for who, counted, limit in (
                    (f"of '{rule.group}'", load, (low, high)),
                    (f"who are not of '{rule.group}'", district.students - load, (1 - high, 1 - low)),
                ):
                    for kind, message in _room(who, counted, limit, schools, _sizes(pairs, district, scenario)).items():

                        def has_room(
                            p: Pairs, other: Scenario, who: str = who, counted: Floats = counted, limit: Limits = limit,
                            schools: Ints = schools, kind: str = kind,
                        ) -> bool:  # fmt: skip
                            return kind not in _room(who, counted, limit, schools, _sizes(p, district, other))

                        problems.add(place, message, cure(WIDEN, culprits.loosen(has_room, but="bands")))


def _share_of_district(place: str, rule: BandRule, share: float, limits: Limits, problems: Problems) -> None:
    """All schools together are the district."""
    what = rule.group or f"mean of {rule.index}"
    for is_beyond, limit, word in ((share < limits[0] - 1e-9, limits[0], "least"), (share > limits[1] + 1e-9, limits[1], "most")):
        if is_beyond:
            message = f"every school must have at {word} {limit:.4g} {what}, and the district has {share:.4g}."
            problems.add(place, message, "Widen the band, or name the schools that it is for.")


def _sizes(pairs: Pairs, district: District, scenario: Scenario) -> tuple[Floats, Floats]:
    """Fewest and most students that each school can have, by reach and capacity; shape (m,) each."""
    fewest, most = within_reach(pairs, district.students, np.zeros(district.num_schools))
    if scenario.rules.capacity is not None:
        least, seats = capacity_limits(district, scenario)
        fewest, most = np.maximum(fewest, np.where(district.optional, 0.0, least)), np.minimum(most, seats)
    return fewest, most


def _room(who: str, load: Floats, limits: Limits, schools: Ints, sizes: tuple[Floats, Floats]) -> dict[str, str]:
    """What is wrong where chosen schools need more of some students than there are, or leave more than the other schools hold; by kind.

    The chosen schools take at least ``least x their fewest students`` of them and at most ``most x their most``, the others at most their most.
    """
    (fewest, most), total = sizes, float(load.sum())
    low, high = limits
    few, many = float(fewest[schools].sum()), float(most[schools].sum())
    elsewhere = float(np.delete(most, schools).sum())
    found = {}
    if low * few > total + SLACK:
        found["too few"] = f"its schools hold at least {few:g} students, so at least {low * few:g} {who}, and there are {total:g}."
    if total > high * many + elsewhere + SLACK:
        held = f"its schools may have at most {high * many:g} students {who} and the others hold {elsewhere:g} students"
        found["too many"] = f"{held}, and there are {total:g}."
    return found


def bands_of_each(pairs: Pairs, district: District, scenario: Scenario, problems: Problems, culprits: Culprits) -> None:
    """Collect schools that cannot get into any range of a band."""
    for k, rule in enumerate(scenario.rules.bands):
        if not rule.soft:
            load, what = band_load(district, rule), rule.group or f"mean of {rule.index}"
            place = scenario.rules.place("bands", k)
            for s in band_schools(district, rule).tolist():
                asked = (district, s, load, band_limits(district, rule), what)
                message = _unattained(pairs, *asked)
                if message:
                    loosen = culprits.loosen(lambda p, _, asked=asked: not _unattained(p, *asked), but="bands")  # type: ignore[misc]
                    problems.add(place, message, cure(WIDEN, loosen))


def isolation_of_each(pairs: Pairs, district: District, scenario: Scenario, problems: Problems, culprits: Culprits) -> None:
    """Collect schools that cannot get below what the rule on isolation allows them."""
    for k, rule in enumerate(scenario.rules.isolation):
        group = district.groups[rule.group]
        for s, highest in enumerate(np.maximum(rule.above, share_of_today(district, group)).tolist()):
            asked = (district, s, group, [(-np.inf, highest)], rule.group)
            message = _unattained(pairs, *asked)
            if message:
                loosen = culprits.loosen(lambda p, _, asked=asked: not _unattained(p, *asked), but="isolation")  # type: ignore[misc]
                problems.add(scenario.rules.place("isolation", k), message, cure("Raise above", loosen))


def _unattained(pairs: Pairs, district: District, s: int, load: Floats, limits: list[Limits], what: str) -> str:
    """The sentence about a school that cannot get into any of the ranges; empty where it can."""
    found = attainable(pairs, district.students, load, s)
    if found is None or any(low <= found[1] + 1e-9 and found[0] <= high + 1e-9 for low, high in limits):
        return ""
    wanted = " or ".join(_range(low, high) for low, high in limits)
    ends = dict.fromkeys(f"{end + 0.0:.4g}" for end in found)  # 0.0: no minus before nothing
    return f"{district.school_names[s]} must have {wanted} {what}, and under the other rules it has {' to '.join(ends)}."


def _range(low: float, high: float) -> str:
    if not np.isfinite(low):
        return f"at most {high:.4g}"
    return f"at least {low:.4g}" if not np.isfinite(high) else f"{low:.4g} to {high:.4g}"


def attainable(pairs: Pairs, students: Floats, load: Floats, s: int) -> tuple[float, float] | None:
    """Least and largest share that one school can have over all sets of nodes that it may get and those it must.

    None where it may be left without students, and where a share has no meaning (a load without students).
    """
    own = pairs.school == s
    size, held = pairs.per_node(students)[pairs.node[own]], pairs.per_node(load)[pairs.node[own]]
    must = pairs.is_fixed[own]
    if (size < 0).any() or (held[size <= 0] != 0).any() or size[must].sum() <= 0:
        return None
    return -_best(size, -held, must), _best(size, held, must)


def _best(size: Floats, held: Floats, must: NDArray[np.bool_]) -> float:
    """Largest held / size: the best nodes are taken as long as they raise it."""
    optional = np.flatnonzero(~must & (size > 0))
    optional = optional[np.argsort(-held[optional] / size[optional], kind="stable")]
    total = size[must].sum() + np.concatenate([[0.0], np.cumsum(size[optional])])
    return float(((held[must].sum() + np.concatenate([[0.0], np.cumsum(held[optional])])) / total).max())
