"""What options are compared by, in plain numbers as readers see them; where two print alike, neither is better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rezoning.public.book import Book
from rezoning.public.cell import HIDDEN, Cell, Rounded, is_number
from rezoning.report.catalogue.kinds import settled, together
from rezoning.report.language import Language
from rezoning.report.plain_numbers import lengths, students_in
from rezoning.report.story.claim import number_word
from rezoning.report.story.claims import Telling
from rezoning.report.story.mixing import Evened, evened, story_group

TODAY = "today"
FROM_TODAY = ("moved", "evened")
"""What is counted from today: nothing is to be said of today itself."""


@dataclass(frozen=True, eq=False)
class Aspect:
    """Something that options are compared by.

    Parameters
    ----------
    key
        Its name.
    cells
        By view: ``today`` and letters.
    shown
        How each is written beside the others.
    alone
        How each is written where it stands alone; those that are alike then are too near for one to be called better.
    group
        What people call the group that it is about.
    step
        Of rounding; values one step apart may be as good as alike.
    """

    key: str
    cells: Mapping[str, Cell]
    shown: Mapping[str, str]
    alone: Mapping[str, str]
    group: str = ""
    step: float = 0.0

    def best(self, views: Sequence[str]) -> str | None:
        """The view that is better than all others as readers see them; None where there is no single one."""
        ranked = self._ranked(views)
        return None if len(ranked) < 2 or self._are_alike(ranked[0], ranked[1]) else ranked[0]

    def worse(self, view: str, views: Sequence[str]) -> bool:
        """Whether a view is worse than some other."""
        return any(self.cells[other] < self.cells[view] and not self._are_alike(view, other) for other in views)  # type: ignore[operator]

    def _ranked(self, views: Sequence[str]) -> list[str]:
        return sorted(views, key=lambda view: float(self.cells[view] or 0.0))

    def _are_alike(self, one: str, other: str) -> bool:
        apart = abs(self.cells[one] - self.cells[other])  # type: ignore[operator]
        return self.alone[one] == self.alone[other] or apart < 1.5 * self.step


def compared(book: Book, language: Language) -> tuple[Aspect, ...]:
    """Everything that options are compared by, for tables: also what may not be told, for which nothing is written."""
    tellings = {option.letter: Telling(book, option, language) for option in book.options}
    found = {aspect.key: aspect for aspect in (*aspects(tellings, language), *_mixes(tellings, language))}
    return tuple(found[key] for key in ORDER if key in found)


ORDER = ("moved", "evened", "even", "seats", "trips", "borders")
"""Of rows in a table."""


def aspects(tellings: Mapping[str, Telling], language: Language) -> Iterator[Aspect]:
    """Everything that may be told of all, the mix of a group first."""
    first = next(iter(tellings.values()))
    yield from _mix(tellings, language)
    if first.book.changes:
        cells, shares = _cells(tellings, "students_reassigned"), _cells(tellings, "share_reassigned")
        shown = {view: _movers(tellings[view], cells[view], shares[view], language) for view in tellings} | {TODAY: "0"}
        yield Aspect("moved", {**cells, TODAY: 0.0}, shown, shown)
    for key, path in (("seats", "over_capacity_students"), ("trips", "travel_mean"), ("borders", "boundary_km")):
        cells = _cells(tellings, path)
        shown = dict(zip(cells, _beside(key, first, list(cells.values())), strict=True))
        alone = {view: _beside(key, first, [cell])[0] for view, cell in cells.items()}
        yield Aspect(key, cells, shown, alone, step=max((10.0**-cell.digits for cell in cells.values() if isinstance(cell, Rounded)), default=0.0))


def _mix(tellings: Mapping[str, Telling], language: Language) -> Iterator[Aspect]:
    """How a group is among itself; where that is not told, or alike everywhere, how many schools are evened out."""
    views = [*tellings, *([TODAY] if len(tellings) == 1 else [])]
    for aspect in _mixes(tellings, language):
        if aspect.key == "even" and all(is_number(aspect.cells[view]) for view in views) and len({aspect.alone[view] for view in views}) > 1:
            yield aspect
            return
        if aspect.key == "evened" and all(is_number(aspect.cells[view]) for view in tellings):
            yield aspect


def _mixes(tellings: Mapping[str, Telling], language: Language) -> Iterator[Aspect]:
    """How a group is among itself, and how many schools are evened out; what cannot be counted is written all the same."""
    book = next(iter(tellings.values())).book
    group = story_group(book)
    if group is None:
        return
    cells = _cells(tellings, "isolation", group)
    said = together(cells.values(), "points", language, fewest=0)
    shown = {view: said.text(cell) if is_number(cell) else "" for view, cell in cells.items()}
    alone = {view: language.number(100 * cell, 0) if is_number(cell) else "" for view, cell in cells.items()}
    yield Aspect("even", cells, shown, alone, language.group(group))
    found = {letter: one for letter in tellings if (one := evened(book, letter, group)) is not None}
    counts: dict[str, Cell] = dict.fromkeys(tellings)
    for letter, one in found.items():
        is_known = not one.hidden or (len(tellings) == 1 and _is_clear(one))
        counts[letter] = float(one.farther - one.nearer) if is_known else HIDDEN
    if found:
        words = {letter: _evened(one, language) for letter, one in found.items()} | {TODAY: "0"}
        yield Aspect("evened", {**counts, TODAY: 0.0}, words, words, language.group(group))


def _is_clear(found: Evened) -> bool:
    """Whether schools that are hidden could not turn the count around."""
    return abs(found.nearer - found.farther) > found.hidden


def _evened(found: Evened, language: Language) -> str:
    words = {name: number_word(float(getattr(found, name)), language) for name in ("nearer", "farther", "schools")}
    text = language.text("story.evened_least" if found.hidden else "story.evened", **words)
    return language.text("story.evened_less", evened=text, **words) if found.farther else text


def _cells(tellings: Mapping[str, Telling], *path: str) -> dict[str, Cell]:
    """A measure of every option, and of today."""
    found: dict[str, Cell] = {letter: telling.cells(*path)[1] for letter, telling in tellings.items()}
    return found | {TODAY: next(iter(tellings.values())).cells(*path)[0]}


def _movers(telling: Telling, count: Cell, share: Cell, language: Language) -> str:
    """How many, and as a part of all."""
    return language.text("story.movers", count=telling.students(count), part=students_in(share, language)) if is_number(count) else ""


def _beside(key: str, telling: Telling, cells: Sequence[Cell]) -> list[str]:
    """Students, lengths, or mean trips as they are written beside each other; nothing of what is not told."""
    language, unit = telling.language, telling.option.district.travel_unit
    if key == "seats":
        said = [telling.students(cell) for cell in cells]
    elif key == "borders" or unit != "min":
        said = lengths(cells, language, "km" if key == "borders" else settled("travel", unit))
    else:
        minutes = together(cells, "travel", language)
        said = [language.text("plain.minutes", number=minutes.text(cell)) for cell in cells]
    return [text if is_number(cell) else "" for text, cell in zip(said, cells, strict=True)]
