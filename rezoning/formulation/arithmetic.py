"""What arithmetic can say before any solver: rules that nothing can meet, and what a band leaves possible."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rezoning.district.district import District
from rezoning.errors import Problems, shown
from rezoning.formulation.attainable import SLACK, bands_of_all, bands_of_each, isolation_of_each, seats
from rezoning.formulation.bands import band_limits, band_load, band_schools
from rezoning.formulation.budgets import budgets, moved_of
from rezoning.formulation.burden import burden_limits, flows
from rezoning.formulation.culprits import Culprits, cure
from rezoning.formulation.formulation import Floats, Pairs
from rezoning.formulation.statement_attainable import hopeless_findings
from rezoning.formulation.sums import least_activity, moved_pairs, one_row
from rezoning.scenario.bands import NOT_ADVICE, PRESETS, BandRule
from rezoning.scenario.schema import Scenario

# -- rules that nothing can meet -------------------------------------------------------------------------------------


def hopeless(pairs: Pairs, district: District, scenario: Scenario, problems: Problems, culprits: Culprits) -> None:
    """Collect rules that no choice of admissible schools can meet, each for itself."""
    seats(pairs, district, scenario, problems, culprits)
    _budgets(pairs, district, scenario, problems, culprits)
    _burdens(pairs, district, scenario, problems, culprits)
    bands_of_all(pairs, district, scenario, problems, culprits)
    bands_of_each(pairs, district, scenario, problems, culprits)
    isolation_of_each(pairs, district, scenario, problems, culprits)
    hopeless_findings(pairs, district, scenario, problems, culprits)


def _budgets(pairs: Pairs, district: District, scenario: Scenario, problems: Problems, culprits: Culprits) -> None:
    moved = moved_pairs(district)
    for budget in budgets(district, scenario):
        least, total = least_activity(pairs, moved_of(pairs, budget, moved)), budget.students.sum()
        if least > budget.limit + SLACK:
            loosen = culprits.loosen(lambda p, _, one=budget: least_activity(p, moved_of(p, one, moved)) <= one.limit + SLACK)  # type: ignore[misc]
            who = "" if not budget.subject else f"of '{budget.subject}' " if budget.keys[0] == "groups" else f"of {_name(district, budget.subject)} "
            said = cure(f"Raise it to at least {np.ceil(least / total * 1000 - 1e-9) / 1000:g}", loosen)
            if budget.subject in district.closed_ids:
                said = f"Write rules.reassigned.schools.{budget.subject}: 1, for nobody can stay there, or open it."
            problems.add(
                scenario.rules.place("reassigned", *budget.keys),
                f"under the other rules at least {least:g} of {total:g} students {who}must change schools, "
                f"and the budget is {budget.limit:g} ({budget.share:g} of them).",
                said,
            )


def _name(district: District, school_id: str) -> str:
    s = district.school_index.get(school_id)
    return f"the closed '{school_id}'" if s is None else district.school_names[s]


MEASURES = {
    "reassigned": "the share whose school changes",
    "added_travel": "the mean travel added",
    "walk_lost": "the share that loses its walk",
    "long_rides": "the share with long rides",
}


def _burdens(pairs: Pairs, district: District, scenario: Scenario, problems: Problems, culprits: Culprits) -> None:
    def beyond(tables: Sequence[Floats], limit: float) -> str | None:
        """The cure where the least activity of all these tables is above a limit; None where that of one is not."""

        def holds(p: Pairs, _: object = None) -> bool:
            return any(least_activity(p, one_row(p, table)) <= limit + SLACK for table in tables)

        return None if holds(pairs) else cure("Raise it", culprits.loosen(holds))

    for k, rule in enumerate(scenario.rules.burden):
        for limit in burden_limits(district, rule):
            cured = beyond(limit.tables, limit.most)
            if cured is not None:
                value = f"{rule.max_ratio:g} times everyone's" if limit.key == "max_ratio" else f"{rule.max_extra:g} above everyone's"
                message = f"under the other rules {MEASURES[rule.measure]} is always more than {value} for '{rule.group}'."
                problems.add(scenario.rules.place("burden", k, limit.key), message, cured)
    for k, flow in enumerate(scenario.rules.flow_balance):
        (there, back), (a, b) = flows(district, flow), flow.between
        for one, other, start, end in ((there, back, a, b), (back, there, b, a))[: 2 if flow.ways == "both" else 1]:
            cured = beyond([one - flow.max_ratio * other], 0.0)
            if cured is not None:
                much = f"than {flow.max_ratio:g} times those who can go the other way"
                message = f"the other rules send more students from '{start}' to '{end}' {much}."
                problems.add(scenario.rules.place("flow_balance", k, "max_ratio"), message, cured)


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
    share = _share(district, rule)
    start = f"At a {rule.group} share of {share:.3g}"
    said = []
    for target in dict.fromkeys(part.target for part in rule.ranges if part.target is not None):
        how = "2 x min(P, 1-P)" if target == 0.5 else f"min(P / {target:g}, (1-P) / {1 - target:g})"
        said.append(f"{start} {_at_most(most_students(share, target, target))} students can be in schools of {_percent(target)} ({how}).")
    if all(part.within is not None and part.target is None for part in rule.ranges_at(share)):
        return said  # around the district's own share there is room for everyone
    limits = band_limits(district, rule)
    room = most_students(share, max(limits[0][0], 0.0), min(limits[-1][1], 1.0))
    return [*said, f"{start} {_at_most(room)} students can be in schools of {_ranges(limits)}."]


def _left_for_others(district: District, rule: BandRule) -> list[str]:
    """The share that is left for the other schools, where a band is on chosen ones and they hold as many students as today (as their seats)."""
    schools, (basis, how) = band_schools(district, rule), _sizes(district)
    f = float(basis[schools].sum() / basis.sum())
    if not 0 < f < 1:
        return []
    share, limits = _share(district, rule), band_limits(district, rule)
    low, high = max(limits[0][0], 0.0), min(limits[-1][1], 1.0)
    names, held = shown(district.school_names[s] for s in schools), f"with {_ranges(limits)} {rule.group}"
    room = most_students(share, low, high)
    if f > room:
        return [f"{_percent(f)} of all students ({how}) cannot be in {names} {held}: at most {_percent(room)} can."]
    least, most = (max(0.0, (share - f * high) / (1 - f)), min(1.0, (share - f * low) / (1 - f)))
    return [f"With {_percent(f)} of all students ({how}) in {names} {held}, the other schools are left with {_ranges([(least, most)])}."]


def _share(district: District, rule: BandRule) -> float:
    """The group's share of all students; more than all where groups may be above the total count as all."""
    return min(float(band_load(district, rule).sum() / district.total_students), 1.0)


def _sizes(district: District) -> tuple[Floats, str]:
    """How many students each school may be thought to hold, and where that is from."""
    enrollment = district.enrollment(district.stayable)
    if enrollment.sum() > 0:
        return enrollment, "as today"
    if district.capacity is not None and district.capacity.sum() > 0:
        return district.capacity, "by seats"
    return np.ones(district.num_schools), "as if all schools were alike"


def _ranges(limits: list[tuple[float, float]]) -> str:
    return " or ".join(_range(low, high) for low, high in limits)


def _range(low: float, high: float) -> str:
    if low <= 0 or high >= 1:
        return f"at most {_percent(high)}" if high < 1 else f"at least {_percent(low)}" if low > 0 else "any share"
    return f"{100 * low:.3g} to {_percent(high)}"


def _at_most(share: float) -> str:
    return "all" if share >= 1 else f"at most {_percent(share)} of"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
