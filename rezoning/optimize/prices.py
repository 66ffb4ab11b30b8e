"""What a rule costs: the price of its parameters in a goal's natural value, from the multipliers of the linear relaxation.

The relaxation, with the separator cuts that bind, has the optimum z and the multiplier y_r on row r. A parameter t of a rule moves the sides of its
rows, b_r(t), and may move their coefficients, A_r(t). Then (the envelope theorem)

    dz/dt = sum_r y_r (db_r/dt - dA_r/dt x)

at an optimal point x. How rows move with a parameter is found by compiling the rule once more with another value, so that every rule whose rows stand
in `rows.ROW_RULES` has prices, and none has a formula here; nor has one whose limits stand in `rows.LIMIT_RULES`, for which the whole program is
built with the other value. Findings of the statement that are rules are rows, choices and limits at once: their price is what the relaxation says
without them. This is the slope of the *bound*, not of the best plan: where only sides move, z is convex in them, so that a looser rule lowers the
bound by at most so much. Limits that decide which pairs exist (travel, say) move no row and have no price.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.district.questions import findings_held
from rezoning.formulation.formulation import Floats, Formulation, Rows, Terms
from rezoning.formulation.rows import LIMIT_RULES, ROW_RULES
from rezoning.optimize.model.milp import UNIT, Milp, build
from rezoning.optimize.model.program import Program, program_of
from rezoning.optimize.relaxed import relaxed, without_finding
from rezoning.optimize.solvers.base import Clock, Watch

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.scenario.schema import Scenario

STEP = 1e-3  # by how much a parameter is changed to see how its rows move
NOTHING = 1e-9  # a price below it is none
WHOLE_SHARE = 0.5  # of the time, for all rules together where findings are among them; the rest is for the rules without each
CHOOSING = ("over", "min_width_m")  # parameters that choose what rows count: rows jump with them, and a jump has no slope


@dataclass(frozen=True)
class Parameter:
    """A number in the rules: its path below ``rules``, its value, and the step that a price is for."""

    path: tuple[str | int, ...]
    value: float
    step: float

    @property
    def key(self) -> str:
        """As a message writes it: ``rules.burden[0].max_ratio``."""
        return "rules" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)


@dataclass(frozen=True)
class Price:
    """What the bound of a goal changes by when a parameter grows by one step.

    Parameters
    ----------
    key
        The parameter: ``rules.capacity.max``; for a school ``rules.capacity`` with the school as subject; ``rules.statement`` for a finding.
    subject
        Id of the school whose upper limit grows by one student; ``finding 5``; empty for a parameter of the file.
    value
        The parameter's value; for a school the students it may hold; of a finding its number.
    step
        By how much it grows; 0 for a finding, which is left out.
    change
        Change of the bound, in the goal's natural value. Negative: raising the parameter, or leaving the finding out, buys so much.
    """

    key: str
    subject: str
    value: float
    step: float
    change: float


@dataclass(frozen=True)
class Prices:
    """Prices of all parameters, the dearest first; empty without a bound, for then nothing is known. `unpriced` are findings without time for one."""

    bound: float | None = None
    prices: tuple[Price, ...] = field(default=())
    unpriced: tuple[int, ...] = ()


def prices(problem: Formulation, terms: Terms, district: District, scenario: Scenario, seconds: float = 60.0, watch: Watch | None = None) -> Prices:
    """The price of every parameter of the rules that moves rows, of one more student at every school, and of every finding that is a rule.

    Parameters
    ----------
    problem
        The question; goals that it holds have no price here (they are ceilings).
    terms
        The goal in whose natural value prices are given.
    district, scenario
        What `problem` was compiled from.
    seconds
        Wall clock.

    Notes
    -----
    Of several levels at once there are none: a parameter stands in the rules of one of them, or of all.

    Where several sets of multipliers are optimal, a price is that of one of them: the true slope when the parameter grows may be smaller in size.
    """
    if problem.is_restricted or problem.levels:
        return Prices()
    clock, watch = Clock(), watch or Watch()
    findings = findings_held(district, scenario.rules)
    whole = relaxed(problem, terms, (), seconds if not findings else WHOLE_SHARE * seconds, watch)
    if whole is None:
        return Prices()
    x, y = whole.milp.point(whole.columns), _multipliers(whole.milp, whole.program, whole.dual / UNIT)
    found = [*_of_parameters(problem, district, scenario, x, y), *_of_schools(problem, y)]
    found += _of_limits(problem, terms, district, scenario, whole.columns, whole.dual / UNIT)
    unpriced = []
    for k, number in enumerate(findings):
        left = (seconds - clock()) / (len(findings) - k)
        one_less = without_finding(problem, district, scenario, number)
        less = relaxed(one_less, terms, whole.cuts, left, watch, is_cut=whole.is_cut) if left > 0 else None
        if less is None or less.is_cut != whole.is_cut:
            unpriced.append(number)
        else:  # its own cuts may be sharper
            found.append(Price("rules.statement", f"finding {number}", float(number), 0.0, min(less.bound - whole.bound, 0.0)))
    kept = [price for price in found if abs(price.change) > NOTHING]
    return Prices(whole.bound, tuple(sorted(kept, key=lambda price: (-abs(price.change), price.key, price.subject))), tuple(unpriced))


def parameters(scenario: Scenario) -> Iterator[Parameter]:
    """Every number of the rules that is a share, a ratio or a length."""
    yield from _numbers(scenario.rules.model_dump(exclude_none=True), ())


def _numbers(value: Any, path: tuple[str | int, ...]) -> Iterator[Parameter]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "max_extra" and value.get("measure") == "added_travel":  # minutes or km
                yield Parameter((*path, key), inner, 1.0)
            elif key not in CHOOSING:
                yield from _numbers(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            yield from _numbers(inner, (*path, position))
    elif isinstance(value, float):
        yield Parameter(path, value, 0.01)


def changed(section: Any, path: Sequence[str | int], value: float) -> Any:
    """A copy of a section of the scenario with one number changed; it is not checked again."""
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(section, dict):
        return {**section, head: changed(section[head], rest, value)}
    if isinstance(section, tuple):
        return tuple(changed(part, rest, value) if i == head else part for i, part in enumerate(section))
    return section.model_copy(update={str(head): changed(getattr(section, str(head)), rest, value)})


def _of_parameters(problem: Formulation, district: District, scenario: Scenario, x: Floats, y: Floats) -> Iterator[Price]:
    position = 0
    blocks: list[tuple[Any, Rows, Floats]] = []
    for rule in ROW_RULES:
        rows = rule(problem.pairs, district, scenario)
        if rows is not None:
            blocks.append((rule, rows, y[position : position + len(rows.names)]))
            position += len(rows.names)
    for parameter in parameters(scenario):
        moved = scenario.model_copy(update={"rules": changed(scenario.rules, parameter.path, parameter.value + STEP)})
        change = sum(_slope(rows, rule(problem.pairs, district, moved), x, own) for rule, rows, own in blocks)
        yield Price(parameter.key, "", parameter.value, parameter.step, change * parameter.step)


def _of_limits(problem: Formulation, terms: Terms, district: District, scenario: Scenario, z: Floats, dual: Floats) -> Iterator[Price]:
    """Parameters of limits on what is no sum over pairs: the whole program is built with another value, and its rows are compared.

    Cuts come after all other rows, and are about pairs alone, so that no limit moves them.
    """
    named = [held.name for held in problem.held if held.name is not None]
    rules = {name.rule for name in named}
    before = _program(problem, terms) if rules else None
    for parameter in parameters(scenario) if before is not None else ():
        if parameter.path[0] not in rules:
            continue
        moved = scenario.model_copy(update={"rules": changed(scenario.rules, parameter.path, parameter.value + STEP)})
        limits = [held for rule in LIMIT_RULES for held in rule(problem.pairs, district, moved)]
        if [held.name for held in limits] != named:
            continue
        finished = [held for held in problem.held if held.name is None]
        after = _program(replace(problem, held=(*limits, *finished)), terms)
        if before is None or after.matrix.shape != before.matrix.shape:
            continue
        y = dual[: before.matrix.shape[0]]
        with np.errstate(invalid="ignore"):
            lower, upper = after.row_lower - before.row_lower, after.row_upper - before.row_upper
        side = np.where(y > 0, np.nan_to_num(lower, posinf=0.0, neginf=0.0), np.nan_to_num(upper, posinf=0.0, neginf=0.0))
        change = float(y @ (side - (after.matrix - before.matrix) @ z)) / STEP
        yield Price(parameter.key, "", parameter.value, parameter.step, change * parameter.step)


def _program(problem: Formulation, terms: Terms) -> Program:
    """The relaxation without any cut."""
    milp = build(problem, [(terms, 1.0)], is_relaxed=True)
    return program_of(milp.problem, milp.columns)


def _slope(before: Rows, after: Rows | None, x: Floats, y: Floats) -> float:
    """dz/dt of one rule's rows: the multiplier is positive where the lower side binds, negative where the upper one does."""
    if after is None or after.names != before.names:
        return 0.0
    with np.errstate(invalid="ignore"):  # a side that is not there does not move
        lower, upper = after.lower - before.lower, after.upper - before.upper
    side = np.where(y > 0, np.nan_to_num(lower, posinf=0.0, neginf=0.0), np.nan_to_num(upper, posinf=0.0, neginf=0.0))
    return float(y @ (side - (after.matrix - before.matrix) @ x)) / STEP


def _of_schools(problem: Formulation, y: Floats) -> Iterator[Price]:
    """One more student at a school, this year."""
    for name, upper, dual in zip(problem.rows.names, problem.rows.upper.tolist(), y.tolist(), strict=True):
        if name.rule == "capacity" and dual < 0 and np.isfinite(upper):
            yield Price("rules.capacity", name.subject, upper, 1.0, dual)


def _multipliers(milp: Milp, program: Program, dual: Floats) -> Floats:
    """The multiplier of each row of the formulation, shape (R,): that of the program's row with the same content."""
    rows, matrix = milp.formulation.rows, milp.formulation.rows.matrix.tocsr()
    of_content: dict[Any, list[int]] = {}
    for r in range(program.matrix.shape[0]):
        cells = slice(program.matrix.indptr[r], program.matrix.indptr[r + 1])
        of_content.setdefault(_content(program.matrix.indices[cells], program.matrix.data[cells]), []).append(r)
    found = np.zeros(len(rows.names))
    for i in range(len(rows.names)):
        cells = slice(matrix.indptr[i], matrix.indptr[i + 1])
        column = milp.column_of_pair[matrix.indices[cells]]
        constant = float(matrix.data[cells][column < 0].sum())
        same = of_content.get(_content(column[column >= 0], matrix.data[cells][column >= 0]), [])
        for sides, wanted in ((program.row_lower, rows.lower[i] - constant), (program.row_upper, rows.upper[i] - constant)):
            near = [row for row in same if abs(sides[row] - wanted) <= NOTHING * max(1.0, abs(wanted))] if np.isfinite(wanted) else []
            if near:
                found[i] += dual[near[0]]
                same.remove(near[0])  # two rules that say the same have a row each
    return found


def _content(index: Any, value: Any) -> tuple[bytes, bytes]:
    index, value = index[value != 0], value[value != 0]
    order = np.argsort(index, kind="stable")
    return np.asarray(index, dtype=np.int64)[order].tobytes(), np.asarray(value, dtype=np.float64)[order].tobytes()
