"""Why no plan exists and what would let one exist, in words that a planner can read."""

from __future__ import annotations

import json

from rich.console import Console
from rich.text import Text

from rezoning.report.screen import Row, capital, heading, lines, listed, sentence

LONGEST = 160  # characters of a value on a page; explanation.json has it whole

EXISTS = "A plan exists under these rules: nothing has to be loosened."
NONE_EXISTS = "No plan exists under these rules."
UNKNOWN = "Neither a plan nor a proof that there is none was found in the time given; these edits are enough for one, but may be more than is needed."
NO_TIME = "What would let one exist was not found in the time given. Give it more time (--seconds)."


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
    rules = conflict["rules"]
    if len(rules) == 1:
        return [f"{rules[0]} alone leaves no plan."]
    named = f"{', '.join(rules[:-1])} and {rules[-1]}"
    if conflict["is_minimal"]:
        return [f"These rules conflict: {named}. Without any one of them the others leave a plan."]
    return [f"These rules conflict: {named}. Whether each of them is needed for that is not proven."]


def _today(record: Row) -> list[str]:
    audit = record["audit_today"]
    if audit is None:
        return []
    if audit["passed"]:
        return ["Today's zones obey every rule."]
    times = len(audit["violations"])
    return [f"Today's zones break rules {'once' if times == 1 else f'{times:,} times'}."]


def explanation_page(console: Console, record: Row) -> None:
    """The explanation on a terminal, with the values to write into the scenario."""
    console.print(Text(f"{record['name']}: does a plan exist?", style="bold"))
    heading(console, "Found")
    lines(console, verdict(record))
    listed(console, "", [sentence(problem) for problem in record["problems"]])
    explanation_part(console, record)
    audit = record["audit_today"]
    if audit is not None:
        heading(console, "Today's zones")
        lines(console, *_today(record))
        listed(console, "", [violation["message"] for violation in audit["violations"]])
    for title in ("warnings", "notes"):
        if record[title]:
            heading(console, capital(title))
            listed(console, "", record[title])


def explanation_part(console: Console, record: Row) -> None:
    """What would let a plan exist, and what conflicts: also below the page of a run that found no plan."""
    if record["plan_exists"]:
        return
    heading(console, "What would let a plan exist")
    if not record["relaxations"]:
        lines(console, NO_TIME)
    for i, one in enumerate(record["relaxations"], 1):
        is_only = len(record["relaxations"]) == 1
        lines(console, f"{capital(one['words'])}." if is_only else f"{'Or' if i > 1 else 'Either'} {one['words']}.", mark=f"{i}.")
        lines(console, *(_setting(edit) for edit in one["edits"]), mark="  ")
    conflict = _conflict(record)
    if conflict:
        heading(console, "What conflicts")
        lines(console, *conflict)


def _setting(edit: Row) -> str:
    """``rules.travel.max: 24``; what goes is null."""
    value = json.dumps(edit["to"], ensure_ascii=False)
    return f"{edit['key']}: {value if len(value) <= LONGEST else value[:LONGEST] + ' …'}"

