"""Tables of the suites, from their runs; those of the settings are written into README.md between its marks, with their plots beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import best_known
import counties
import instances
import plots

from rezoning.commands.benching.running import Bench
from rezoning.report.benching.comparison import Comparison
from rezoning.report.benching.document import csv_text
from rezoning.report.benching.scores import middle
from rezoning.report.benching.tables import Table, instances_table, notes, settings_table, values_table
from rezoning.report.benching.trials import Trial
from rezoning.report.language import ENGLISH
from rezoning.runs.directory import put_whole

HERE = Path(__file__).resolve().parent
README = HERE / "README.md"
PICTURE = "![Four performance profiles: question settled, plan within one percent, primal integral, primal–dual integral](settings-profiles.png)"
PHASES = ("read", "compile", "solve", "audit", "write", "total")


def markdown(table: Table) -> list[str]:
    """A table as Markdown, numbers to the right."""
    rule = ["---" if k in table.words else "---:" for k in range(len(table.heads))]
    return [_row(table.heads), _row(rule), *map(_row, table.rows)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


# -- settings ------------------------------------------------------------------------------------------------------------


def show(trials: list[Trial], bench: Bench, *, is_readme: bool) -> None:
    """All tables of the settings, here and, when asked, in the README with its plots."""
    found = compared(trials, bench)
    blocks = {
        "settings": [*markdown(settings_table(found, ENGLISH)), "", *(f"- {note}" for note in notes(found, ENGLISH))],
        "instances": markdown(instances_table(found, ENGLISH)),
        "values": markdown(values_table(found, ENGLISH)),
    }
    blocks["run"] = [run_line(found, bench)]
    print("\n\n".join("\n".join(lines) for lines in blocks.values()))
    if is_readme:
        blocks["settings"] += ["", PICTURE]
        blocks["library"] = markdown(library(bench))
        README.write_text(between_marks(README.read_text(encoding="utf-8"), blocks), encoding="utf-8")
        plots.write(found, HERE)


def compared(trials: list[Trial], bench: Bench) -> Comparison:
    """Runs of a suite against each other."""
    return Comparison(trials, [setting.name for setting in bench.settings], bench.seconds, known_values(bench))


def keep(trials: list[Trial], bench: Bench, path: Path) -> None:
    """A table with a row for each run."""
    put_whole(path, csv_text(compared(trials, bench)))


def known_values(bench: Bench) -> dict[str, float]:
    """The least values that best_known.csv has of the instances."""
    found = {name: best_known.known(path) for name, path in bench.scenarios.items()} if best_known.FILE.exists() else {}
    return {name: one.value for name, one in found.items() if one is not None and one.value is not None}


def claim(trials: Sequence[Trial], bench: Bench, who: str) -> list[str]:
    """Put the best plan and the highest bound of each instance into best_known.csv, where they are better than what stands there."""
    said = []
    for name, path in bench.scenarios.items():
        runs = [trial for trial in trials if trial.instance == name and trial.is_same_question and trial.directory is not None]
        plans, bounds = [run for run in runs if run.value is not None], [run for run in runs if run.bound is not None]
        claims = [(best_known.check, min(plans, key=lambda run: run.value))] if plans else []
        claims += [(best_known.raise_bound, max(bounds, key=lambda run: run.bound))] if bounds else []
        for put, run in claims:
            try:
                put(path, run.directory, f"{who}, {run.setting}")
                said.append(f"{name}: {put.__name__} by {run.setting}")
            except best_known.Refused as error:
                said.append(f"{name}: {error.problems[0].message}")
    return said


def run_line(found: Comparison, bench: Bench) -> str:
    """What was run."""
    seeds = f"{bench.seeds} seed" + "s" * (bench.seeds != 1)
    what = f"{len(bench.scenarios)} instances × {len(bench.settings)} settings × {seeds}, {bench.seconds:g} s, threads: {bench.threads}"
    return f"{what}; {len(found.trials)} of {bench.runs} runs are there, and {len(found.cells) * len(found.settings)} are compared."


def library(bench: Bench) -> Table:
    """The instances with their property and hash."""
    rows = []
    for name, path in bench.scenarios.items():
        one = instances.REGISTRY[name]
        rows.append((name, f"{one.size[0]:,} × {one.size[1]}", one.about, f"`{instances.instance_hash(path)}`"))
    return Table(("instance", "units × schools", "its property", "hash"), tuple(rows), (0, 1, 2, 3))


def between_marks(text: str, blocks: dict[str, list[str]]) -> str:
    """A text with what stands between ``<!-- made: NAME -->`` and ``<!-- end -->`` renewed; a name that it does not have is a fault."""
    for name, lines in blocks.items():
        pattern = re.compile(rf"(<!-- made: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text, count = pattern.subn(lambda found, lines=lines: f"{found[1]}{chr(10).join(lines)}\n{found[2]}", text)
        if count != 1:
            raise ValueError(f"README.md has {count} marks '<!-- made: {name} -->', not one.")
    return text


# -- phases and proofs ---------------------------------------------------------------------------------------------------


def phases(trials: list[Trial]) -> list[str]:
    """Seconds of every phase, peak memory, and what was reached."""
    rows = []
    for trial in trials:
        spent = [_number(trial.number(f"{phase}_seconds"), 1) for phase in PHASES]
        reached = [_number(value, 4) for value in (trial.today, trial.value, trial.bound)]
        rows.append((trial.instance, _size(trial), *spent, _number(trial.number("peak_mb"), 0), *reached))
    return markdown(Table(("district", "units × schools", *PHASES, "MB", "today", "value", "bound"), tuple(rows), (0, 1)))


def proofs(trials: list[Trial]) -> list[str]:
    """How far value and bound are apart, medians over seeds, then what the graphs of a kind come to."""
    rows, kinds = [], dict[str, list[float | None]]()
    for name in dict.fromkeys(trial.instance for trial in trials):
        runs = [trial for trial in trials if trial.instance == name]
        gap = middle(trial.gap for trial in runs)
        kinds.setdefault(name.split("-")[0], []).append(gap)
        values = [_number(middle(of), 4) for of in zip(*((run.today, run.value, run.bound) for run in runs), strict=True)]
        proven, memory = sum(run.is_solved for run in runs), middle(run.number("peak_mb") for run in runs)
        ended = "; ".join(dict.fromkeys(run.status for run in runs))
        rows.append((name, str(len(runs)), *values, _percent(gap), str(proven), _number(memory, 0), ended))
    lines = markdown(Table(("instance", "seeds", "today", "value", "bound", "gap", "proven", "MB", "ended"), tuple(rows), (0, 8)))
    for kind in (counties.SMALL, counties.LARGE):
        known = [gap for gap in kinds.get(kind, []) if gap is not None]
        if known:
            proven = sum(gap == 0.0 for gap in known)
            said = f"{proven} of {len(kinds[kind])} proven, median gap {_percent(middle(kinds[kind]))}, worst {_percent(max(known))}"
            lines += ["", f"{kind}: {said}."]
    return lines


def _size(trial: Trial) -> str:
    return f"{_number(trial.number('units'), 0)} × {_number(trial.number('schools'), 0)}"


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}" if abs(value) < 2 or digits < 4 else f"{value:,g}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"
