"""The document of an ensemble: every number, for those who may see them, and nothing that a clock says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.optimize.chain.series import Floats, autocorrelation_time, effective_size, largest_distance, split_r_hat
from rezoning.optimize.chain.standing import Standing, standing
from rezoning.scenario.policy import uses_of

if TYPE_CHECKING:
    from rezoning.commands.ensembles.chains import Sampled
    from rezoning.commands.ensembles.measuring import Wanted
    from rezoning.commands.ensembles.outcome import Ensemble
    from rezoning.formulation.formulation import Formulation

MET = 1.05  # of split R-hat, above which chains have not met
ENOUGH = 100.0  # effective samples, below which percentiles are rough
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
Row = dict[str, Any]


def ensemble_record(found: Ensemble, problem: Formulation, warnings: Sequence[str]) -> Row:
    """The document of ``rezoning ensemble --json``, and of ensemble.json."""
    from rezoning.runs.record import counts_entry, data_entries, goal_entry, inputs_entry, versions

    settings, district = found.settings, found.district
    measures = list(_measures(found))
    flips_only = all(one.chain is None or one.chain.mix == 0 for one in found.ours)
    return {
        "name": found.scenario.name,
        "exit_code": found.exit_code,
        "privacy": "every number; not for publication",
        "goals": [goal_entry(goal) for goal in found.scenario.goals],
        "counts": counts_entry(district, None, problem),
        **data_entries(district),
        "attributes": uses_of(found.scenario),
        "settings": asdict(settings),
        "is_counted": settings.seconds is None and found.exit_code != 130,
        "distribution": "uniform_reachable" if flips_only else "none_known",
        "chains": [_chain(one, settings.peer_every if one is found.peer else settings.every) for one in found.chains],
        "measures": measures,
        "plans": {one.letter: {"key": one.key, "name": one.name, "path": str(one.path), "passed": one.audit.passed} for one in found.options},
        "doubts": [*warnings, *_doubts(found, problem, measures)],
        "notes": list(district.notes),
        "warnings": list(district.warnings),
        "inputs": inputs_entry(found.scenario, district),
        "versions": versions(),
    }


def _chain(one: Sampled, every: int) -> Row:
    """Where a chain began, what came of its steps, and what the auditor said of its samples."""
    kinds = {} if one.chain is None else {"flips": one.chain.flips, "recombinations": one.chain.recombinations}
    return {
        "engine": one.engine,
        "start": one.start.origin,
        "samples": len(one.values),
        "steps": len(one.values) * every,
        "every": every,
        **{name: {"tried": kind.tried, "accepted": kind.accepted, "rate": kind.rate, "why_not": kind.why} for name, kind in kinds.items()},
        "audited": one.audited,
        "rejected": [{"sample": number, **audit.to_dict()} for number, audit in one.broken.items()],
    }


def _measures(found: Ensemble) -> Iterator[Row]:
    """Each measure that every sample has: how it is spread, whether its chains mixed, where plans stand."""
    for place, wanted in enumerate(found.wanted):
        ours = found.series(place)
        if any(np.isnan(chain).any() for chain in ours):
            continue
        peer = None if found.peer is None else found.series(place, peer=True)
        values = {key: float(row[place]) for key, row in found.standings.items()}
        yield {
            "key": wanted.key,
            "kind": wanted.kind,
            "direction": wanted.direction,
            "goal": wanted.goal,
            "samples": _spread(np.concatenate(ours)),
            "mixing": _mixing(ours, found.settings.every),
            "plans": _plans(values, ours, wanted),
            "gerrychain": None if peer is None or np.isnan(peer[0]).any() else _beside(peer, ours, values, wanted, found.settings.peer_every),
        }


def _spread(values: Floats) -> Row:
    quantiles = [float(value) for value in np.quantile(values, QUANTILES)]
    told = dict(zip(map(str, QUANTILES), quantiles, strict=True))
    return {"count": len(values), "mean": float(values.mean()), "sd": float(values.std()), "quantiles": told}


def _mixing(chains: Sequence[Floats], every: int) -> Row:
    """How much the samples tell; everything null where they are all the same."""
    times = [autocorrelation_time(chain) for chain in chains]
    sizes = [effective_size(chain) for chain in chains]
    known = [time for time in times if time is not None]
    r_hat = split_r_hat(chains)
    return {
        "effective": sum(size for size in sizes if size is not None) if known else None,
        "effective_by_chain": sizes,
        "autocorrelation_steps": max(known) * every if known else None,
        "r_hat": None if r_hat is None or not np.isfinite(r_hat) else r_hat,
        "distance": largest_distance(chains),
        "has_met": r_hat is None or r_hat <= MET,
    }


def _plans(values: dict[str, float], chains: Sequence[Floats], wanted: Wanted) -> dict[str, Row]:
    return {key: _standing(value, standing(value, chains, wanted.direction)) for key, value in values.items() if not np.isnan(value)}


def _standing(value: float, one: Standing) -> Row:
    return {"value": value, "percentile": one.percentile, **asdict(one)}


def _beside(peer: Sequence[Floats], ours: Sequence[Floats], values: dict[str, float], wanted: Wanted, every: int) -> Row:
    """The same of the chain beside ours, and how far it is from ours."""
    apart = largest_distance([peer[0], np.concatenate(ours)])
    return {"samples": _spread(peer[0]), "mixing": _mixing(peer, every), "plans": _plans(values, peer, wanted), "distance": apart}


def _doubts(found: Ensemble, problem: Formulation, measures: Sequence[Row]) -> Iterator[str]:
    """Words for what percentiles may not be trusted for: keys of strings, `ensemble.doubt_<key>`."""
    if any(one.broken for one in found.chains):
        yield "rejected"
    if any(not row["mixing"]["has_met"] for row in measures):
        yield "not_met"
    if any((row["mixing"]["effective"] or ENOUGH) < ENOUGH for row in measures):
        yield "few"
    if len(found.ours) == 1:
        yield "one_chain"
    if all(row["samples"]["sd"] == 0 for row in measures):
        yield "stood_still"
    if not problem.contiguity.is_exact and found.settings.mix > 0:
        yield "no_recombination"
    if problem.contiguity.also is not None:
        yield "narrow"
    if problem.is_restricted:
        yield "restricted"
    if found.exit_code == 130:
        yield "stopped"
    elif found.ours and len(found.ours[0].values) < found.settings.samples:
        yield "time"
