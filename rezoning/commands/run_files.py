"""Where a run is written, and what: every file of the run directory."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.runs.question import REJECTED, Findings, RunOutcome, Stopwatch
from rezoning.scenario.resolve import scenario_key
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.commands.alternatives import FurtherPlans
    from rezoning.commands.openings import OtherChoice
    from rezoning.district.district import District


log = logging.getLogger(__name__)


def input_hash(scenario: Scenario, district: District, custom: Sequence[str] = ()) -> str:
    """Hash of the resolved scenario and of every data file's content; the same question has the same hash on every machine.

    Of rules and goals that a program brought along it knows the names.
    """
    digest = hashlib.sha256(scenario_key(scenario).encode())
    for name in custom:
        digest.update(name.encode())
    for file in sorted(file.sha256 for file in district.inputs):
        digest.update(file.encode())
    return digest.hexdigest()


def check_out(scenario: Scenario, out: str | Path | None, may_replace: bool) -> None:
    """What can be said before the data are read is said at once."""
    from rezoning.runs.directory import RUN, check_place

    if out is not None:
        check_place(Path(out), RUN, scenario.name, replace=may_replace)


def run_place(scenario: Scenario, district: District, out: str | Path | None, may_replace: bool, custom: Sequence[str] = ()) -> Path:
    """The directory of a run: the one asked for, or one named after the question."""
    from rezoning.runs.directory import RUN, check_place

    if out is not None:
        return Path(out)
    place = Path("runs") / f"{scenario.name}-{input_hash(scenario, district, custom)[:8]}"
    check_place(place, RUN, scenario.name, replace=may_replace)
    return place


def write_run(
    clock: Stopwatch,
    directory: Path,
    code: int,
    findings: Findings,
    further: FurtherPlans | None = None,
    choices: tuple[OtherChoice, ...] = (),
    *,
    may_replace: bool = False,
) -> RunOutcome:
    """Write every file, run.json last because it says how long the others took."""
    from rezoning.commands.alternatives import alternatives_record, put_alternatives
    from rezoning.commands.openings import openings_record, put_openings
    from rezoning.district.custom import rules_in
    from rezoning.report.estimated import estimate_labels
    from rezoning.runs import files
    from rezoning.runs.directory import RUN, json_text, place_for, write_or_rescue
    from rezoning.runs.leveled import leveled_record, put_levels
    from rezoning.runs.record import own_entry, peak_rss_mb, run_record
    from rezoning.runs.shape import borders_entry, tidy_entry

    question, result = findings.question, findings.result
    name = question.scenario.name
    place = place_for(directory, code, name)
    if place != directory:
        log.warning("A finished run stands in %s and was not touched; this one is in %s.", directory, place)
    record = run_record(
        question.scenario, question.district, question.problem, result,
        values=findings.values, audit=findings.audit, audit_today=question.audit_today, problems=question.problems,
    )  # fmt: skip
    record["input_hash"] = input_hash(question.scenario, question.district, [rule.name for rule in rules_in(question.custom)])
    record["plan"] = None
    record |= leveled_record(findings)
    metrics = None if findings.measures is None or question.levels else findings.measures.metrics
    record["tidy"] = None if result is None or question.levels else tidy_entry(question.district, result.untidied, result.plan)
    if question.custom:
        record["own"] = own_entry(question.custom)
    record["borders"] = borders_entry(question.scenario, metrics, record["goals"], record["objective"])
    if further is not None:
        record["alternatives"] = alternatives_record(findings, further)
    if choices:
        record["other_openings"] = openings_record(findings, choices)

    def fill(partial: Path, place: Path) -> None:
        with clock.phase("write"):
            files.put_question(partial, question.scenario, place)
            files.put_log(partial, result, question.problems)
            if question.levels:
                put_levels(partial, findings, record, is_rejected=code == REJECTED)
            else:
                record.update(_put_plan(partial, findings, is_rejected=code == REJECTED))
            if findings.measures is not None and not question.levels:
                files.put_measures(partial, findings.measures.metrics, estimate_labels(record).rows(findings.measures.schools))
            if findings.explanation is not None:
                files.put_explanation(partial, {**findings.explanation.to_record(), "exit_code": code})
            if further is not None:
                put_alternatives(partial, findings, further)
            put_openings(partial, findings, choices)
        record.update(exit_code=code, seconds=clock.entry(), peak_rss_mb=peak_rss_mb())
        files.put(partial / RUN, json_text(record))

    write_or_rescue(place, fill, name, replace=may_replace)
    return RunOutcome(**vars(findings), exit_code=code, directory=place, record=record)


def _put_plan(partial: Path, findings: Findings, *, is_rejected: bool) -> dict[str, Any]:
    """plan.csv and, where schools are paired, buildings.csv; what run.json says of them."""
    from rezoning.district.plans.buildings import buildings_file
    from rezoning.metrics.measure import visible
    from rezoning.runs import files
    from rezoning.runs.record import file_entry

    question, result = findings.question, findings.result
    if result is None or result.plan is None:
        return {}
    written = files.put_plan(partial, result, visible(question.district, question.scenario), is_rejected=is_rejected)
    entries = {"plan": file_entry(written, written.name)}
    if result.plan.buildings is not None:
        paired = buildings_file(written)
        entries["buildings"] = file_entry(paired, paired.name)
    return entries
