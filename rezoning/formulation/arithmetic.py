"""What arithmetic can say before any solver: rules that nothing can meet, and what a band leaves possible."""

from __future__ import annotations

import numpy as np

from rezoning.district.district import District
from rezoning.errors import Problems, shown
from rezoning.formulation.attainable import bands_of_all, bands_of_each, isolation_of_each
from rezoning.formulation.bands import band_limits, band_load, band_schools
from rezoning.formulation.burden import burden_limits, flows
from rezoning.formulation.formulation import Floats, Ints, Pairs
from rezoning.formulation.stability import budgets
from rezoning.formulation.sums import moved_pairs
from rezoning.formulation.tables import Table
from rezoning.scenario.bands import NOT_ADVICE, PRESETS, BandRule
from rezoning.scenario.schema import Scenario

SLACK = 1e-6  # students: the contract's tolerance


# -- rules that nothing can meet -------------------------------------------------------------------------------------


def torn_apart(district: District, scenario: Scenario, groups: list[Ints], table: Table, problems: Problems) -> None:
    """Collect groups of units that must go together and have no school in common."""
    for units in groups:
        if not table[units].all(axis=0).any():
            few = dict.fromkeys(table[u].tobytes() for u in units)  # units that may have the same schools are said once
            chosen = [next(u for u in units if table[u].tobytes() == row) for row in few]
            said = shown((f"'{district.unit_ids[u]}' only {shown(district.school_names[s] for s in np.flatnonzero(table[u]))}" for u in chosen), 3)
            problems.add(
                scenario.rules.place("keep_together"),
                f"units {shown(district.unit_ids[u] for u in units)} must go to one school, and none is allowed to all of them ({said}).",
                "Take a unit out of the group, or the rule that binds it.",
            )


def hopeless(pairs: Pairs, district: District, scenario: Scenario, problems: Problems) -> None:
    """Collect rules that no choice of admissible schools can meet, each for itself."""
    _budgets(pairs, district, scenario, problems)
    _burdens(pairs, district, scenario, problems)
    bands_of_all(pairs, district, scenario, problems)
    bands_of_each(pairs, district, scenario, problems)
    isolation_of_each(pairs, district, scenario, problems)


def least_sum(pairs: Pairs, table: Floats) -> float:
    """The least that a (unit, school) table can sum to over admissible schools: every node at its cheapest."""
    return float(np.minimum.reduceat(pairs.from_table(table), pairs.first[:-1]).sum())


def _budgets(pairs: Pairs, district: District, scenario: Scenario, problems: Problems) -> None:
    moved = moved_pairs(district)
    for budget in budgets(district, scenario):
        least, total = least_sum(pairs, budget.students[:, None] * moved), budget.students.sum()
        if least > budget.limit + SLACK:
            who = {"groups": f"of '{budget.subject}' ", "schools": f"of {budget.subject} ", "each_school": f"of {budget.subject} "}
            problems.add(
                scenario.rules.place("reassigned", *budget.keys),
                f"under the other rules at least {least:g} of {total:g} students {who.get(str(budget.keys[0]), '')}must change schools, "
                f"and the budget is {budget.limit:g} ({budget.share:g} of them).",
                f"Raise it to at least {np.ceil(least / total * 1000 - 1e-9) / 1000:g}, or loosen the rules that move them.",
            )


def _burdens(pairs: Pairs, district: District, scenario: Scenario, problems: Problems) -> None:
    cure = "Raise it, or loosen the rules that move students."
    for k, rule in enumerate(scenario.rules.burden):
        for key, table, limit in burden_limits(district, rule):
            if least_sum(pairs, table) > limit + SLACK:
                value = f"{rule.max_ratio:g} times everyone's" if key == "max_ratio" else f"{rule.max_extra:g} above everyone's"
                message = f"the other rules leave no plan in which {rule.measure} of '{rule.group}' is at most {value}."
                problems.add(scenario.rules.place("burden", k, key), message, cure)
    for k, flow in enumerate(scenario.rules.flow_balance):
        (there, back), (a, b) = flows(district, flow), flow.between
        for one, other, start, end in ((there, back, a, b), (back, there, b, a))[: 2 if flow.ways == "both" else 1]:
            if least_sum(pairs, one - flow.max_ratio * other) > SLACK:
                much = f"than {flow.max_ratio:g} times those who can go the other way"
                message = f"the other rules send more students from '{start}' to '{end}' {much}."
                problems.add(scenario.rules.place("flow_balance", k, "max_ratio"), message, cure)


# -- what bands leave possible ---------------------------------------------------------------------------------------


def possibilities(district: District, scenario: Scenario) -> tuple[str, ...]:
    """Sentences to read before a solve: where each preset comes from, and what its bands leave possible in this district.

    With a share f of all students in schools whose share of a group is q, the group and the others must be enough: f q <= P and
    f (1 - q) <= 1 - P, with P the district's share. So f <= min(P / q, (1 - P) / (1 - q)), and the other schools are left with (P - f q) / (1 - f).
    """
    said = [
        f"Band {rule.preset} on {rule.group or rule.index}: {PRESETS[rule.preset].source}; {NOT_ADVICE}."
        for rule in scenario.rules.bands
        if rule.preset is not None
    ]
    for rule in scenario.rules.bands:
        if rule.group in district.groups and district.total_students > 0:
            said += [*_most_students(district, rule), *_left_for_others(district, rule)]
    return tuple(dict.fromkeys(said))


def most_students(share: float, low: float, high: float) -> float:
    """The largest share of all students that can be in schools whose share of a group is between two numbers, where the district's is `share`.

    ``max over q in [low, high] of min(P / q, (1 - P) / (1 - q))``: 1 where P is inside, else at the end nearer to P.
    """
    if share < low:
        return share / low
    return (1 - share) / (1 - high) if share > high else 1.0


def _most_students(district: District, rule: BandRule) -> list[str]:
    """How many students can be in schools within a band, and for a target of its own in schools that meet it exactly."""
    share = float(band_load(district, rule).sum() / district.total_students)
    start = f"At a {rule.group} share of {share:.3g}"
    said = []
    for target in dict.fromkeys(part.target for part in rule.ranges if part.target is not None):
        how = "2 x min(P, 1-P)" if target == 0.5 else f"min(P / {target:g}, (1-P) / {1 - target:g})"
        said.append(f"{start} {_at_most(most_students(share, target, target))} of students can be in schools of {_percent(target)} ({how}).")
    if all(part.within is not None and part.target is None for part in rule.ranges):
        return said  # around the district's own share there is room for everyone
    limits = [(max(low, 0.0), min(high, 1.0)) for low, high in band_limits(district, rule)]
    room = most_students(share, limits[0][0], limits[-1][1])
    ranges = " or ".join(f"{100 * low:.3g} to {_percent(high)}" for low, high in limits)
    return [*said, f"{start} {_at_most(room)} of students can be in schools of {ranges}."]


def _left_for_others(district: District, rule: BandRule) -> list[str]:
    """The share that is left for the other schools, where a band is on chosen ones and they hold as many students as today (as their seats)."""
    schools, m = band_schools(district, rule), district.num_schools
    basis, of = (district.enrollment(district.stayable), "of today's students") if district.has_current else (district.capacity, "of the seats")
    if basis is None or basis.sum() <= 0:
        basis, of = np.ones(m), "of the schools"
    f = float(basis[schools].sum() / basis.sum())
    if not 0 < f < 1:
        return []
    share = float(band_load(district, rule).sum() / district.total_students)
    limits = band_limits(district, rule)
    low, high = max(limits[0][0], 0.0), min(limits[-1][1], 1.0)
    names = shown(district.school_names[s] for s in schools)
    least, most = (share - f * high) / (1 - f), (share - f * low) / (1 - f)
    start = f"If {names} hold {_percent(f)} of all students (their share {of}) at {100 * low:.3g} to {_percent(high)} {rule.group}"
    if most < 0 or least > 1:
        return [f"{start}, the district has too {'few' if most < 0 else 'many'} of them: its share is {share:.3g}."]
    return [f"{start}, the other schools have {100 * max(least, 0.0):.3g} to {_percent(min(most, 1.0))}."]


def _at_most(share: float) -> str:
    return "all" if share >= 1 else f"at most {_percent(share)}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
