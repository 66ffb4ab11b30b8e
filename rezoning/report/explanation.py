"""Why no plan exists and what would let one exist, in words that a planner can read."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.console import Console
from rich.text import Text

from rezoning.report.screen import Row, capital, heading, lines, listed, remarks, sentence
from rezoning.runs.files import relaxation_file

LONGEST = 1200  # characters of settings on a page, which a terminal can still copy; files have them whatever their length

MAYBE_LESS = "Perhaps less would do: that nothing does was not proven in the time given."
EXISTS = "A plan exists under these rules: nothing has to be loosened."
NONE_EXISTS = "No plan exists under these rules."
UNKNOWN = "Neither a plan nor a proof that there is none was found in the time given; these edits are enough for one, but may be more than is needed."
ALWAYS = {"rules.contiguity": "zones in one piece", "rules.school_in_own_zone": "a school's unit in its own zone"}
NO_TIME = (
    "No change of the rules that lets one exist was found. "
    "More time (--seconds) may find one; where the data or a goal are the cause, no rule's change does."
)


def explanation_words(record: Row) -> list[str]:
    """The explanation as sentences: whether a plan exists, what would let one exist, which rules conflict, what today's zones break."""
    return [verdict(record), *_cures(record), *_conflict(record), *_today(record)]


def verdict(record: Row) -> str:
    """Whether a plan exists."""
    return {True: EXISTS, False: NONE_EXISTS, None: UNKNOWN if record["relaxations"] else UNKNOWN.partition(";")[0] + "."}[record["plan_exists"]]


def _cures(record: Row) -> list[str]:
    if record["plan_exists"]:
        return []
    ways = [one["words"] for one in record["relaxations"]]
    if not ways:
        return [NO_TIME]
    return [f"To let one exist, {ways[0]}." if len(ways) == 1 else f"To let one exist, either {'; or '.join(ways)}."]


def _conflict(record: Row) -> list[str]:
    conflict = record["conflict"]
    if conflict is None:
        return []
    rules = [f"{key} ({ALWAYS[key]})" if key in ALWAYS else key for key in conflict["rules"]]
    if not rules:
        return ["No rule is needed for that: the data alone leave no plan."]
    said = [f"{rules[0]} alone leaves no plan."] if len(rules) == 1 else [f"These rules conflict: {_and(rules)}."]
    if not conflict["is_minimal"]:
        said.append("Whether each of them is needed for that is not proven.")
    elif len(rules) > 1:
        said.append("Without any one of them the others leave a plan.")
    if conflict["not_enough"]:
        said.append(f"It is not enough to take back {_one_of(conflict['not_enough'])}: other rules of the scenario conflict too.")
    return [" ".join(said)]


def _and(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _one_of(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"any one of {_and(words)}"


def _today(record: Row) -> list[str]:
    audit = record["audit_today"]
    if audit is None:
        return []
    if audit["passed"]:
        return ["Today's zones obey every rule."]
    times = len(audit["violations"])
    return [f"Today's zones break rules {'once' if times == 1 else f'{times:,} times'}."]


def explanation_page(console: Console, record: Row, directory: Path | None = None) -> None:
    """The explanation on a terminal, with the settings that make a plan exist; `directory` has them as scenarios too."""
    console.print(Text(f"{record['name']}: does a plan exist?", style="bold"))
    heading(console, "Found")
    lines(console, verdict(record))
    listed(console, "", [sentence(problem) for problem in record["problems"]])
    explanation_part(console, record, directory)
    audit = record["audit_today"]
    if audit is not None:
        heading(console, "Today's zones")
        lines(console, *_today(record))
        listed(console, "", [violation["message"] for violation in audit["violations"]])
    remarks(console, record)


def explanation_part(console: Console, record: Row, directory: Path | None = None) -> None:
    """What would let a plan exist, and what conflicts: also below the page of a run that found no plan."""
    if record["plan_exists"]:
        return
    heading(console, "What would let a plan exist")
    if not record["relaxations"]:
        lines(console, NO_TIME)
    for i, one in enumerate(record["relaxations"], 1):
        is_only = len(record["relaxations"]) == 1
        unsure = "" if one["is_minimal"] else f" {MAYBE_LESS}"
        words = capital(one["words"]) if is_only else f"{'Or' if i > 1 else 'Either'} {one['words']}"
        lines(console, f"{words}.{unsure}", mark=f"{i}.")
        _copied(console, one, directory and directory / relaxation_file(i))
    conflict = _conflict(record)
    if conflict:
        heading(console, "What conflicts")
        lines(console, *conflict)


def _copied(console: Console, relaxation: Row, file: Path | None) -> None:
    """What to add to the command, on one line however long, for a line that is broken cannot be copied; and the file that says the same."""
    options = " ".join(f"--set {shlex.quote(setting)}" for setting in relaxation["set"])
    if len(options) <= LONGEST:
        console.print(Text(f"     {options}"), soft_wrap=True)
    elif file is None:
        lines(console, "Its values are too long to copy from here: rezoning explain with --out DIR writes them as a scenario.", mark="  ")
    if file is not None:
        console.print(Text(f"     rezoning run {shlex.quote(str(file))}"), soft_wrap=True)
