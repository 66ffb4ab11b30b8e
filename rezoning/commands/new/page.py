"""What `rezoning new` prints: the files and what they are, the questions, what was written, what is missing, and what to do next."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.commands.new.asking import Asking, Question
from rezoning.commands.new.new import Order, Written
from rezoning.commands.new.place import TODAY_TEXT
from rezoning.report.screen import heading, lines, listed, messages, table, title, whole_line

if TYPE_CHECKING:
    from rich.console import Console

MOST_OUT = 6


def files_page(console: Console, files: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """A row for each file: what it is, why, and what it is used for."""
    if not files:
        title(console, f"There is no file in {folder}")
        return
    title(console, f"{'1 file' if len(files) == 1 else f'{len(files)} files and layers'} in {folder}")
    rows = [[one["file"], one["is"], one["use"], one["why"]] for one in files]
    table(console, [("file", "left"), ("is", "left"), ("used for", "left"), ("because", "left")], rows, whole=True)


def questions_page(console: Console, asking: Asking, order: Order) -> None:
    """The questions with their suggestions, and the command that takes them."""
    heading(console, "Questions that the files leave open")
    for question in asking.asked:
        lines(console, *said(question), mark="-")
    heading(console, "Nothing was written. To take the suggestions:")
    whole_line(console, f"  {command(order)} --yes")
    first = next((one for one in asking.asked if len(one.choices) > 1), None)
    if first is not None:
        other = next(choice for choice in first.choices if choice != first.suggested)
        lines(console, "To answer one of them otherwise, add its answer, for example:")
        whole_line(console, f"  {command(order)} --yes --answer {shlex.quote(f'{first.key}={other.value}')}")


def said(question: Question) -> list[str]:
    """A question on one line, with its suggestion."""
    others = [choice.value for choice in question.choices if choice != question.suggested]
    why = f", because {question.why}" if question.why else ""
    besides = f" Or: {', '.join(others)}." if others else ""
    return [f"{question.key}: {question.text} Suggested: {question.suggested}{why}.{besides}"]


def command(order: Order) -> str:
    """The command as it was given, without answers."""
    words = ["rezoning", "new", str(order.folder)]
    for option, value in (("--out", order.out), ("--name", order.name), ("--level", order.level), ("--district", order.district)):
        words += [option, str(value)] if value is not None else []
    words += ["--replace"] if order.replace else []
    return " ".join(shlex.quote(word) for word in words)


def written_page(console: Console, written: Written) -> None:
    """What was answered, what to know, what is missing, where the files are, and the next commands."""
    asking, draft = written.prepared.asking, written.prepared.draft
    assert draft is not None
    if asking.answers:
        heading(console, "Answers")
        listed(console, "", [f"{key}: {value}" for key, value in asking.answers.items()], most=30)
    heading(console, "Scenario")
    lines(console, written.tried.exists)
    listed(console, "", [*written.tried.asked.relaxed, *draft.remarks], most=20)
    audit = written.today["audit_today"]
    if audit is not None:
        heading(console, "Today's zones")
        broken = messages(audit)
        times = "once" if len(audit["violations"]) == 1 else f"{len(audit['violations'])} times"
        lines(console, f"They break rules of this scenario {times}:" if broken else "They keep every rule of this scenario.")
        listed(console, "", broken, most=5)
    if written.missing:
        heading(console, "Missing, and what that rules out")
        listed(console, "", [_ruled_out(one) for one in written.missing if not one["is_welcome"]], most=20)
        welcome = [one["missing"] for one in written.missing if one["is_welcome"]]
        if welcome:
            lines(console, f"Would be welcome, and what they are for stands in {TODAY_TEXT}: {', '.join(welcome)}.", mark="-")
    _files_and_next(console, written.files, written.prepared.order.scenario)


def example_page(console: Console, files: Sequence[Path]) -> None:
    """Where a made-up town is, and what to do with it; its scenario is the last of its files."""
    _files_and_next(console, files, files[-1])


def _files_and_next(console: Console, files: Iterable[Path], scenario: Path) -> None:
    heading(console, "Written")
    for path in files:
        whole_line(console, f"  {_near(path)}")
    heading(console, "Next")
    whole_line(console, f"  rezoning run {shlex.quote(_near(scenario))}")


def _ruled_out(one: Mapping[str, Any]) -> str:
    out = one["rules_out"]
    more = f" and {len(out) - MOST_OUT} more" if len(out) > MOST_OUT else ""
    return f"{one['missing']}: rules out {', '.join(out[:MOST_OUT])}{more}. Add {one['add']}."


def _near(path: Path) -> str:
    """A path from here, where that is shorter."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
