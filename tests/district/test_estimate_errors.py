"""What an estimate errs by under other zones, on made-up towns of which the truth is known: by group it errs by less than blindly.

The way of the published experiment: students by group are known by zone of today; they are spread to blocks by some weight; zones are redrawn at
random (cells of points), and what the estimate makes of their dissimilarity is held against the truth.
"""

from dataclasses import replace

import numpy as np
import pytest

from rezoning.district.estimate import ALL, Estimate, SchoolEstimate, spread_of
from rezoning.district.fitting import Seed, fit
from rezoning.district.school_counts import SchoolCounts
from rezoning.metrics import draws
from rezoning.synthetic import make_district

Floats = np.ndarray


def dissimilarity(ours: Floats, others: Floats, zone: Floats) -> float:
    a, b = (np.bincount(zone, weights=counts) for counts in (ours, others))
    return float(np.abs(a / a.sum() - b / b.sum()).sum() / 2)


def errors(units: int, schools: int, number: int, group: str = "low_income", repeats: int = 40) -> dict[str, Floats]:
    """Error of dissimilarity in redrawn zones, by what the group is spread with; ``drawn``: what the draws say that it errs by."""
    town = make_district(units, schools, number).district
    chance = np.random.default_rng(number)
    students, ours, zone = town.students, town.groups[group], town.current
    assert zone is not None
    assert town.geometry is not None

    def seen(counts: Floats, each: float = 4.0) -> Floats:
        """People of the group, each student's family counted with noise: a block errs by as much as adults do."""
        k = np.maximum(counts, 0) / each
        return each * chance.gamma(np.maximum(k, 1e-9)) * (counts > 0)

    own, rest = seen(ours), seen(students - ours)
    totals = {name: np.bincount(zone, weights=values, minlength=schools) for name, values in (("all", students), ("group", ours))}
    counts = SchoolCounts(town.school_ids, town.school_names, totals["all"], {group: totals["group"]}, {})
    seeds = {"own": Seed(own + rest, {group: own}, {}, (group,)), "blind": Seed(own + rest, {group: (own + rest) / 2}, {}, (group,))}
    found = {name: fit(seed, counts, zone).students for name, seed in seeds.items()}
    for one in found.values():
        np.testing.assert_allclose(np.bincount(zone, weights=one.groups[group], minlength=schools), totals["group"], rtol=1e-9)
    places = np.column_stack([town.geometry.centroid.x, town.geometry.centroid.y])
    redrawn = [
        np.argmin(((places[:, None] - places[chance.choice(len(places), schools, replace=False)]) ** 2).sum(axis=2), axis=1) for _ in range(repeats)
    ]
    true = np.array([dissimilarity(ours, students - ours, new) for new in redrawn])
    said = {
        name: np.array([dissimilarity(one.groups[group], one.students - one.groups[group], new) for new in redrawn]) for name, one in found.items()
    }
    result = {name: np.abs(values - true) for name, values in said.items()}
    result["block"] = np.abs(found["own"].groups[group] - ours) / ours.sum()
    result["drawn"] = _drawn(town, found["own"], group, redrawn, schools)
    return result


def _drawn(town, fitted: Seed, group: str, redrawn: list[Floats], schools: int) -> Floats:
    ours, others = fitted.groups[group], fitted.students - fitted.groups[group]
    spread = {group: (spread_of(ours, 0.51), spread_of(others, 0.51)), ALL: (1.0, 1.0)}
    known = tuple(SchoolEstimate(str(s), str(s), 1.0, 1.0, 1.0) for s in range(schools))
    of = replace(town, students=fitted.students, groups={group: ours}, estimate=Estimate("raked", spread=spread, schools=known))
    a, b = (np.concatenate(part, axis=1) for part in zip(*draws.drawn(of, group, np.arange(of.num_units), of.num_units, 50, 1, 1), strict=True))
    return np.array(
        [np.abs(np.array([dissimilarity(a[:, k], b[:, k], new) for k in range(50)]) - dissimilarity(ours, others, new)).mean() for new in redrawn]
    )


def test_a_group_spread_by_its_own_errs_less_than_one_spread_blindly() -> None:
    found = errors(300, 6, 3, repeats=20)
    assert found["own"].mean() < 0.5 * found["blind"].mean()


@pytest.mark.slow
@pytest.mark.parametrize("number", range(4))
def test_errors_of_larger_towns(number: int) -> None:
    found = errors(1500, 16, number)
    for name in ("own", "blind", "drawn"):
        print(f"\n{name}: mean {found[name].mean():.4f}, p95 {np.quantile(found[name], 0.95):.4f}", end="")  # noqa: T201 (to be read with -s)
    print(f"\nblocks: {found['block'].sum():.2f}")  # noqa: T201
    assert found["own"].mean() < 0.5 * found["blind"].mean()
    assert 0.3 * found["own"].mean() < found["drawn"].mean() < 3 * found["own"].mean()
