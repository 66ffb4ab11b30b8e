"""Names of a program's columns and rows that people and every solver can read: letters, digits, ``_`` and ``.``, at most 100 of them, each once.

=============================  ==================================================================================================
x_<unit>_<school>              1 where the unit, or the units that go with it, have the school.
f_<unit>_<unit>_<school>       What the school's flow carries from the first to the second (`flow`).
w_<unit>_<school>_<school>     1 where the unit has both schools, of a lower and an upper level.
z_<what>_<k>                   What a goal, a held goal or a rule needs beside (`shapes`).
constant                       1: what no column changes stands in the objective as its cost.
one_school_<unit>              Every unit has one school.
keep_<school>_<unit>           A unit of the zone keeps one unit of the flow.
pass_<school>_<unit>           Only units of the zone pass the flow on.
<rule>_<whom>, <rule>_<k>      What the scenario's rules ask for; goal and held rows likewise, and ``cut_<k>`` for cuts.
=============================  ==================================================================================================

Names come from ids alone, so that the same question has the same names everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rezoning.formulation.formulation import Pairs, RowName
from rezoning.optimize.model.flow import Flow
from rezoning.optimize.model.milp import FLOW, ONE_SCHOOL, Milp

LONGEST_UNIT, LONGEST_SCHOOL, LONGEST_ROW = 32, 24, 80
CONSTANT = "constant"


@dataclass(frozen=True)
class Names:
    """Of every column and row of a program in its order; and of every node, by the unit that it is called after."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    kinds: tuple[str, ...]  # of each row the rule, or what else made it


def names_of(milp: Milp, unit_ids: Sequence[str], school_ids: Sequence[str]) -> Names:
    """The names of a program."""
    nodes = once(letters(unit_ids[u], LONGEST_UNIT) for u in first_units(milp.formulation.pairs))
    schools = once(letters(text, LONGEST_SCHOOL) for text in school_ids)
    rows, kinds = _rows(milp, nodes, schools)
    return Names(tuple(once(_columns(milp, nodes, schools))), tuple(once(rows)), tuple(kinds))


def first_units(pairs: Pairs) -> list[int]:
    """The unit that each node is called after: the first of those that it stands for, or the one whose further ground it is."""
    first = np.full(pairs.num_nodes, -1) if pairs.unit_of_node is None else pairs.unit_of_node.copy()
    units = np.arange(len(pairs.node_of_unit))[::-1]
    first[pairs.node_of_unit[units]] = units
    return [int(u) for u in first]


def letters(text: str, longest: int) -> str:
    """A text in letters, digits, ``_`` and ``.``, none of which any solver takes for something else."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_.]+", "_", plain).strip("_.")[:longest] or "id"


def once(names: Iterable[str]) -> list[str]:
    """The names, those that are there already with a number behind."""
    found: dict[str, None] = {}
    seen: dict[str, int] = {}
    for name in names:
        own = name
        while own in found:
            seen[name] = seen.get(name, 1) + 1
            own = f"{name}.{seen[name]}"
        found[own] = None
    return list(found)


def _columns(milp: Milp, nodes: list[str], schools: list[str]) -> list[str]:
    pairs = milp.formulation.pairs
    single = milp.free[milp.free < len(pairs)]
    found = [f"x_{nodes[v]}_{schools[s]}" for v, s in zip(pairs.node[single].tolist(), pairs.school[single].tolist(), strict=True)]
    if milp.formulation.links is not None:
        product = milp.free[len(single) :] - len(pairs)
        first, second = milp.formulation.links.first[product], milp.formulation.links.second[product]
        found += [f"w_{nodes[pairs.node[p]]}_{schools[pairs.school[p]]}_{schools[pairs.school[q]]}" for p, q in zip(first, second, strict=True)]
    for epigraph in milp.epigraphs:
        if isinstance(epigraph, Flow):
            arcs, own = epigraph.arcs, [nodes[v] for v in epigraph.arcs.nodes.tolist()]
            found += [f"f_{own[a]}_{own[b]}_{schools[arcs.school]}" for a, b in zip(arcs.tail.tolist(), arcs.head.tolist(), strict=True)]
        else:
            what = _said(mark_at(milp, epigraph.first))
            found += [f"z_{what}_{k + 1}" for k in range(len(epigraph.model.lower))]
    return found + [CONSTANT] * (milp.constant is not None)


def mark_at(milp: Milp, column: int) -> RowName:
    """What a column beside the pairs is for."""
    return [name for _, first, name in milp.marks if first <= column][-1]


def _said(name: RowName) -> str:
    return letters(str(name), LONGEST_ROW)


def _rows(milp: Milp, nodes: list[str], schools: list[str]) -> tuple[list[str], list[str]]:
    pairs, flows = milp.formulation.pairs, [epigraph.arcs for epigraph in milp.epigraphs if isinstance(epigraph, Flow)]
    ends = [first for first, _, _ in milp.marks[1:]] + [int(milp.problem.numConstraints())]
    found: list[str] = []
    kinds: list[str] = []
    for (first, _, name), end in zip(milp.marks, ends, strict=True):
        count = end - first
        kinds += [name.rule] * count
        if name.rule == ONE_SCHOOL:
            found += [f"{ONE_SCHOOL}_{nodes[v]}" for v in np.unique(pairs.node[milp.free[milp.free < len(pairs)]]).tolist()]
        elif name.rule == FLOW:
            arcs = flows.pop(0)
            taking, giving = (arcs.nodes[arcs.is_source == is_source].tolist() for is_source in (0, 1))
            found += [f"keep_{schools[arcs.school]}_{nodes[v]}" for v in taking]
            found += [f"pass_{schools[arcs.school]}_{nodes[v]}" for v in taking + giving]
        else:
            found += [_said(name)] if count == 1 and name.subject else [f"{_said(name)}_{k + 1}" for k in range(count)]
    return found, kinds
