"""Feeders between levels: every rule of `rules.feeders` on plans of all levels, counted anew unit by unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from rezoning.auditing.auditor import audit, audit_today
from rezoning.auditing.case import SHARE, STUDENTS
from rezoning.auditing.violation import Audit, Violation, count, percent, violation
from rezoning.district.district import District, Ints
from rezoning.district.plan import Plan
from rezoning.errors import shown
from rezoning.scenario.feeders import FeederRule
from rezoning.scenario.levels import Feeding, feeding, of_level
from rezoning.scenario.schema import Scenario


def audit_levels(plans: Mapping[str, Plan], districts: Mapping[str, District], scenario: Scenario) -> Audit:
    """Check every rule of every level on its plan, and the rules between levels on all of them; violations of a level say which.

    Parameters
    ----------
    plans, districts
        Plan and district of each level by its name; all districts have the same units.
    scenario
        A scenario with levels.
    """
    own = {name: audit(plans[name], district, of_level(scenario, name)) for name, district in districts.items()}
    return together(own, audit_feeders({name: plan.school for name, plan in plans.items()}, districts, scenario))


def audit_levels_today(districts: Mapping[str, District], scenario: Scenario) -> Audit | None:
    """What today's zones violate at each level, and between the levels; None where no level has zones of today."""
    own = {name: audit_today(district, of_level(scenario, name)) for name, district in districts.items()}
    known = {name: found for name, found in own.items() if found is not None}
    return together(known, audit_feeders_today(districts, scenario) or Audit(True)) if known else None


def audit_feeders(schools: Mapping[str, Ints], districts: Mapping[str, District], scenario: Scenario) -> Audit:
    """Check the rules between levels.

    Parameters
    ----------
    schools
        School of each unit at each level, shape (n,): open ones, closed ones of today, -1 for none.
    """
    found = tuple(one for rule in scenario.rules.feeders for one in _broken(rule, feeding(scenario, rule), schools, districts))
    return Audit(not found, found)


def audit_feeders_today(districts: Mapping[str, District], scenario: Scenario) -> Audit | None:
    """The same of today's zones; None where a level has none."""
    now = {name: district.current for name, district in districts.items() if district.current is not None}
    return audit_feeders(now, districts, scenario) if len(now) == len(districts) else None


def together(levels: Mapping[str, Audit], between: Audit) -> Audit:
    """One audit of the audits of all levels and of what is between them; every violation of a level says which."""
    own = tuple(replace(one, level=name, message=f"{name}, {one.message}") for name, found in levels.items() for one in found.violations)
    return Audit(between.passed and all(found.passed for found in levels.values()), (*own, *between.violations))


# -- the rules -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Tally:
    """Counted students by their two schools, by ids, and by each of the two alone; and what schools of either level are called."""

    feeds: dict[tuple[str, str], float]
    lower: dict[str, float]
    upper: dict[str, float]
    lower_name: dict[str, str]
    upper_name: dict[str, str]


def _tally(asked: Feeding, schools: Mapping[str, Ints], districts: Mapping[str, District]) -> _Tally:
    names = {name: (*districts[name].school_ids, *districts[name].closed_ids) for name in (asked.lower, asked.upper)}
    pairs = zip(schools[asked.lower].tolist(), schools[asked.upper].tolist(), districts[asked.count].students.tolist(), strict=True)
    found: defaultdict[tuple[str, str], float] = defaultdict(float)
    for e, m, students in pairs:
        if e >= 0 and m >= 0 and students:
            found[names[asked.lower][e], names[asked.upper][m]] += students
    feeds = {ends: students for ends, students in found.items() if students > STUDENTS}
    lower, upper = defaultdict[str, float](float), defaultdict[str, float](float)
    for (e, m), students in found.items():
        lower[e] += students
        upper[m] += students
    return _Tally(feeds, dict(lower), dict(upper), *(_called(districts[name]) for name in (asked.lower, asked.upper)))


def _called(district: District) -> dict[str, str]:
    """Id to name, of every school that may have a zone and of those that are closed."""
    return {text: text for text in district.closed_ids} | dict(zip(district.school_ids, district.school_names, strict=True))


def _broken(rule: FeederRule, asked: Feeding, schools: Mapping[str, Ints], districts: Mapping[str, District]) -> Iterator[Violation]:
    tally = _tally(asked, schools, districts)
    if rule.min_share is not None:
        yield from _small(rule.min_share, asked, tally)
    fed = defaultdict[str, list[str]](list)
    for e, m in tally.feeds:
        fed[e].append(m)
    split = {e: uppers for e, uppers in fed.items() if len(uppers) > 1}
    if rule.split == "none":
        for e, uppers in split.items():
            students = ", ".join(f"{tally.upper_name[m]} ({count(tally.feeds[e, m], 'student')})" for m in uppers)
            sentence = f"{tally.lower_name[e]} would be split at {asked.upper}: its {asked.count} students go on to {students}"
            yield violation("feeders", e, len(uppers), 1, sentence)
    elif rule.most_split is not None and len(split) > rule.most_split:
        names = shown([tally.lower_name[e] for e in split])
        sentence = (
            f"{count(len(split), f'{asked.lower} school')} would be split at {asked.upper} by {asked.count} students ({names}), "
            f"and {rule.most_split} may be"
        )
        yield violation("feeders", "district", len(split), rule.most_split, sentence)


def _small(least: float, asked: Feeding, tally: _Tally) -> Iterator[Violation]:
    """Feeds that have students, and fewer than the least share of their denominator."""
    for (e, m), students in tally.feeds.items():
        whose, whole = (tally.lower_name[e], tally.lower[e]) if asked.of == "lower" else (tally.upper_name[m], tally.upper[m])
        if students < least * whole - STUDENTS and students / whole < least - SHARE:
            of_whom = f"the {count(whole, f'{asked.count} student')} of {whose}"
            ends = f"from {tally.lower_name[e]} ({asked.lower}) to {tally.upper_name[m]} ({asked.upper})"
            sentence = (
                f"{count(students, f'{asked.count} student')} would go {ends}, "
                f"{percent(students / whole)} of {of_whom}, and a feed has at least {percent(least)} of them or none"
            )
            yield violation("feeders", e, students / whole, least, sentence)
