"""Districts of several levels of schools: each read as the district of its own question, and all of them as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from rezoning.district.district import District
from rezoning.errors import DataError, Problem, Problems
from rezoning.scenario.levels import each_level
from rezoning.scenario.schema import Scenario


def load_levels(scenario: Scenario, load: Callable[[Scenario], District]) -> District:
    """Read the district of every level of a scenario.

    Parameters
    ----------
    load
        Reads the district of one ordinary scenario.

    Returns
    -------
    District
        That of the lowest level, with the districts of all in `District.levels` and the files, notes and warnings of all.

    Raises
    ------
    DataError
        With all problems of all files of all levels.
    """
    problems, found = Problems(), dict[str, District]()
    for name, own in each_level(scenario).items():
        try:
            found[name] = load(own)
        except DataError as error:
            problems.extend(error.problems)
    problems.raise_as(DataError)
    return joined(found)


def joined(levels: Mapping[str, District]) -> District:
    """The district of the lowest level with those of all in it.

    Raises
    ------
    DataError
        The levels do not have the same units.
    """
    lowest, first = next(iter(levels.items()))
    for name, district in levels.items():
        if district.unit_ids != first.unit_ids:
            message = f"its units are not those of level '{lowest}'."
            raise DataError(Problem(f"levels.{name}", message, "All levels are drawn over the units of data.units."))
    inputs = tuple(dict.fromkeys(file for district in levels.values() for file in district.inputs))
    notes = _told({name: district.notes for name, district in levels.items()})
    warnings = _told({name: district.warnings for name, district in levels.items()})
    return replace(first, levels=dict(levels), inputs=inputs, notes=notes, warnings=warnings)


def _told(sentences: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Sentences of all levels: what holds for every one once, what holds for one or some with their names."""
    whose: dict[str, list[str]] = {}
    for name, said in sentences.items():
        for sentence in dict.fromkeys(said):
            whose.setdefault(sentence, []).append(name)
    return tuple(sentence if len(names) == len(sentences) else f"{', '.join(names)}: {sentence}" for sentence, names in whose.items())
