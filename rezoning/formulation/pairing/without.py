"""Zones without any cluster that all rules allow, in words: what stands in the way of each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.errors import Infeasible, Problems, shown
from rezoning.formulation.admissible import Restriction
from rezoning.formulation.formulation import RowName
from rezoning.formulation.pairing.columns import Columns
from rezoning.scenario.schema import Scenario

FEW = 5  # zones that are told one by one


def check_every_zone(
    district: District, scenario: Scenario, columns: Columns, has_way: NDArray[np.bool_], restrictions: list[Restriction],
    kept: Columns, broken: dict[RowName, NDArray[np.bool_]],
) -> None:  # fmt: skip
    """Raise Infeasible where a school is in no column that is left.

    Parameters
    ----------
    columns, has_way, restrictions
        All columns, which of them rules about units allow, and what these rules say.
    kept, broken
        The columns that they allow, and which of them rules about schools forbid.
    """
    assert scenario.pairing is not None
    stays = ~np.any([np.zeros(len(kept), dtype=bool), *broken.values()], axis=0)
    lost = np.setdiff1d(np.arange(district.num_schools), kept.members[stays])
    problems = Problems()
    for s in lost[:FEW].tolist():
        problems.add(scenario.pairing.place(), *_words(s, district, scenario, columns, has_way, restrictions, kept, broken))
    if len(lost) > FEW:
        named = shown(district.school_names[s] for s in lost[FEW:].tolist())
        problems.add(scenario.pairing.place(), f"no cluster of these is allowed either: {named}.", "See the others.")
    problems.raise_as(Infeasible)


def _words(
    s: int, district: District, scenario: Scenario, columns: Columns, has_way: NDArray[np.bool_], restrictions: list[Restriction],
    kept: Columns, broken: dict[RowName, NDArray[np.bool_]],
) -> tuple[str, str]:  # fmt: skip
    """Message and cure for one school."""
    pairing, name = scenario.pairing, district.school_names[s]
    assert pairing is not None
    mine = (columns.members == s).any(axis=1)
    if not mine.any():
        kept_with = shown(district.school_names[district.school_index[text]] for one in pairing.keep for text in one if district.school_ids[s] in one)
        message = f"{name} can be in no cluster: the zones of {kept_with} do not border, or other keys forbid it."
        return message, "Take it out of pairing.keep, raise pairing.most, or write triples: connected."
    counts = {"rules." + ", rules.".join(dict.fromkeys(one.rule for one in restrictions)): int((mine & ~has_way).sum())} if restrictions else {}
    own = (kept.members == s).any(axis=1)
    for rule, which in broken.items():
        key = rule.rule if rule.rule.startswith("pairing") else f"rules.{rule.rule}"
        counts[f"{key} ({rule.subject})"] = int((which & own).sum())
    said = "; ".join(f"{key}: {count}" for key, count in sorted(counts.items(), key=lambda one: -one[1]) if count)
    ways = int(mine.sum())
    message = f"{name} has no way to be alone or in a cluster that all rules allow; of {ways} ways these forbid: {said}."
    return message, "Loosen one of them, or allow more clusters with pairing.most, triples: connected or spans: any."
