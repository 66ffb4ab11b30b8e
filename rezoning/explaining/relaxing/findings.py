"""Edits of `rules.statement`: findings that the plan does not meet are no rules any more."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rezoning.district.questions import findings_held
from rezoning.explaining.relaxing.broken import Broken
from rezoning.explaining.relaxing.edit import Edit
from rezoning.explaining.relaxing.places import without

_NUMBER = re.compile(r"finding (\d+)")  # how the subject of a violation begins


def statement(broken: Broken) -> list[Edit]:
    """The findings that the plan does not meet go; what is left of ``all`` is listed."""
    held = findings_held(broken.district, broken.rules)
    missed = {int(found[1]) for one in broken.violations if (found := _NUMBER.match(one.subject))}
    kept = [number for number in held if number not in missed]

    def words(new: Sequence[int]) -> str:
        return _given_up(without(held, new))

    return [Edit(("rules", "statement"), list(held), kept, words)]


def _given_up(numbers: Sequence[int]) -> str:
    """``leave finding 2 out of rules.statement``."""
    said = [str(number) for number in numbers]
    listed = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
    return f"leave finding{'s' * (len(said) > 1)} {listed} out of the rules (rules.statement)"
