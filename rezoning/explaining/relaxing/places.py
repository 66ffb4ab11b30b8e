"""Edits of rules that name units and schools: what the plan does not do is taken off the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from rezoning.district.column_values import flags, texts
from rezoning.errors import shown
from rezoning.explaining.relaxing.broken import Broken
from rezoning.explaining.relaxing.edit import Edit
from rezoning.explaining.relaxing.knobs import counted, turned
from rezoning.explaining.relaxing.sizes import name_of

MANY = 200  # units that a file may list instead of naming a column


T = TypeVar("T")


def without(entries: Iterable[T], kept: Container[T]) -> list[T]:
    """The entries that are not among those kept."""
    return [entry for entry in entries if entry not in kept]


def _named(units: Iterable[str]) -> str:
    """``unit 'A'``, ``2 units: 'A', 'B'``."""
    listed = list(units)
    return f"unit '{listed[0]}'" if len(listed) == 1 else f"{counted(len(listed), 'unit')}: {shown(repr(unit) for unit in listed)}"


def _school(broken: Broken, unit: str) -> str:
    return broken.district.school_ids[int(broken.plan.school[broken.district.unit_index[unit]])]


def _moves(broken: Broken, unit: str) -> bool:
    """Whether a unit does not keep today's school; a new one has none to keep."""
    u, current = broken.district.unit_index[unit], broken.district.current
    return current is None or bool(current[u] != broken.plan.school[u])


def contiguity(broken: Broken) -> list[Edit]:
    """Today's islands may stay, where that is enough."""
    if broken.district.current is not None and broken.holds({("contiguity", "islands"): "keep"}):
        return [broken.edit(("contiguity", "islands"), "keep", "let today's islands stay (rules.contiguity.islands: keep)")]
    return []


def shape(broken: Broken) -> list[Edit]:
    """Today's pieces may stay where strips part them, where that is enough; else other limits."""
    rule = broken.rules.shape
    is_parted = rule is not None and bool(rule.min_width_m) and broken.rules.contiguity.islands == "forbid"
    return (contiguity(broken) if is_parted else []) or turned(broken)


def school_in_own_zone(broken: Broken) -> list[Edit]:
    """A school's own unit may go elsewhere."""
    schools = shown(name_of(broken, one.subject) for one in broken.violations)
    words = f"let the unit that holds {schools} belong to another school (rules.school_in_own_zone: false)"
    return [broken.edit(("school_in_own_zone",), False, words)]


def locked(broken: Broken) -> list[Edit]:
    """Units that move and schools whose zone changes are not locked any more."""
    rule, district = broken.rules.locked, broken.district
    assert rule is not None
    assert district.current is not None
    edits = [broken.edit(("locked", "all"), False, "let units change schools (rules.locked.all: false)")] if rule.all else []
    units = [unit for unit in rule.units if _moves(broken, unit)]
    if units:
        kept = [unit for unit in rule.units if unit not in units]
        edits.append(broken.edit(("locked", "units"), kept, lambda new: f"unlock {_named(without(rule.units, new))} (rules.locked.units)"))
    changed = (broken.plan.school[None, :] == np.arange(district.num_schools)[:, None]) != (
        district.current[None, :] == np.arange(district.num_schools)[:, None]
    )
    schools = [text for text in rule.schools if changed[district.school_index[text]].any()]
    if schools:
        kept = [text for text in rule.schools if text not in schools]
        edits.append(broken.edit(("locked", "schools"), kept, lambda new: _unlocked(broken, without(rule.schools, new))))
    return edits


def _unlocked(broken: Broken, schools: Sequence[str]) -> str:
    names = shown(name_of(broken, text) for text in schools)
    return f"unlock the zone{'' if len(schools) == 1 else 's'} of {names} (rules.locked.schools)"


def protected(broken: Broken) -> list[Edit]:
    """Units that move are not protected any more; those of a column are listed instead, without them."""
    rule = broken.rules.protected
    assert rule is not None
    moving = list(dict.fromkeys(one.subject for one in broken.violations))
    if rule.column is None or not set(moving) - set(rule.units):
        return [_unprotected(broken, rule.units, moving, rule.column is not None)]
    marked = {broken.district.unit_ids[u] for u in np.flatnonzero(flags(broken.district, rule.column))}
    named = without(rule.units, moving)
    staying = named + sorted(unit for unit in marked - set(moving) - set(named) if not _moves(broken, unit))
    if not staying or len(staying) > MANY:
        return []
    return [broken.edit(("protected",), {"units": staying}, f"do not protect {_named(moving)} (rules.protected), the others by name")]


def _unprotected(broken: Broken, units: Sequence[str], moving: list[str], has_column: bool) -> Edit:
    """Some of the units that are listed are protected no more; the rule goes with the last of them."""
    kept, words = without(units, moving), f"do not protect {_named(moving)} (rules.protected)"
    edit = broken.edit(("protected", "units"), kept, words) if kept or has_column else broken.edit(("protected",), None, words)
    return replace(edit, less=lambda: [_unprotected(broken, units, rest, has_column) for rest in _one_less(moving)])


def _one_less(entries: list[T]) -> list[list[T]]:
    """What is left of several entries without each of them."""
    return [[entry for entry in entries if entry != taken] for taken in entries] if len(entries) > 1 else []


def assign(broken: Broken) -> list[Edit]:
    """Assignments by hand that the plan does not follow go."""
    units = [unit for unit, school in broken.rules.assign.items() if _school(broken, unit) != school]
    return [
        broken.edit(("assign", unit), None, f"do not assign unit '{unit}' to {name_of(broken, broken.rules.assign[unit])} (rules.assign)")
        for unit in units
    ]


def forbid(broken: Broken) -> list[Edit]:
    """Forbidden pairs that the plan has are allowed."""
    had = [(unit, school) for unit, school in broken.rules.forbid if _school(broken, unit) == school]
    kept = [[unit, school] for unit, school in broken.rules.forbid if (unit, school) not in had]

    def words(new: list[list[str]]) -> str:
        allowed = without(broken.rules.forbid, [(unit, school) for unit, school in new])
        pairs = shown(f"unit '{unit}' in {name_of(broken, school)}" for unit, school in allowed)
        return f"allow {pairs} (rules.forbid)"

    return [broken.edit(("forbid",), kept, words)] if had else []


def walk(broken: Broken) -> list[Edit]:
    """Any school within a walk will do, where today's was guaranteed."""
    rule = broken.rules.walk
    assert rule is not None
    if rule.guarantee == "keep" and broken.holds({("walk", "guarantee"): "any"}):
        words = "let any school within a walk do, not only today's (rules.walk.guarantee: any)"
        return [broken.edit(("walk", "guarantee"), "any", words)]
    number = counted(len(broken.violations), "unit")
    return [broken.edit(("walk",), None, f"let {number} go to a school beyond a walk (drop rules.walk)")]


def no_crossing(broken: Broken) -> list[Edit]:
    """Today's school may lie across a barrier, where that is enough."""
    rule = broken.rules.no_crossing
    assert rule is not None
    if rule.today == "forbid" and broken.holds({("no_crossing", "today"): "keep"}):
        return [broken.edit(("no_crossing", "today"), "keep", "allow today's school across a barrier (rules.no_crossing.today: keep)")]
    number = counted(len(broken.violations), "unit")
    return [broken.edit(("no_crossing",), None, f"let {number} cross a barrier (drop rules.no_crossing)")]


def keep_together(broken: Broken) -> list[Edit]:
    """Of a group that the plan parts, those with its commonest school stay together; a column becomes the list that is left of it."""
    rule, district = broken.rules.keep_together, broken.district
    assert rule is not None
    groups = [list(group) for group in rule.groups]
    if rule.column is not None:
        said = texts(district, rule.column)
        groups += [[unit for unit, own in zip(district.unit_ids, said, strict=True) if own == text] for text in dict.fromkeys(said) if text]
    parted: list[tuple[int, str]] = []
    for i, group in enumerate(groups):
        schools = Counter(_school(broken, unit) for unit in group)
        parted += [(i, unit) for unit in group if _school(broken, unit) != schools.most_common(1)[0][0]]
    return [_parted(broken, groups, parted)] if parted and sum(map(len, groups)) <= MANY else []


def _parted(broken: Broken, groups: list[list[str]], parted: list[tuple[int, str]]) -> Edit:
    """Some units need not stay with their groups."""
    kept = [[unit for unit in group if (i, unit) not in parted] for i, group in enumerate(groups)]
    kept = [group for group in kept if len(group) > 1]
    words = f"let {_named(dict.fromkeys(unit for _, unit in parted))} leave the units that belong together (rules.keep_together)"
    edit = broken.edit(("keep_together",), {"groups": kept} if kept else None, words)
    return replace(edit, less=lambda: [_parted(broken, groups, rest) for rest in _one_less(parted)])
