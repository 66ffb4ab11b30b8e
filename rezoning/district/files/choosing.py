"""Which of a file's layers, or of its sheets, is meant: the one that is named, else the only one that holds anything."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from rezoning.errors import DataError, Problem, shown
from rezoning.scenario.formats import Part


def chosen(part: Part, wanted: str | None, holding: Mapping[str, bool], file: str, place: str, passed_over: str = "") -> str:
    """The name of the layer or sheet to read.

    Parameters
    ----------
    wanted
        Its name, in any case; none where it is left out.
    holding
        Every name in the file's order, and whether it holds anything.
    file, place
        The file's name, and the scenario's key that named it, for messages.
    passed_over
        What else there is, where only one can be meant without a name: the end of a sentence.

    Raises
    ------
    DataError
        There is none of this name; or none is named, and there are several.
    """
    where = place or file
    if wanted is not None:
        near = {name.casefold(): name for name in holding}
        if wanted in holding or wanted.casefold() in near:
            return wanted if wanted in holding else near[wanted.casefold()]
        close = difflib.get_close_matches(wanted.casefold(), near, n=1)
        hint = f"Did you mean '{near[close[0]]}'? " if close else ""
        raise DataError(Problem(where, f"{file} has no {part} '{wanted}'.", f"{hint}{part.capitalize()}s: {shown(holding, 40)}."))
    full = [name for name, holds in holding.items() if holds]
    if not full:
        what = f"no {part} that holds anything" if holding else f"no {part}s"
        raise DataError(Problem(where, f"{file} has {what}.", f"Export it again, or name another file.{passed_over}"))
    if len(full) > 1:
        raise DataError(Problem(where, f"{file} has {len(full)} {part}s.", f"Say which with {'the key ' if place else ''}{part}: {shown(full, 40)}."))
    return full[0]
