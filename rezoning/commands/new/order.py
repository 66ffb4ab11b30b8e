"""What a user asked for, checked before any file is looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rezoning.commands.new.asking import AnswerError
from rezoning.commands.new.new import Order
from rezoning.commands.new.words import LEVEL_GRADES
from rezoning.errors import Problem


def order_of(folder: Path | None, *, out: Path | None, name: str | None, level: str | None, district: str | None, replace: bool) -> Order:
    """The order, or everything that is wrong with it.

    Raises
    ------
    AnswerError
        An option holds what it cannot.
    """
    from rezoning.commands.new.download import leaid_of

    problems = []
    if folder is None:
        problems.append(Problem("rezoning new", "no folder is given.", "Write rezoning new FOLDER, or rezoning new --list LEAID."))
    if level is not None and level not in LEVEL_GRADES:
        problems.append(Problem(f"--level {level}", "is no level.", f"Give one of {', '.join(LEVEL_GRADES)}."))
    if name is not None and not re.fullmatch(r"[A-Za-z0-9-]+", name):
        problems.append(Problem(f"--name {name}", "may have letters, digits and - only.", "Write it without spaces and marks."))
    if problems:
        raise AnswerError(problems)
    assert folder is not None
    return Order(folder, out, name, level, None if district is None else leaid_of(district, "--district"), replace)


def split_answers(answers: Sequence[str]) -> dict[str, str]:
    """``KEY=VALUE`` each.

    Raises
    ------
    AnswerError
        One has no =.
    """
    wrong = [one for one in answers if "=" not in one]
    if wrong:
        raise AnswerError([Problem(f"--answer {one}", "is no answer.", "Write --answer KEY=VALUE.") for one in wrong])
    return {key.strip(): value.strip() for key, _, value in (one.partition("=") for one in answers)}
