"""What a bench comes to, as tables for pages, terminals and Markdown alike."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rezoning.report.benching.comparison import Comparison, Cost
from rezoning.report.benching.scores import ENOUGH, middle, par10, ratio_of_means, shifted_mean
from rezoning.report.benching.trials import Trial
from rezoning.report.catalogue.kinds import roughly, written
from rezoning.report.language import NOTHING, Language

MARK = "†"
"""Stands at a setting that asks another question."""
ALIKE = 1e-6  # of a bound: solvers' own tolerance


@dataclass(frozen=True)
class Table:
    """Heads, rows of cells, and which columns are words and not numbers."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: tuple[int, ...] = (0,)


def settings_table(found: Comparison, language: Language) -> Table:
    """One row for each setting, over all instances and seeds that every setting was run on."""
    keys = ("setting", "runs", "settled", "without", "mean_settled", "par10", "near", "mean_near", "first", "primal", "both", "ratio", "memory")
    default = [found.both(trial) for trial in found.of(found.settings[0])]
    rows = [_setting_row(found, name, default, language) for name in found.settings]
    return Table(tuple(language.text(f"benching.{key}") for key in keys), tuple(rows))


def _setting_row(found: Comparison, name: str, default: Sequence[float], language: Language) -> tuple[str, ...]:
    trials, limit, is_same = found.of(name), found.seconds, name not in found.others

    def mean(cost: Cost) -> str:
        return seconds(shifted_mean([cost(trial) for trial in trials], limit), language)

    near = sum(found.target(trial) <= limit for trial in trials)
    both = [found.both(trial) for trial in trials]
    return (
        labelled(found, name),
        language.count(len(trials)),
        language.count(sum(trial.is_solved for trial in trials)),
        language.count(sum(trial.value is None and not trial.is_solved for trial in trials)),
        mean(found.settled),
        seconds(par10([found.settled(trial) for trial in trials], limit), language),
        language.count(near) if is_same else NOTHING,
        mean(found.target) if is_same else NOTHING,
        mean(found.first),
        mean(found.primal) if is_same else NOTHING,
        seconds(shifted_mean(both, limit), language),
        number(ratio_of_means(both, default, limit), language) if is_same else NOTHING,
        _count(middle(trial.number("peak_mb") for trial in trials), language),
    )


def instances_table(found: Comparison, language: Language) -> Table:
    """One row for each instance: seconds of each setting where it settled the question, else how far it came."""
    heads = (language.text("benching.instance"), language.text("benching.size"), *(labelled(found, name) for name in found.settings))
    rows = []
    for instance in found.instances:
        cells = [how_far(found, found.of(name, instance), language) for name in found.settings]
        rows.append((instance, _size(found, instance, language), *cells))
    return Table(heads, tuple(rows), (0, 1))


def how_far(found: Comparison, trials: Sequence[Trial], language: Language) -> str:
    """Runs of a setting on an instance: seconds, the mean over seeds; else the median gap; else how far above the best its plans are."""
    if not trials:
        return NOTHING
    settled = [found.settled(trial) for trial in trials if trial.is_solved]
    if len(settled) == len(trials):
        return language.text("benching.in_seconds", seconds=seconds(shifted_mean(settled, math.inf), language))
    gap = middle(trial.gap for trial in trials)
    if gap is not None:
        return written(gap, "percent", language)
    excess = middle(found.excess(trial) for trial in trials)
    if excess is not None and not trials[0].is_same_question:
        return language.text("benching.unproven")
    if excess is not None:
        return f"+{written(excess, 'percent', language)}"
    return language.text("benching.failed" if all(trial.is_failed for trial in trials) else "benching.no_plan")


def values_table(found: Comparison, language: Language) -> Table:
    """The best value and bound of each instance that these runs found, and by which settings; of the question that the instance asks alone."""
    keys = ("instance", "today", "best", "found_by", "bound", "gap", "proven_by")
    rows = []
    for instance in found.instances:
        trials = [trial for trial in found.trials if trial.instance == instance and trial.is_same_question]
        values = [trial.value for trial in trials if trial.value is not None]
        bounds = [trial.bound for trial in trials if trial.bound is not None]
        best, bound = min(values, default=None), max(bounds, default=None)
        bound = bound if best is None or bound is None else min(bound, best)
        gap = None if best is None or bound is None else (best - bound) / max(abs(best), 1e-9)
        today = next((trial.today for trial in trials if trial.today is not None), None)
        cells = (
            value_text(today),
            value_text(best),
            _finders(trials, best, language),
            value_text(bound),
            NOTHING if gap is None else written(gap, "percent", language),
        )
        rows.append((instance, *cells, _provers(trials, bound, language)))
    return Table(tuple(language.text(f"benching.{key}") for key in keys), tuple(rows), (0, 3, 6))


def _finders(trials: Sequence[Trial], best: float | None, language: Language) -> str:
    return _names(trials, [trial for trial in trials if best is not None and trial.value is not None and trial.value <= best + ENOUGH], language)


def _provers(trials: Sequence[Trial], bound: float | None, language: Language) -> str:
    near = [] if bound is None else [trial for trial in trials if trial.bound is not None and trial.bound >= bound - ALIKE * max(abs(bound), 1.0)]
    return _names(trials, near, language)


def _names(trials: Sequence[Trial], found: Sequence[Trial], language: Language) -> str:
    """The settings of some trials, with how many of their seeds where it was not all."""
    seeds, counted = Counter(trial.setting for trial in trials), Counter(trial.setting for trial in found)
    said = (name if count == seeds[name] else f"{name} ({language.count(count)}/{language.count(seeds[name])})" for name, count in counted.items())
    return ", ".join(said) or NOTHING


def notes(found: Comparison, language: Language) -> list[str]:
    """What has to be known beside the tables: what is not compared, other questions, how quiet the machine was, on what all of it ran."""
    said = []
    if found.others:
        said.append(language.text("benching.note_other", mark=MARK, settings=", ".join(name for name in found.settings if name in found.others)))
    if found.left_out:
        said.append(language.text("benching.note_left_out", count=language.count(found.left_out)))
    failed = sum(trial.is_failed for trial in found.trials)
    if failed:
        said.append(language.text("benching.note_failed", count=language.count(failed)))
    if found.loads:
        key = "benching.note_load" if found.cores is None else "benching.note_busy" if found.busy else "benching.note_quiet"
        loads = {"usual": language.number(found.usual_load, 1), "most": language.number(max(found.loads), 1)}
        said.append(
            language.text(key, **loads, count=language.count(found.busy), runs=language.count(len(found.loads)), cores=found.cores or NOTHING)
        )
    for column in ("machine", "versions"):
        for text in dict.fromkeys(str(trial.row[column]) for trial in found.trials if trial.row.get(column)):
            said.append(text.replace("=", " "))
    return said


# -- cells ---------------------------------------------------------------------------------------------------------------


def labelled(found: Comparison, setting: str) -> str:
    """A setting, with a mark where it asks another question."""
    return f"{setting}{MARK}" if setting in found.others else setting


def seconds(value: float, language: Language) -> str:
    """Seconds with one decimal, two below ten; nothing for what is not known."""
    return NOTHING if math.isnan(value) or math.isinf(value) else language.number(value, 2 if abs(value) < 10 else 1)


def number(value: float, language: Language) -> str:
    """A bare number with two decimals."""
    return NOTHING if math.isnan(value) else language.number(value, 2)


def share(part: int, whole: int, language: Language) -> str:
    """How many of how many, in whole percent."""
    return roughly(part / whole, language) if whole else NOTHING


def _count(value: float | None, language: Language) -> str:
    return NOTHING if value is None else language.count(round(value))


def value_text(value: float | None) -> str:
    """A goal's value as its file has it, to four digits: goals differ from instance to instance, and none is written as people read it."""
    return NOTHING if value is None else f"{value:.4g}" if abs(value) >= 1 else f"{round(value, 4) + 0.0:.4f}"


def _size(found: Comparison, instance: str, language: Language) -> str:
    rows = [trial.row for trial in found.trials if trial.instance == instance and trial.row.get("units") is not None]
    return f"{language.count(rows[0]['units'])} × {language.count(rows[0]['schools'])}" if rows else NOTHING
