"""Goals as people meet them, one row each: what kind of number a goal's value is, which measure is behind it, and whether it may be known.

What a goal is called and what it asks for stands in the strings of a language, part ``goals``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rezoning.public.cell import HIDDEN, Cell, Rounded, is_number
from rezoning.public.rounding import COARSE
from rezoning.report.catalogue.kinds import MANNERS, Kind, settled
from rezoning.report.catalogue.measures import MEASURES
from rezoning.scenario.goals import Goal, Minimize

if TYPE_CHECKING:
    from rezoning.public.book import Book, View
    from rezoning.runs.option import Option


@dataclass(frozen=True)
class GoalFacts:
    """A kind of goal.

    Parameters
    ----------
    kind
        How its value is written.
    measure
        The measure of metrics.json that its value is made from; nothing where there is none.
    equals
        Whether its value is that measure, the group's where the goal has one, and not one less it, or a share of all students.
    """

    kind: Kind
    measure: str = ""
    equals: bool = False


def _same(measure: str) -> GoalFacts:
    """A goal whose value is a measure of the catalogue."""
    return GoalFacts(next(one.kind for one in MEASURES if one.path[0] == measure), measure, equals=True)


GOALS: Mapping[Minimize, GoalFacts] = {
    "dissimilarity": _same("dissimilarity"),
    "imbalance": GoalFacts("index"),
    "normalized_exposure": _same("normalized_exposure"),
    "isolation": _same("isolation"),
    "theil_h": _same("theil_h"),
    "max_deviation": _same("max_deviation"),
    "out_of_band": GoalFacts("percent", "out_of_band"),
    "reassigned": _same("share_reassigned"),
    "schools_changed": _same("schools_changed"),
    "burden_gap": GoalFacts("percent"),
    "travel": _same("travel_mean"),
    "added_travel": GoalFacts("travel"),
    "long_rides": GoalFacts("percent"),
    "walk_lost": GoalFacts("percent"),
    "not_walking": GoalFacts("percent", "walk_share"),
    "over_capacity": GoalFacts("percent", "over_capacity_students"),
    "out_of_utilization": GoalFacts("percent"),
    "utilization_spread": _same("utilization_spread"),
    "portables": GoalFacts("count", "portable_students"),
    "boundary_length": _same("boundary_km"),
    "cut_edges": _same("cut_edges"),
    "polsby_popper": GoalFacts("index", "polsby_popper"),
    "schools_open": _same("schools_open"),
    "cost": _same("cost"),
    "closure_burden": _same("closure_burden"),
    "split_feeders": GoalFacts("count"),
    "small_feeders": GoalFacts("count"),
    "feeder_change": GoalFacts("percent"),
}


def goal_kind(goal: Goal | None, travel_unit: str) -> Kind:
    """How a goal's value is written; None is the weighted sum of goals."""
    if goal is None or goal.is_own:
        return "index"
    return settled("travel" if goal.measure == "added_travel" else GOALS[goal.minimize].kind, travel_unit)


# -- what may be known of a goal -------------------------------------------------------------------------------------


def goal_cell(book: Book, goal: Goal | None, value: float | None, view: View | None) -> Cell:
    """A goal's value in a view as the book lets it be known: its measure's, where it is one, else as exact as others of its kind."""
    if value is None:
        return None
    if is_hidden(book, goal, view):
        return HIDDEN
    own = _measured(goal, view) if goal is not None and GOALS[goal.minimize].equals and goal.versus is None else None
    return own if is_number(own) else rounded(book, goal, value)


def is_hidden(book: Book, goal: Goal | None, view: View | None) -> bool:
    """Whether a goal's value must not be known: of a group that may not be shown, or made from numbers that are hidden, or perhaps so."""
    if goal is None:
        return book.is_hidden
    if any(name not in book.groups for name in (goal.group, goal.versus, *(goal.groups or ())) if name is not None):
        return True
    if not book.is_hidden:
        return False
    found = None if goal.versus is not None else _measured(goal, view)
    return found is None or _hides(found)


def is_vague(book: Book, goal: Goal) -> bool:
    """Whether a goal's value and bound must be coarse: indices of how a group spreads over schools some of whose numbers are hidden."""
    facts = GOALS[goal.minimize]
    if facts.kind != "index" or not facts.equals:
        return False
    return bool(book.vague) if goal.group is None else goal.group in book.vague


def rounded(book: Book, goal: Goal | None, value: float | None) -> float | None:
    """A value or a bound of a goal, as exact as numbers of its kind may be: mean trips are always rounded where small numbers are hidden."""
    if value is None:
        return None
    if goal is not None and is_vague(book, goal):
        return Rounded(value, COARSE)
    kind = goal_kind(goal, book.district.travel_unit)
    is_told_whole = not book.is_hidden and (kind not in ("travel", "travel_km") or book.settings.min_cell == 0)
    longer = kind == "km"  # borders are on the map for all to measure: one decimal more, so that miles are not rounded twice
    return value if is_told_whole else Rounded(value, MANNERS[kind].digits + 2 * MANNERS[kind].in_hundredths + longer)


def bounds_of_measures(book: Book, option: Option) -> dict[str, Cell]:
    """Proven bounds of an option's goals, by the key of the row of the measure that they are bounds of."""
    found: dict[str, Cell] = {}
    for goal, entry in zip(option.scenario.goals, option.record["goals"], strict=False):
        facts = GOALS[goal.minimize]
        if entry["bound"] is not None and facts.equals and goal.versus is None:
            found[".".join(filter(None, [facts.measure, goal.group]))] = rounded(book, goal, entry["bound"])
    return found


def _measured(goal: Goal, view: View | None) -> object:
    """The measure behind a goal; None where there is none."""
    found = None if view is None else view.measures.get(GOALS[goal.minimize].measure)
    return found.get(goal.group) if goal.group is not None and isinstance(found, Mapping) else found


def _hides(value: object) -> bool:
    """Whether anything in a measure is hidden."""
    if isinstance(value, Mapping):
        return any(map(_hides, value.values()))
    return any(map(_hides, value)) if isinstance(value, (list, tuple)) else value == HIDDEN
