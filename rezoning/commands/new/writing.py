"""The scenario's text: every section under a sentence that says what it is for."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rezoning.commands.new.draft import Draft
from rezoning.commands.new.trial import Tried
from rezoning.commands.new.words import LABELS
from rezoning.commands.new.yaml_text import WIDTH, block, comment

HEAD = (
    "A first scenario, written by rezoning new from the files of this folder. It is yours: change any line, then check it with "
    "rezoning validate and solve it with rezoning run. What every key means: rezoning schema, or scenarios/README.md."
)
SECTIONS = {
    "rules": "What every plan must obey.",
    "goals": "What to make small, in order of importance: each is kept while the next is sought.",
    "solve": "How long to look, in seconds. The longer, the better the plan and the closer the bound.",
    "report": "What reports, the school finder and exports say besides the numbers.",
    "data": "Where everything comes from. Paths start at this file.",
    "data.units": "A row for each unit, which always has one school: its students, and today's school.",
    "data.schools": "The schools and their seats.",
    "data.travel": "How long it takes from each unit to each school.",
    "data.walk": "Who can walk to which school.",
}


def scenario_text(draft: Draft, tried: Tried, name: str, lacking: Sequence[Mapping[str, Any]]) -> str:
    """The scenario as it is written."""
    asked = tried.asked

    def shown(path: Path) -> str:
        return Path(os.path.relpath(path.absolute(), draft.place)).as_posix()

    notes = dict(SECTIONS)
    for key, text in (*draft.notes.items(), *asked.notes.items()):
        notes[key] = f"{SECTIONS[key]} {text}" if key in SECTIONS else text
    told = textwrap.wrap(_description(draft, asked.rules), WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    lines = [*comment(HEAD), f"name: {name}", "description: >", *told]
    for key, value in (
        ("rules", asked.rules),
        ("goals", asked.goals),
        ("solve", {"time_limit": 60, "seed": 0}),
        ("report", _report(draft)),
        ("data", draft.data),
    ):
        lines += ["", *block(key, value, notes, shown)]
    hints = _hints(draft, shown)
    lines += hints
    if lacking:
        lines += ["", *comment("Not in this folder, and what that rules out:")]
        for one in lacking:
            lines += comment(f"- {one['missing']}: {one['add']}")
    return "\n".join(lines) + "\n"


LIMITS = {"capacity": "seats", "travel": "trips", "shape": "borders", "burden": "who carries the change"}
"""What rules set limits on, in the words of a description."""


def _description(draft: Draft, rules: Mapping[str, Any]) -> str:
    said = "even out students who are " + LABELS.get(draft.main, draft.main) if draft.main else "make room where it is short"
    schools = f"{draft.level} schools of {draft.folder.path.resolve().name}"
    limits = [words for rule, words in LIMITS.items() if rule in rules]
    if "capacity" in rules and rules["capacity"].get("of") == "current":  # no file has seats
        limits[0] = "the sizes of schools"
    keep = f", within limits on {' and '.join([', '.join(limits[:-1]), limits[-1]] if limits[1:] else limits)}" if limits else ""
    return f"A first scenario for the {schools}: {said}{keep}{'; students are estimated' if draft.estimated else ''}."


def _report(draft: Draft) -> dict[str, Any]:
    labels = {group: LABELS[group] for group in draft.groups if group in LABELS}
    return {"level": f"{draft.level} schools", **({"labels": labels} if labels else {}), **draft.report}


def _hints(draft: Draft, shown: Any) -> list[str]:
    """Files that could serve, as lines to take the mark away from."""
    lines = draft.folder.best("barriers")
    if lines is None:
        return []
    lines.use = "nothing yet: could be barriers"
    return [
        *comment("If these lines are barriers that no child should cross, take the # away, and add under rules: no_crossing: {today: keep}", 2),
        f"  # barriers: {{path: {shown(lines.path)}}}",
    ]
