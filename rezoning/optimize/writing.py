"""The program of a question as a file that any solver reads, or a plan as values of its columns. Workers do it: HiGHS writes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from rezoning.errors import DataError, Infeasible, OutputError, Problem, shown
from rezoning.formulation.formulation import Ints
from rezoning.optimize.asking import Order
from rezoning.optimize.cuts.feasible import is_feasible
from rezoning.optimize.cuts.fractional import Fractional
from rezoning.optimize.cuts.relaxation import tighten
from rezoning.optimize.model.milp import GOAL, UNIT, Milp, build
from rezoning.optimize.model.shapes import is_surrogate
from rezoning.optimize.model.written import CONSTANT, Names, first_units, mark_at, names_of
from rezoning.optimize.solvers.base import Clock, Watch
from rezoning.optimize.solvers.checked import Judge
from rezoning.optimize.solvers.highs import lp_of, write_lp

Missing = dict[str, str]
"""What a program does not say: ``what`` by its name, and ``why``: contiguity, curved, product or stand_in."""


def write_program(order: Order, path: Path, watch: Watch) -> dict[str, Any]:
    """Write the program to a file whose ending, .mps or .lp, says how; gives what there is to know of it.

    Raises
    ------
    Infeasible
        What has no choice breaks a rule: there is no plan, and no program could say so.
    OutputError
        The file cannot be written.
    """
    milp = _built(order)
    cuts = 0
    if order.cut_seconds is not None and len(milp.free):
        cuts = milp.add_cuts(tighten(milp, Fractional(order.formulation), order.cut_seconds, Clock(), watch).cuts)
    names = names_of(milp, order.unit_ids, order.school_ids)
    _write(milp, names, path)
    return {
        "pairs": list(names.columns[: len(milp.free)]),
        "nodes": first_units(order.formulation.pairs),
        "columns": len(names.columns),
        "rows": len(names.rows),
        "kinds": dict(Counter(names.kinds)),
        "cuts": cuts,
        "scale": UNIT,
        "constant": CONSTANT if milp.constant is not None else None,
        "missing": missing(order, milp),
    }


def start_values(order: Order, nodes: Ints) -> dict[str, Any]:
    """A plan, school of each node, as values of the program's columns.

    Raises
    ------
    DataError
        The plan breaks a row: a rule, or a goal that is held.
    """
    milp = _built(order)
    if not is_feasible(order.formulation, nodes):
        message = "the plan breaks a rule or a goal that the model holds, so it is no point of the model."
        raise DataError(Problem("--start", message, "Give a plan that rezoning evaluate passes, and that is as good in the goals before."))
    names, values = names_of(milp, order.unit_ids, order.school_ids), milp.start(nodes)
    return {"columns": list(names.columns), "values": values.tolist(), "objective": float(Judge.of(milp).program.cost @ values)}


def missing(order: Order, milp: Milp) -> list[Missing]:
    """What of the question the program does not say."""
    found: list[Missing] = []
    if order.form == "relaxation" and order.formulation.contiguity.is_exact:
        found.append({"what": "contiguity", "why": "contiguity"})
    found += [{"what": f"{GOAL}[{terms.goal.minimize}]", "why": "stand_in"} for terms, _ in order.objective if is_surrogate(terms)]
    found += [{"what": str(held.name or held.terms.goal.minimize), "why": "stand_in"} for held in order.formulation.held if is_surrogate(held.terms)]
    for epigraph in milp.bent:
        found.append({"what": str(mark_at(milp, epigraph.first)), "why": "product" if epigraph.products() else "curved"})
    return [dict(one) for one in dict.fromkeys(tuple(one.items()) for one in found)]


def _built(order: Order) -> Milp:
    milp = build(order.formulation, order.objective, has_flow=order.form == "flow")
    if milp.broken:
        raise Infeasible(
            Problem("rules", f"what has no choice breaks {shown(map(str, milp.broken))}.", "rezoning explain says what lets a plan exist.")
        )
    return milp


def _write(milp: Milp, names: Names, path: Path) -> None:
    judge = Judge.of(milp)
    lp = lp_of(judge.program, judge.is_integer)
    lp.model_name_, lp.col_names_, lp.row_names_ = "rezoning", list(names.columns), list(names.rows)
    if not write_lp(lp, path) or not _is_whole(path):  # HiGHS does not look whether the disk took it
        raise OutputError(Problem(str(path), "HiGHS could not write the program.", "Make room there, or set TMPDIR to a place that has it."))


def _is_whole(path: Path) -> bool:
    """Whether a program has its last line."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        stream.seek(max(path.stat().st_size - 16, 0))
        return stream.read().strip().lower().endswith((b"endata", b"end"))
