"""Tiny districts for the levers, and what each rule says of a plan: loops over units, written from the rules' meanings and from no code."""

from functools import cache
from itertools import product
from typing import Any

import numpy as np
from drawn import DATA, grid
from enumerated import are_contiguous, assignments, vectors

from rezoning.district.district import District
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation, shape_value
from rezoning.scenario.schema import Scenario

CLOSE = 1e-6


@cache
def district(seed: int) -> District:
    """Nine units on a grid, two or three schools: water, new units, a closed school, unknown trips and walks."""
    rng = np.random.default_rng(seed)
    n, m = 9, int(rng.integers(2, 4))
    roots = rng.permutation(n)[:m]
    edges = np.array(sorted(pair for pair in grid(3, 3) if rng.random() < 0.95))
    students = np.where(rng.random(n) < 0.25, 0.0, rng.integers(1, 20, n)).astype(float)
    students[roots[0]] = 10.0
    today = np.array([int(np.argmin([abs(u // 3 - r // 3) + abs(u % 3 - r % 3) for r in roots])) for u in range(n)])
    if rng.random() < 0.5:
        today[rng.integers(n)] = int(rng.integers(m))
    today[rng.random(n) < 0.08] = -1
    today[rng.random(n) < 0.08] = m  # a closed school
    today[roots] = np.arange(m)
    travel = np.round(rng.uniform(1, 12, (n, m)))
    travel[rng.random((n, m)) < 0.06] = np.nan
    walk = travel + rng.integers(-1, 3, (n, m))
    low = np.floor(students * rng.random(n))
    low[roots[0]] = 4.0
    k = int((today == m).any())
    closed = {
        "closed_travel": np.where(rng.random((n, k)) < 0.2, np.nan, np.round(rng.uniform(1, 12, (n, k)))),
        "closed_walk": np.round(rng.uniform(1, 12, (n, k))),
        "closed_walkable": rng.random((n, k)) < 0.5,
    }
    return District(
        unit_ids=tuple(f"{u // 3}{u % 3}" for u in range(n)),
        students=students,
        school_ids=tuple("ABC"[:m]),
        school_names=tuple(f"School {c}" for c in "ABC"[:m]),
        school_unit=roots,
        edges=edges,
        groups={"low": low, "black": np.floor((students - low) * rng.random(n))},
        current=today,
        closed_ids=("Z",) if k else (),
        **closed,
        capacity=np.round(students.sum() / m * rng.uniform(0.8, 1.6, m)),
        travel=travel,
        years={"2030": np.round(students * rng.uniform(0.5, 1.5, n)), "2035": rng.integers(0, 20, n).astype(float)},
        growth={"high": students + rng.integers(0, 4, n)},
        grades={"5": np.floor(students * 0.5), "6": np.floor(students * 0.3)},
        portables=rng.integers(0, 10, m).astype(float),
        walkable=rng.random((n, m)) < 0.4,
        walk=np.where(rng.random((n, m)) < 0.2, np.nan, walk) if rng.random() < 0.5 else None,
        crossed=rng.random((n, m)) < 0.25,
        columns={
            "safe": rng.choice(["yes", "No", "", "TRUE", "0", " x "], n, p=[0.15, 0.2, 0.4, 0.1, 0.05, 0.1]),
            "moved": rng.choice(["", "2020", "2024.0", "2022"], n, p=[0.6, 0.1, 0.15, 0.15]),
            "hood": rng.choice(["", "h", "k"], n, p=[0.6, 0.2, 0.2]),
            "area": rng.choice(["west", "east", ""], n, p=[0.5, 0.4, 0.1]),
            "index": np.where(students > 0, rng.choice(["1", "2", "3"], n), ""),
        },
    )


def scenario(rules: dict[str, Any], goals: list[dict[str, Any]] | None = None) -> Scenario:
    return Scenario.model_validate({"name": "levers", "data": DATA, "rules": rules, "goals": goals or [{"minimize": "reassigned"}]})


# -- what a formulation accepts --------------------------------------------------------------------------------------


def accepted(problem: Formulation) -> np.ndarray:
    """Every assignment of nodes that obeys pairs, rows, choices and contiguity, shape (k, N)."""
    found = assignments(problem)
    x = vectors(problem, found)
    activity = (problem.rows.matrix @ x.T).T
    holds = ((activity >= problem.rows.lower - CLOSE) & (activity <= problem.rows.upper + CLOSE)).all(axis=1)
    for either in problem.either:
        q = (either.block.parts @ x.T).T - either.block.target
        holds &= np.array([shape_value(either.block.shape, row, either.block.param) <= CLOSE for row in q])
    return found[holds & are_contiguous(problem, found)]


def accepted_plans(d: District, sc: Scenario) -> set[tuple[int, ...]]:
    """Plans of the units; none where arithmetic refuses the question."""
    try:
        problem = formulate(d, sc)
    except Infeasible:
        return set()
    return {tuple(problem.expand(plan).school.tolist()) for plan in accepted(problem)}


# -- what the rules say ----------------------------------------------------------------------------------------------


def true_plans(d: District, sc: Scenario) -> set[tuple[int, ...]]:
    """Every plan that obeys every rule."""
    return {plan for plan in zonings(d, sc.rules.school_in_own_zone, sc.rules.contiguity.method) if obeys(d, sc, plan)}


@cache
def zonings(d: District, at_home: bool, method: str) -> list[tuple[int, ...]]:
    """Every plan that obeys nothing but `school_in_own_zone` and `contiguity`."""
    homes = {int(u): s for s, u in enumerate(d.school_unit)}
    choices = [[homes[u]] if u in homes and at_home else range(d.num_schools) for u in range(d.num_units)]
    return [plan for plan in product(*choices) if method == "none" or _in_one_piece(d, plan)]


def obeys(d: District, sc: Scenario, plan: tuple[int, ...]) -> bool:
    """All rules but `school_in_own_zone` and `contiguity`."""
    return all(rule(d, sc.rules, plan) for rule in RULES)


def _in_one_piece(d: District, plan: tuple[int, ...]) -> bool:
    """Every unit reaches its school's unit inside its zone."""
    near = [set() for _ in plan]
    for a, b in d.edges.tolist():
        near[a].add(b)
        near[b].add(a)
    for u, s in enumerate(plan):
        seen, waiting = {u}, [u]
        while waiting:
            more = [w for w in near[waiting.pop()] - seen if plan[w] == s]
            seen |= set(more)
            waiting += more
        if int(d.school_unit[s]) not in seen:
            return False
    return True


def _today(d: District, u: int) -> int | None:
    s = int(d.current[u])
    return s if 0 <= s < d.num_schools else None


def _moves(d: District, u: int, s: int) -> bool:
    return d.current[u] >= 0 and d.current[u] != s


def _seats(d: District, rules, s: int) -> tuple[float, float]:
    rule = rules.capacity
    base = d.capacity[s]
    if rule.of == "current":
        enrolled = sum(d.students[u] for u in range(9) if d.current[u] == s)
        base = enrolled or base
    own = rule.schools.get(d.school_ids[s])
    low = own.min if own and own.min is not None else rule.min
    high = own.max if own and own.max is not None else rule.max
    extra = d.portables[s] if rule.portables else 0
    return low * base, np.inf if high is None else high * base + extra


def _capacity(d: District, rules, plan) -> bool:
    if rules.capacity is None:
        return True
    for s in range(d.num_schools):
        low, high = _seats(d, rules, s)
        loads = [sum(n[u] for u in range(9) if plan[u] == s) for n in [d.students, *d.years.values(), *d.growth.values()]]
        for year in rules.phase_in:
            there = 0.0
            for u in range(9):
                old = sum(share * d.grades[grade][u] for grade, share in year.stay.items())
                stays = old if _today(d, u) is not None and plan[u] != _today(d, u) else 0.0
                there += (d.students[u] - stays) * (plan[u] == s) + stays * (_today(d, u) == s)
            loads.append(there)
        if any(load < low - CLOSE or load > high + CLOSE for load in loads):
            return False
    return True


def _stays(d: District, rules, u: int) -> bool:
    """Whether a rule keeps the unit at today's school."""
    kept = rules.protected is not None and d.unit_ids[u] in rules.protected.units and _today(d, u) is not None
    if rules.protected is not None and rules.protected.column and _today(d, u) is not None:
        kept |= str(d.columns[rules.protected.column][u]).strip().lower() in ("yes", "true", "1", "y", "t", "x")
    if rules.not_again is not None and _today(d, u) is not None:
        text = str(d.columns[rules.not_again.column][u])
        kept |= text != "" and float(text) > rules.not_again.year - rules.not_again.years
    return bool(kept)


def _kept(d: District, rules, plan) -> bool:
    return all(plan[u] == _today(d, u) for u in range(9) if _stays(d, rules, u))


def _travel(d: District, rules, plan) -> bool:
    counts_trips = any(rule.measure in ("added_travel", "long_rides") for rule in rules.burden)  # then an unknown trip is none to take
    return (rules.travel is None and not counts_trips) or all(_trip(d, rules, u, plan[u]) for u in range(9))


def _trip(d: District, rules, u: int, s: int) -> bool:
    rule, t, home = rules.travel, d.travel[u, s], _today(d, u)
    is_excused = (rules.stay_allowed and s == home) or rules.assign.get(d.unit_ids[u]) == d.school_ids[s] or (_stays(d, rules, u) and s == home)
    if np.isnan(t):
        return is_excused and (d.students[u] == 0 or all(burden.measure != "long_rides" for burden in rules.burden))
    if is_excused or rule is None:
        return True
    if d.unit_ids[u] in rule.units:
        return t <= rule.units[d.unit_ids[u]] + CLOSE
    if rule.always_within is not None and t <= rule.always_within + CLOSE:
        return True
    on_foot = d.walk is not None and _at_home(d, u, d.walkable, d.closed_walkable) == 1
    made = _at_home(d, u, d.walk, d.closed_walk) if on_foot else _at_home(d, u, d.travel, d.closed_travel)
    limits = [(d.travel, rule, _at_home(d, u, d.travel, d.closed_travel))]
    if rule.modes is not None and d.walkable[u, s]:
        limits.append((d.travel if d.walk is None else d.walk, rule.modes.walk, made))
    elif rule.modes is not None:
        limits.append((d.travel, rule.modes.bus, made))
    for table, limit, now in limits:
        length = table[u, s]
        longest = [] if limit.max is None else [limit.max]
        if limit.max_increase is not None and not np.isnan(now):
            longest.append((1 + limit.max_increase) * now)
        if any(length > most + CLOSE for most in longest):  # an unknown walk is longer than nothing
            return False
    return True


def _at_home(d: District, u: int, table, closed) -> float:
    """A table at today's school, be it open or closed; NaN where there is none, or nobody knows."""
    s = int(d.current[u])
    if s < 0:
        return np.nan
    return float(table[u, s]) if s < d.num_schools else np.nan if closed is None else float(closed[u, s - d.num_schools])


def _walk(d: District, rules, plan) -> bool:
    if rules.walk is None:
        return True
    for u in range(9):
        if rules.walk.guarantee == "keep" and _today(d, u) is not None and d.walkable[u, _today(d, u)] and plan[u] != _today(d, u):
            return False
        if rules.walk.guarantee == "any" and d.walkable[u].any() and not d.walkable[u, plan[u]]:
            return False
    return True


def _nearest(d: District, rules, plan) -> bool:
    if rules.nearest is None:
        return True
    for u in range(9):
        known = [t for t in d.travel[u] if not np.isnan(t)]
        if known and min(known) <= rules.nearest.within and not d.travel[u, plan[u]] <= min(known) + CLOSE:
            return False
    return True


def _crossing(d: District, rules, plan) -> bool:
    rule = rules.no_crossing
    return rule is None or all(not d.crossed[u, plan[u]] or (rule.today == "keep" and plan[u] == _today(d, u)) for u in range(9))


def _together(d: District, rules, plan) -> bool:
    rule = rules.keep_together
    if rule is None:
        return True
    groups = [list(group) for group in rule.groups]
    if rule.column:
        for text in set(d.columns[rule.column].tolist()) - {""}:
            groups.append([d.unit_ids[u] for u in range(9) if d.columns[rule.column][u] == text])
    return all(len({plan[d.unit_ids.index(text)] for text in group}) == 1 for group in groups)


def _unity(d: District, rules, plan) -> bool:
    if rules.unity is None:
        return True
    for u in range(9):
        home = d.current[u]
        if home < 0 or plan[u] == home:
            continue
        near = {int(b if a == u else a) for a, b in d.edges if u in (a, b)}
        mates = [j for j in near if d.current[j] == home]
        if sum(plan[j] == plan[u] for j in mates) < rules.unity.min_share * len(mates) - CLOSE:
            return False
    return True


def _reassigned(d: District, rules, plan) -> bool:
    rule = rules.reassigned
    if rule is None:
        return True
    moved = [u for u in range(9) if _moves(d, u, plan[u])]
    pots = [] if rule.max_share is None else [(d.students, range(9), rule.max_share)]
    pots += [(d.groups[name], range(9), share) for name, share in rule.groups.items()]
    for s, name in enumerate((*d.school_ids, *d.closed_ids)):
        share = rule.schools.get(name, rule.each_school)
        if share is not None:
            pots.append((d.students, [u for u in range(9) if d.current[u] == s], share))
    return all(sum(n[u] for u in units if u in moved) <= share * sum(n[u] for u in units) + CLOSE for n, units, share in pots)


def _bands(d: District, rules, plan) -> bool:
    for band in rules.bands:
        each = d.groups[band.group] if band.group else d.students * np.array([float(text or 0) for text in d.columns[band.index]])
        middle = d.groups[band.group].sum() / d.students.sum() if band.group else np.nan
        parts = band.ranges[:1] if band.preset == "ct_diverse" and middle < 0.5 else band.ranges
        for s, name in enumerate(d.school_ids):
            if band.soft or (band.schools is not None and name not in band.schools) or name in band.except_schools:
                continue
            n, a = (sum(q[u] for u in range(9) if plan[u] == s) for q in (d.students, each))
            if not any(low * n - CLOSE <= a <= high * n + CLOSE for low, high in [_ends(part, middle) for part in parts] if n > 0) and n > 0:
                return False
    return True


def _ends(part, middle: float) -> tuple[float, float]:
    if part.within is not None:
        middle = middle if part.target is None else part.target
        reach = part.within * middle if part.relative else part.within
        return middle - reach, middle + reach
    return -1e9 if part.min is None else part.min, 1e9 if part.max is None else part.max


def _isolation(d: District, rules, plan) -> bool:
    for rule in rules.isolation:
        group = d.groups[rule.group]
        for s in range(d.num_schools):
            now = [u for u in range(9) if d.current[u] == s]
            held = sum(d.students[u] for u in now)
            share = sum(group[u] for u in now) / held if held else 0
            n, a = (sum(q[u] for u in range(9) if plan[u] == s) for q in (d.students, group))
            if a > max(rule.above, share) * n + CLOSE:
                return False
    return True


def _burden(d: District, rules, plan) -> bool:
    for rule in rules.burden:
        group, everyone = (_mean(d, rule, n, plan) for n in (d.groups[rule.group], d.students))
        if np.isnan(group) or np.isnan(everyone):
            continue
        few = CLOSE / d.groups[rule.group].sum()
        if rule.max_ratio is not None and group > (rule.max_ratio * everyone if everyone > 0 else everyone) + few:
            return False
        if rule.max_extra is not None and group > everyone + rule.max_extra + few:
            return False
    return True


def _mean(d: District, rule, n: np.ndarray, plan) -> float:
    """Mean over the students of whom the measure is known; NaN where there are none."""
    total = counted = 0.0
    for u, s in enumerate(plan):
        added = 0.0 if d.current[u] < 0 else d.travel[u, s] - _at_home(d, u, d.travel, d.closed_travel)
        each = {
            "reassigned": _moves(d, u, s),
            "added_travel": added,
            "walk_lost": _at_home(d, u, d.walkable, d.closed_walkable) == 1 and not d.walkable[u, s],
            "long_rides": rule.over is not None and d.travel[u, s] > rule.over + CLOSE,
        }[rule.measure]
        if not np.isnan(each):
            total, counted = total + n[u] * each, counted + n[u]
    return total / counted if counted else np.nan


def _flows(d: District, rules, plan) -> bool:
    for rule in rules.flow_balance:
        area, n = d.columns[rule.column], d.students if rule.group is None else d.groups[rule.group]
        out, back = (
            sum(n[u] for u, s in enumerate(plan) if _moves(d, u, s) and area[u] == a and area[d.school_unit[s]] == b)
            for a, b in (rule.between, rule.between[::-1])
        )
        if out > rule.max_ratio * back + CLOSE or (rule.ways == "both" and back > rule.max_ratio * out + CLOSE):
            return False
    return True


RULES = [
    _capacity, _kept, _travel, _walk, _nearest, _crossing, _together, _unity, _reassigned, _bands, _isolation, _burden, _flows,
]  # fmt: skip
