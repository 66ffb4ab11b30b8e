"""The command `new`: from a folder of files to a first scenario, or the list of what to download for a district."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rezoning.cli.guard import USAGE, guarded, say
from rezoning.cli.options import Json
from rezoning.cli.result import put_json, stream

if TYPE_CHECKING:
    from rezoning.commands.new.asking import Question
    from rezoning.commands.new.new import Order, Prepared


def new(
    folder: Annotated[Path | None, typer.Argument(metavar="FOLDER", help="A folder with the district's files, as they are.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take every suggestion instead of asking.")] = False,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="Name of the scenario; made of the folder's when left out.")] = None,
    level: Annotated[str | None, typer.Option("--level", metavar="LEVEL", help="elementary, middle or high.")] = None,
    district: Annotated[
        str | None,
        typer.Option("--district", metavar="LEAID", help="The district's seven-digit NCES id, where census and NCES files are to be joined."),
    ] = None,
    answers: Annotated[
        list[str] | None, typer.Option("--answer", metavar="KEY=VALUE", help="Answers one question beforehand. May be repeated.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The scenario to write; FOLDER/scenario.yaml when left out.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of a scenario that stands there.")] = False,
    leaid: Annotated[
        str | None, typer.Option("--list", metavar="LEAID", help="Only print what to download for this district; nothing is fetched.")
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Write the made-up town riverbend, with a scenario, to try things on.")] = False,
    as_json: Json = False,
) -> None:
    """Look at every file of a folder and write a first scenario, with today's audit and a list of what is missing.

    Asks on a terminal what the files do not say, each question with a suggestion; --yes takes the suggestions. Without a terminal the questions
    are listed and nothing is written (exit code 2). With --list: what to download for a district. With --example: files of a made-up town.
    """
    if example:
        guarded(lambda: _example(folder, as_json), as_json)
    if leaid is not None:
        guarded(lambda: _list(leaid, folder, as_json), as_json)
    guarded(lambda: _new(folder, yes, name, level, district, answers or [], out, replace, as_json), as_json)


def _new(
    folder: Path | None,
    yes: bool,
    name: str | None,
    level: str | None,
    district: str | None,
    answers: list[str],
    out: Path | None,
    replace: bool,
    as_json: bool,
) -> int:
    from rezoning.commands.new.asking import Asking
    from rezoning.commands.new.new import prepare, write
    from rezoning.commands.new.order import order_of, split_answers
    from rezoning.commands.new.page import files_page, written_page
    from rezoning.report.screen import screen

    order = order_of(folder, out=out, name=name, level=level, district=district, replace=replace)
    asks = not yes and sys.stdin.isatty() and sys.stderr.isatty()
    asking = Asking(split_answers(answers), _put if asks else None)
    with tempfile.TemporaryDirectory(prefix="rezoning-new-") as scratch:
        prepared = prepare(order, Asking(asking.given), Path(tempfile.mkdtemp(dir=scratch)))
        if not as_json:
            files_page(screen(stream()), prepared.files(), order.folder)
            stream().flush()
        if asks:  # who is asked sees first what there is; an answer may change what the files are taken for
            prepared = prepare(order, asking, Path(tempfile.mkdtemp(dir=scratch)))
        else:
            asking = prepared.asking
        if prepared.draft is not None:
            asking.check_all_used()
            if asking.asked and not yes and not asks:
                return _stopped(prepared, order, as_json)
        written = write(prepared)
    if as_json:
        put_json(written.record())
    else:
        written_page(screen(stream()), written)
    return 0


def _stopped(prepared: Prepared, order: Order, as_json: bool) -> int:
    """Questions, and nobody to answer them."""
    from rezoning.commands.new.page import command, questions_page
    from rezoning.report.screen import screen

    asking = prepared.asking
    if as_json:
        put_json({
            "error": "open questions",
            "exit_code": USAGE,
            "problems": [
                {"place": one.key, "message": one.text, "cure": f"Suggested: {one.suggested.value}. Take it with --yes."} for one in asking.asked
            ],
            "questions": [one.record() for one in asking.asked],
            "files": prepared.files(),
            "command": f"{command(order)} --yes",
        })  # fmt: skip
    else:
        questions_page(screen(stream()), asking, order)
    return USAGE


def _put(question: Question) -> str:
    """Ask a person: a number, a value, or nothing for the suggestion."""
    say("")
    say(question.text + (f" ({question.why})" if question.why else ""))
    for number, choice in enumerate(question.choices, 1):
        say(f"  {number}. {choice}{'   <- suggested' if choice == question.suggested else ''}")
    while True:
        say(f"Number, or Enter for {question.suggestion + 1}:")
        line = sys.stdin.readline()
        if not line:
            raise KeyboardInterrupt
        answer = line.strip()
        if not answer:
            return question.suggested.value
        if answer.isdigit() and 1 <= int(answer) <= len(question.choices):
            return question.choices[int(answer) - 1].value
        fitting = [choice.value for choice in question.choices if choice.value.casefold() == answer.casefold()]
        if fitting:
            return fitting[0]
        say(f"'{answer}' is none of them.")


def _example(folder: Path | None, as_json: bool) -> int:
    from rezoning.commands.new.example import write_example
    from rezoning.commands.new.page import example_page
    from rezoning.report.screen import screen

    files = write_example(folder)
    if as_json:
        put_json({"files": list(map(str, files)), "scenario": str(files[-1])})
    else:
        example_page(screen(stream()), files)
    return 0


def _list(leaid: str, folder: Path | None, as_json: bool) -> int:
    from rezoning.commands.new.download import download_list, leaid_of, list_page
    from rezoning.report.screen import screen

    counties: list[str] = []
    if folder is not None:
        from rezoning.commands.new.joined import counties_of

        with tempfile.TemporaryDirectory(prefix="rezoning-new-") as scratch:
            counties = counties_of(folder, Path(scratch), leaid_of(leaid))
    record = download_list(leaid, counties)
    if as_json:
        put_json(record)
    else:
        list_page(screen(stream()), record)
    return 0
