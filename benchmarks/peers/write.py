"""From an instance to the one file that every peer reads: `python -m peers.write NAME FOLDER`.

A process of its own, because whoever starts the others must stay small: Linux counts the starter's memory as the started one's.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from peers.problem import Problem
from rezoning.district.district import District
from rezoning.formulation.formulation import Formulation, Ints
from rezoning.scenario.schema import Scenario


def problem_of(formulation: Formulation, district: District, scenario: Scenario) -> Problem:
    """The first goal of a formulation, alone, as arrays."""
    pairs, rows, terms, contiguity = formulation.pairs, formulation.rows, formulation.terms[0], formulation.contiguity
    row_matrix, part_matrix = rows.matrix.tocsr(), terms.parts.tocsr()
    return Problem(
        goal=np.array(terms.goal.model_dump_json(exclude_defaults=True)),
        node=pairs.node,
        school=pairs.school,
        first=pairs.first,
        minutes=_minutes(formulation, district),
        num_schools=np.array(pairs.num_schools),
        node_of_unit=pairs.node_of_unit,
        root=pairs.node_of_unit[district.school_unit],
        sources_first=np.cumsum([0, *(len(nodes) for nodes in contiguity.sources)]),
        sources=np.concatenate([*contiguity.sources, np.array([], dtype=np.int64)]),
        graph_first=contiguity.graph.indptr.astype(np.int64),
        neighbors=contiguity.graph.indices.astype(np.int64),
        start=formulation.start,
        today=district.stayable,
        islands_may_stay=np.array(scenario.rules.contiguity.islands == "keep"),
        rows_first=row_matrix.indptr.astype(np.int64),
        rows_pair=row_matrix.indices.astype(np.int64),
        rows_value=row_matrix.data.astype(float),
        row_lower=rows.lower,
        row_upper=rows.upper,
        linear=terms.linear,
        constant=np.array(terms.constant),
        parts_first=part_matrix.indptr.astype(np.int64),
        parts_pair=part_matrix.indices.astype(np.int64),
        parts_value=part_matrix.data.astype(float),
        target=terms.target,
        over=terms.over,
        under=terms.under,
        scales=_scales(district),
    )


def _minutes(formulation: Formulation, district: District) -> np.ndarray:
    pairs = formulation.pairs
    if district.travel is None:
        from scipy.sparse.csgraph import dijkstra

        hops = dijkstra(formulation.contiguity.graph, unweighted=True, indices=pairs.node_of_unit[district.school_unit])
        return np.asarray(hops[pairs.school, pairs.node])
    return district.travel[_largest_unit(formulation, district)[pairs.node], pairs.school]


def _largest_unit(formulation: Formulation, district: District) -> Ints:
    """The unit with the most students of each node, shape (N,)."""
    unit = np.zeros(formulation.pairs.num_nodes, dtype=np.int64)
    order = np.argsort(district.students, kind="stable")
    unit[formulation.pairs.node_of_unit[order]] = order  # the last one written stays
    return unit


def _scales(district: District) -> np.ndarray:
    """T, T² and the product of every two groups: what the goals divide by."""
    total = district.total_students
    sums = [float(group.sum()) for group in district.groups.values()]
    products = [a * (total - a) for a in sums] + [a * b for a in sums for b in sums]
    scales = np.unique([1.0, total, total * total, *products])
    return np.asarray(scales[scales > 0])


GIVEN_UP = 0.05  # of the goal, for shape


def shaped_goals(scenario: Scenario) -> str:
    """The first goal with a little given up, and few cut edges after it, as `--set goals=` has them."""
    return json.dumps([{**scenario.goals[0].asked, "give_up": GIVEN_UP}, {"minimize": "cut_edges"}])


def main() -> None:
    """Make the instance where it is not there yet, and its problem; print the scenario's path, and its goals where shape is asked too."""
    from instances import build

    from rezoning import formulate, load_district, load_scenario

    name, folder = sys.argv[1], Path(sys.argv[2])
    asked = build(name, folder)
    path = folder / f"{name}.npz"
    scenario = load_scenario(asked)
    if not path.exists():
        district = load_district(scenario.data)
        partial = path.with_suffix(".partial")
        problem_of(formulate(district, scenario), district, scenario).write(partial)
        partial.rename(path)
    print(asked)
    print(shaped_goals(scenario))


if __name__ == "__main__":
    main()
