"""Groups by grade: which grade each student of a group is in, as far as a planning office knows; children of low income are a little younger."""

from __future__ import annotations

import numpy as np

from rezoning.synthetic.fabric import Ints

TILT = 0.05
"""How much likelier a younger child is of low income than one a grade above: of the range of a draw."""


def groups_by_grade(grades: dict[str, Ints], groups: dict[str, Ints], partition: tuple[str, ...], seed: int) -> dict[str, dict[str, Ints]]:
    """Draw the grade of each student of each group, so that every block keeps its students by grade and by group.

    Parameters
    ----------
    grades, groups
        Students of each block by grade (which sum to all) and by group, shape (n,) each.
    partition
        The groups that do not overlap.
    seed
        Of the district; the draws are not those of `make_district`.

    Returns
    -------
    dict of str to dict of str to array
        Students of each block by group, then by grade.
    """
    rng = np.random.Generator(np.random.PCG64([seed, len("cohorts")]))
    counts = np.stack(list(grades.values()), axis=1)
    n, g = counts.shape
    block, grade = np.repeat(np.repeat(np.arange(n), g), counts.ravel()), np.repeat(np.tile(np.arange(g), n), counts.ravel())
    first = np.cumsum(counts.sum(axis=1)) - counts.sum(axis=1)
    by_lot, younger = (np.round(rng.random(len(block)) + tilt * grade, 9) for tilt in (0.0, TILT))

    def drawn(keys: np.ndarray, start: Ints, count: Ints) -> dict[str, Ints]:
        """Of the students of each block in the order of keys, `count` from place `start` on."""
        order = np.lexsort((keys, block))
        place = np.arange(len(block)) - first[block]
        chosen = order[(place >= start[block]) & (place < (start + count)[block])]
        return {name: np.bincount(block[chosen][grade[chosen] == k], minlength=n) for k, name in enumerate(grades)}

    found, start = {}, np.zeros(n, dtype=np.int64)
    for name, of_group in groups.items():
        if name in partition:
            found[name] = drawn(by_lot, start, of_group)
            start = start + of_group
        else:
            found[name] = drawn(younger, np.zeros(n, dtype=np.int64), of_group)
    return found
