"""Levels that feed each other as one question: the pairs of one level after another's, the products between them, and what all of them share.

Every level is an ordinary question over the same units, with its own district, rules and roots of zones; a locked one has one pair a node. Units,
nodes, schools and pairs of a level follow those of the level before, so that a stacked plan is an ordinary plan of as many copies of the units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, pairwise

import numpy as np

from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.errors import Problem, ScenarioError
from rezoning.formulation import feeders
from rezoning.formulation.feeders import Feeding, feeder_limits, linked_nodes, unsplit
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import (
    Contiguity,
    Criterion,
    Either,
    Formulation,
    Held,
    Ints,
    Links,
    Matrix,
    Pairs,
    Rows,
    Terms,
    wider,
    wider_terms,
)
from rezoning.formulation.goals import compile_terms
from rezoning.formulation.levels import Level, side_by_side
from rezoning.formulation.sums import stacked_rows
from rezoning.formulation.weighing import weighted_sum
from rezoning.scenario.feeders import FeederRule
from rezoning.scenario.schema import Goal, Scenario


@dataclass(frozen=True, eq=False)
class Asked:
    """A level's own question: its district, and the scenario as if it were alone (its data and rules, and goals that name it)."""

    district: District
    scenario: Scenario


def stack(levels: Mapping[str, Asked], scenario: Scenario) -> Formulation:
    """Compile what a scenario asks of several levels at once.

    Parameters
    ----------
    levels
        Every level's own question by its name, lowest first; all districts have the same units in the same order.
    scenario
        The whole: its goals in their order, and its `rules.feeders`.

    Raises
    ------
    ScenarioError, Infeasible
        As `formulate`.
    """
    districts = {name: asked.district for name, asked in levels.items()}
    _same_units(districts)
    rules = [(rule, Feeding.between(rule, scenario, districts)) for rule in scenario.rules.feeders]
    goals = [Feeding.between(goal, scenario, districts) if goal.minimize in feeders.GOALS else None for goal in scenario.goals]
    asked = [*(one for _, one in rules), *(one for one in goals if one is not None)]
    parts: dict[str, Formulation] = {}
    for name, own in levels.items():
        counted = sum((one.students for one in asked if name in (one.lower, one.upper)), np.zeros(own.district.num_units))
        parts[name] = formulate(own.district, own.scenario, counted=counted, tied=_unsplit(name, parts, rules))
    whole = _linked(_side_by_side(parts), asked)
    terms = tuple(_terms(goal, feeding, whole, levels) for goal, feeding in zip(scenario.goals, goals, strict=True))
    weights = tuple(goal.weight for goal in scenario.goals if goal.weight is not None) or None
    limits = [limit for rule, feeding in rules for limit in feeder_limits(whole, rule, feeding, districts)]
    return replace(whole, terms=terms, weights=weights, held=(*whole.held, *limits))


def split(formulation: Formulation, plan: Plan) -> dict[str, Plan]:
    """The plan of each level out of a stacked one, by the level's name; schools by their place in the level's own district."""
    return {level.name: Plan(plan.school[slice(*level.units)] - level.schools[0]) for level in formulation.levels}


def joined(formulation: Formulation, plans: Mapping[str, Plan]) -> Plan:
    """The stacked plan of the plans of all levels: what `split` takes apart."""
    return Plan(np.concatenate([plans[level.name].school + level.schools[0] for level in formulation.levels]))


def _same_units(districts: Mapping[str, District]) -> None:
    first, *others = districts.items()
    for name, district in others:
        if district.unit_ids != first[1].unit_ids:
            message = f"levels '{first[0]}' and '{name}' do not have the same units."
            raise ScenarioError(Problem("levels", message, "Give all levels the units of data.units, students or not."))


def _unsplit(name: str, parts: Mapping[str, Formulation], rules: Sequence[tuple[FeederRule, Feeding]]) -> list[Ints]:
    """Units that have one school at this level, for they are of one lower zone that is fixed and must not be split."""
    groups: list[Ints] = []
    for rule, feeding in rules:
        if feeding.upper == name and feeding.lower in parts and (rule.split == "none" or rule.most_split == 0):
            pairs = parts[feeding.lower].pairs
            node = pairs.node_of_unit
            groups += unsplit(np.where(pairs.choices[node] == 1, pairs.school[pairs.first[node]], -1), feeding.students)
    return groups


def _terms(goal: Goal, feeding: Feeding | None, whole: Formulation, levels: Mapping[str, Asked]) -> Terms:
    """A goal over all columns: of feeders, of one level, or of the students of all levels together."""
    if feeding is not None:
        return feeders.GOALS[goal.minimize](whole, goal, feeding, {name: asked.district for name, asked in levels.items()})
    chosen = [level for level in whole.levels if goal.level in (None, level.name)]
    width, students = len(whole.lifted), np.array([levels[level.name].district.total_students for level in chosen])
    own = []
    for level in chosen:
        asked = levels[level.name]
        own.append(padded(compile_terms(goal, asked.district, level.own(whole.pairs), asked.scenario), level, whole.pairs, width))
    if len(own) == 1:
        return own[0]
    share = students / students.sum()
    values = [one.today for one in own]
    today = None if None in values else float(share @ np.array(values, dtype=float))
    return replace(weighted_sum(own, share.tolist()), goal=goal, today=today)


def padded(terms: Terms, level: Level, pairs: Pairs, width: int) -> Terms:
    """A level's own terms over `width` columns of which the first are all `pairs`."""
    linear, start = np.zeros(width), int(pairs.first[level.nodes[0]])
    linear[start : start + len(terms.linear)] = terms.linear
    blocks = tuple(replace(block, parts=level.shifted(block.parts, pairs, width)) for block in terms.blocks)
    return replace(terms, linear=linear, parts=level.shifted(terms.parts, pairs, width), blocks=blocks)


def _side_by_side(parts: Mapping[str, Formulation]) -> Formulation:
    """The questions of all levels as one, without products; goals are left out."""
    own = list(parts.values())
    ends = ([0, *accumulate(sizes)] for sizes in zip(*(_sizes(one) for one in own), strict=True))
    levels = tuple(Level(name, *ranges) for name, *ranges in zip(parts, *(pairwise(end) for end in ends), strict=True))
    pairs = side_by_side([one.pairs for one in own], levels)
    both, width = list(zip(own, levels, strict=True)), len(pairs)
    rows = stacked_rows([_rows(one.rows, level, pairs) for one, level in both])
    assert rows is not None
    return Formulation(
        pairs=pairs,
        rows=rows,
        terms=(),
        contiguity=_contiguity([one.contiguity for one in own], pairs, levels),
        start=np.concatenate([np.where(one.start >= 0, one.start + level.schools[0], -1) for one, level in both]),
        held=tuple(
            Held(padded(limit.terms, level, pairs, width), limit.upper, limit.name and replace(limit.name, level=level.name))
            for one, level in both
            for limit in one.held
        ),
        is_restricted=any(one.is_restricted for one in own),
        either=tuple(
            Either(replace(choice.name, level=level.name), replace(choice.block, parts=level.shifted(choice.block.parts, pairs, width)))
            for one, level in both
            for choice in one.either
        ),
        tidy=_tidy([one.tidy for one in own], levels),
        travel_unit=own[0].travel_unit,
        levels=levels,
        roots=_roots(own, levels),
    )


def _roots(parts: Sequence[Formulation], levels: tuple[Level, ...]) -> Ints:
    """Nodes of the schools that may close or open, of all levels; none where no level has any."""
    if not any(len(one.roots) for one in parts):
        return np.zeros(0, dtype=np.int64)
    own = [one.roots if len(one.roots) else np.full(one.pairs.num_schools, -1) for one in parts]
    return np.concatenate([np.where(nodes >= 0, nodes + level.nodes[0], -1) for nodes, level in zip(own, levels, strict=True)])


def _rows(rows: Rows, level: Level, pairs: Pairs) -> Rows:
    """A level's rows over all pairs, with its name."""
    names = tuple(replace(name, level=level.name) for name in rows.names)
    return Rows(level.shifted(rows.matrix, pairs, len(pairs)), rows.lower, rows.upper, names)


def _sizes(one: Formulation) -> tuple[int, int, int, int]:
    return len(one.pairs.node_of_unit), one.pairs.num_schools, one.pairs.num_nodes, len(one.pairs)


def _contiguity(parts: list[Contiguity], pairs: Pairs, levels: tuple[Level, ...]) -> Contiguity:
    """The graphs beside each other. Where one level's zones must hang together and another's need not, any node holds up a piece of the latter's."""
    from scipy.sparse import block_diag, csr_array

    both, is_exact = list(zip(parts, levels, strict=True)), any(one.is_exact for one in parts)

    def sources(one: Contiguity, level: Level) -> list[Ints]:
        found = [nodes + level.nodes[0] for nodes in one.sources]
        if one.is_exact or not is_exact:
            return found
        every = (np.flatnonzero(pairs.lookup[:, s] >= 0) for s in range(*level.schools))
        return [np.concatenate([first, np.setdiff1d(rest, first)]) for first, rest in zip(found, every, strict=True)]

    def graph(of: list[Contiguity]) -> Matrix:
        return csr_array(block_diag([one.graph for one in of], format="csr"))

    return Contiguity(
        is_exact,
        graph(parts),
        tuple(nodes for one, level in both for nodes in sources(one, level)),
        np.concatenate([np.where(one.dominator >= 0, one.dominator + level.pairs[0], -1) for one, level in both]),
        _also(parts, pairs, levels),
        np.concatenate([one.ties + level.pairs[0] for one, level in both]),
    )


def _also(parts: list[Contiguity], pairs: Pairs, levels: tuple[Level, ...]) -> Contiguity | None:
    """The second contiguity of the levels that have one; the others obey their first once more, or none."""
    if all(one.also is None for one in parts):
        return None
    return _contiguity([one.also or replace(one, dominator=np.full(len(one.dominator), -1)) for one in parts], pairs, levels)


def _linked(whole: Formulation, asked: Sequence[Feeding]) -> Formulation:
    """The same question with products where rules or goals count who lives in a zone of two levels; rows and limits of levels have none of them."""
    nodes = {level.name: whole.pairs.node_of_unit[slice(*level.units)] for level in whole.levels}
    links = Links.between(whole.pairs, *linked_nodes(nodes, whole.pairs.choices, asked))
    if not len(links):
        return whole
    width = len(whole.pairs) + len(links)
    return replace(
        whole,
        links=links,
        rows=replace(whole.rows, matrix=wider(whole.rows.matrix, width)),
        held=tuple(replace(limit, terms=wider_terms(limit.terms, width)) for limit in whole.held),
        either=tuple(replace(choice, block=replace(choice.block, parts=wider(choice.block.parts, width))) for choice in whole.either),
    )


def _tidy(parts: Sequence[tuple[Criterion, ...]], levels: tuple[Level, ...]) -> tuple[Criterion, ...]:
    """What needless changes are counted by at all levels together; those without zones of today have borders alone, the last."""
    most = max(len(criteria) for criteria in parts)
    aligned = [[None] * (most - len(criteria)) + list(criteria) for criteria in parts]
    return tuple(partial(_summed, levels, criteria) for criteria in zip(*aligned, strict=True))


def _summed(levels: tuple[Level, ...], criteria: Sequence[Criterion | None], pairs: Pairs) -> Terms:
    """A criterion of several levels as one; over pairs alone."""
    both = [(criterion, level) for criterion, level in zip(criteria, levels, strict=True) if criterion is not None]
    own = [padded(criterion(level.own(pairs)), level, pairs, len(pairs)) for criterion, level in both]
    return weighted_sum(own, [1.0] * len(own))
