"""Edits of the rule on openings: schools and pairs that the plan does not obey are taken off its lists, then its numbers are turned."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

from rezoning.errors import shown
from rezoning.explaining.relaxing.broken import Broken
from rezoning.explaining.relaxing.edit import Edit, put
from rezoning.explaining.relaxing.knobs import turned


def openings(broken: Broken) -> list[Edit]:
    """The smallest edits of `rules.openings`; none where the least students of the schools' file are what is broken, for that is no rule."""
    rule, district = broken.rules.openings, broken.district
    if rule is None:
        return []
    is_open = dict(zip(district.school_ids, broken.plan.open_schools(district).tolist(), strict=True))
    obeyed: dict[str, Callable[[Any], bool]] = {
        "must_open": lambda text: is_open[text],
        "must_close": lambda text: not is_open[text],
        "not_both": lambda pair: not (is_open[pair[0]] and is_open[pair[1]]),
        "together": lambda pair: is_open[pair[0]] is is_open[pair[1]],
    }
    edits, plain = [], deepcopy(dict(broken.plain))
    for key, holds in obeyed.items():
        said = getattr(rule, key)
        kept = [entry if isinstance(entry, str) else list(entry) for entry in said if holds(entry)]
        if len(kept) < len(said):
            put(plain, ("openings", key), kept)
            named = shown(entry if isinstance(entry, str) else " and ".join(entry) for entry in said if not holds(entry))
            edits.append(broken.edit(("openings", key), kept, f"take {named} out of rules.openings.{key}"))
    rest = replace(broken, plain=plain)
    return edits + turned(replace(rest, violations=rest.remaining({}) or ()))
