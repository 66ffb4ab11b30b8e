"""The drawn districts of `drawn`, with everything that levers need and a few levers each."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from drawn import Case, case, parted, scenario

from rezoning.district.district import District


def equipped(district: District, seed: int) -> District:
    """The district with all that levers need."""
    rng = np.random.default_rng([seed, 7])
    n, m, students = district.num_units, district.num_schools, district.students
    texts = {
        "area": np.array([*rng.permutation(["north", "south"]), *rng.choice(["north", "south"], n - 2)]),
        "hood": np.where(rng.random(n) < 0.5, "", rng.choice(["a", "b", "c"], n)),
        "rezoned": np.where(rng.random(n) < 0.7, "", rng.choice(["2019", "2024", "2026"], n)),
        "protected": np.where(rng.random(n) < 0.15, "yes", ""),
        "ses": rng.integers(1, 4, n).astype(str),
    }
    walkable = rng.random((n, m)) < 0.4
    walk = np.round(rng.uniform(2, 30, (n, m)), 1)
    k, has_walks = len(district.closed_ids), rng.random() < 0.5
    closed = np.where(rng.random((n, k)) < 0.2, np.nan, np.round(rng.uniform(0, 12, (n, k)), 1))
    return replace(
        district,
        closed_travel=None if district.travel is None or rng.random() < 0.1 else closed,
        closed_walkable=rng.random((n, k)) < 0.5,
        closed_walk=np.round(rng.uniform(2, 30, (n, k)), 1) if has_walks else None,
        groups={name: np.minimum(group, students) for name, group in district.groups.items()},
        partition=("black", "white"),
        years={"2028": np.round(students * rng.uniform(0.8, 1.2, n))},
        growth={"high": np.round(students * 1.1)},
        grades={"4": np.floor(students * 0.3), "5": np.floor(students * 0.3)},
        portables=np.round(rng.uniform(0, 30, m)),
        portable_price=rng.choice([1.0, 2.5], m),
        walkable=walkable,
        walk=walk if has_walks else None,
        crossed=rng.random((n, m)) < 0.2,
        columns={name: column.astype(object) for name, column in texts.items()},
        border_m=np.round(rng.uniform(50, 400, len(district.edges))),
    )


def lever_rules(rng: np.random.Generator, d: District) -> list[dict[str, Any]]:
    """One rule of every kind that the district allows, as sections to be merged."""
    low, school = float(rng.uniform(0.05, 0.3)), str(rng.choice(d.school_ids))
    any_school, units = str(rng.choice([*d.school_ids, *d.closed_ids])), rng.permutation(d.unit_ids).tolist()
    found: list[dict[str, Any]] = [
        {"bands": [{"group": "low", "within": round(low, 2)}]},
        {"bands": [{"group": "black", "target": 0.4, "within": 0.5, "relative": True, "schools": [school]}]},
        {"bands": [{"group": "low", "within": 0.04, "either": [{"min": 0.5, "max": 1}]}]},
        {"bands": [{"group": str(rng.choice(["low", "black"])), "preset": "ct_diverse", "except_schools": [any_school][: d.num_schools - 1]}]},
        {"bands": [{"index": "ses", "min": 1.5, "max": 2.5}]},
        {"bands": [{"index": "ses", "preset": "jcps_index"}, {"group": "black", "min": 0.2, "max": 0.6}]},
        {"isolation": [{"group": "black", "above": round(float(rng.uniform(0.3, 0.7)), 2)}]},
        {"keep_together": {"column": "hood"}},
        {"keep_together": [units[:2], units[1:4]]},
        {"forbid": [[units[0], any_school], [units[1], school]]},
        {"assign": {units[0]: school}},
    ]
    if d.capacity is not None:
        found.append({"capacity": {"max": 1.0, "portables": True, "schools": {school: {"max": 1.3}}}})
        found.append({"capacity": {"min": 0.4, "max": 1.5, "schools": {any_school: {"min": 0.2}}}})
    found.append({"walk": {"guarantee": "any"}})
    if d.travel is not None:
        found.append({"nearest": {"within": 2}})
        found += [{"travel": _travel_limits(rng, d, units)} for _ in range(3)]
        found.append({"burden": [{"group": "low", "measure": "long_rides", "over": 4, "max_ratio": 1.5}]})
    if d.has_current:
        found += _rules_on_change(rng, d, school, any_school, units)
    return found


def _travel_limits(rng: np.random.Generator, d: District, units: list[str]) -> dict[str, Any]:
    """Limits of every kind, some of them together."""
    own = {u: float(rng.choice([1, 4, 9, 15])) for u in units[:2]}
    limits: dict[str, Any] = {"max": float(rng.choice([6, 12])), "always_within": 3, "units": own}
    limits["modes"] = {"walk": {"max": 20}, "bus": {"max": 8}}
    if d.has_current:
        limits["max_increase"] = float(rng.choice([0, 0.5, 2]))
        limits["modes"] = {"walk": {"max_increase": float(rng.choice([0, 0.5, 2]))}, "bus": {"max": 9, "max_increase": float(rng.choice([0, 1]))}}
    kept = [key for key in limits if rng.random() < 0.5] or ["units"]
    return {key: limits[key] for key in kept}


def _rules_on_change(rng: np.random.Generator, d: District, school: str, any_school: str, units: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"no_crossing": {"today": str(rng.choice(["keep", "forbid"]))}},
        {"protected": {"column": "protected", "units": units[:1]} if rng.random() < 0.5 else {"column": "protected"}},
        {"protected": {"units": units[:2]}},
        {"not_again": {"column": "rezoned", "years": 3, "year": 2026}},
        {"walk": {"guarantee": "keep"}},
        {"unity": {"min_share": float(rng.choice([0.34, 0.5, 1.0]))}},
        {"reassigned": {"groups": {"black": 0.5}, "each_school": 0.6, "schools": {any_school: float(rng.choice([0.4, 1]))}}},
        {"reassigned": {"max_share": 0.4, "schools": dict.fromkeys(d.closed_ids, 1) | {school: 0.3}}},
        {"locked": {"units": units[:1]}},
        {"locked": {"schools": [school]}},
        {"burden": [{"group": "black", "measure": "reassigned", "max_ratio": 1.1}]},
        {"burden": [{"group": "low", "measure": "walk_lost", "max_extra": 0.05}]},
        {"burden": [{"group": "low", "measure": "walk_lost", "max_ratio": 1.2}]},
        {"flow_balance": [{"column": "area", "between": ["north", "south"], "max_ratio": 1.5, "ways": str(rng.choice(["both", "one"]))}]},
    ]
    if d.travel is not None:
        found.append({"burden": [{"group": "black", "measure": "added_travel", "max_extra": 0.5}]})
        ratio = float(rng.choice([0.8, 1, 1.1, 1.5]))
        found.append({"burden": [{"group": name, "measure": "added_travel", "max_ratio": ratio} for name in ("low", "black")]})
        found.append({"burden": [{"group": "black", "measure": "long_rides", "over": 5, "max_ratio": 1.2, "max_extra": 0.1}]})
    if d.capacity is not None:
        found.append({"capacity": {"max": 1.4, "min": 0.2}, "phase_in": [{"year": "2027", "stay": {"4": 1, "5": 0.5}}]})
    return found


def lever_goals(d: District) -> list[dict[str, Any]]:
    """Every goal of the levers that the district allows."""
    found: list[dict[str, Any]] = [{"minimize": name, "group": "low"} for name in ("normalized_exposure", "isolation", "max_deviation")]
    found += [{"minimize": name} for name in ("theil_h", "not_walking", "cut_edges", "boundary_length")]
    found += [{"minimize": "dissimilarity", "group": "black", "versus": "white"}, {"minimize": "imbalance"}]
    if d.capacity is not None:
        found += [{"minimize": "over_capacity"}]
        found += [{"minimize": "out_of_utilization", "min": 0.8, "max": 1}, {"minimize": "utilization_spread"}, {"minimize": "portables"}]
    if d.has_current:
        found += [{"minimize": "reassigned"}]
        found += [{"minimize": "schools_changed"}, {"minimize": "walk_lost"}, {"minimize": "burden_gap", "measure": "reassigned"}]
    if d.travel is not None:
        found += [{"minimize": "travel"}, {"minimize": "long_rides", "over": 5}]
    if d.travel is not None and d.has_current:
        found += [{"minimize": "added_travel"}, {"minimize": "burden_gap", "measure": "added_travel", "groups": ["low", "black"]}]
    return found


def today_trips(d: District) -> np.ndarray:
    """Trips to today's schools, open or closed, NaN where unknown."""
    unknown = np.full((d.num_units, len(d.closed_ids) + 1), np.nan)  # the last for new units
    closed = unknown if d.closed_travel is None else np.hstack([d.closed_travel, unknown[:, -1:]])
    return np.hstack([d.travel, closed])[np.arange(d.num_units), d.current]


def has_no_value(d: District, goal: dict[str, Any]) -> bool:
    """Whether a goal compares nobody with anybody in this district."""
    total = d.students.sum()
    named = [goal["group"]] if "group" in goal else goal.get("groups") or (list(d.groups) if goal["minimize"] == "burden_gap" else [])
    empty = [name for name in named if not 0 < d.groups[name].sum() < total]
    remainder = d.students - d.groups["black"] - d.groups["white"]
    if "added_travel" in (goal["minimize"], goal.get("measure")):
        counted = np.isnan(today_trips(d)) & (d.current >= 0)
        empty += [name for name in named if not d.groups[name][~counted].sum() > 0] + ["all"] * (not d.students[~counted].sum() > 0)
    return bool(empty) or (goal["minimize"] == "theil_h" and bool((remainder < 0).any()))


@cache
def lever_case(seed: int, max_units: int = 8, in_places: bool = False) -> Case:
    """The case of a seed: one to four levers as rules, one to three as goals, on a drawn district; `in_places`: with units in several places."""
    base = parted(seed, max_units) if in_places else case(seed, max_units)
    rng, d = np.random.default_rng([seed, 11]), equipped(base.district, seed)
    method = str(rng.choice(["exact", "exact", "exact", "exact", "none", "closer_neighbor"]))
    rules: dict[str, Any] = {"contiguity": {"method": method, "islands": "forbid"}}
    if d.has_current and rng.random() < 0.5:
        rules["contiguity"]["islands"] = "keep"
    kinds = lever_rules(rng, d)
    for i in rng.permutation(len(kinds))[: rng.choice([1, 2, 3, 4])]:
        rules |= kinds[i]
    for key, chance in (("school_in_own_zone", 0.3), ("stay_allowed", 0.2)):
        rules[key] = not rng.random() < chance
    return Case(d, scenario(rules, _lever_goals(rng, d, rules)))


def _lever_goals(rng: np.random.Generator, d: District, rules: dict[str, Any]) -> list[dict[str, Any]]:
    """One to three goals, weighed or in order, some of them giving something up."""
    goals = [goal for goal in lever_goals(d) if not has_no_value(d, goal)]
    goals += [{"minimize": "out_of_band"}] * 3 * ("bands" in rules)
    if "bands" in rules and rng.random() < 0.5:
        rules["bands"] = [band | {"soft": True} for band in rules["bands"]]
    picked = [goals[i] for i in rng.permutation(len(goals))[: rng.choice([1, 2, 3], p=[0.6, 0.3, 0.1])]]
    if len(picked) > 1 and rng.random() < 0.3:
        return [goal | {"weight": float(rng.choice([0.5, 1, 3]))} for goal in picked]
    return [goal | ({"give_up": float(rng.choice([0.1, 0.5]))} if rng.random() < 0.3 else {}) for goal in picked]
