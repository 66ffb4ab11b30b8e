"""What an option does, claim by claim, each out of numbers that may be shown; what the district has no data for is not spoken of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rezoning.public.book import Book, View
from rezoning.public.cell import HIDDEN, Cell, Rounded, difference, is_number, look
from rezoning.report.catalogue.derived import schools_beyond
from rezoning.report.catalogue.goals import goal_cell, goal_kind
from rezoning.report.catalogue.rows import verdict
from rezoning.report.language import Language
from rezoning.report.plain_numbers import FEW, about, length, longer, students_in, trip_change
from rezoning.report.story.claim import Claim, Mark, number_word
from rezoning.report.story.mixing import evened, is_mixing, story_group
from rezoning.runs.option import Option
from rezoning.scenario.goals import Goal

NAMED = 2  # schools that close, or open, whose names a sentence has room for
SAID_BY: dict[str, str] = {
    "reassigned": "moved", "travel": "trips", "over_capacity": "seats", "boundary_length": "borders",
}  # fmt: skip
"""Goals that have a claim of their own besides those about the mix of schools."""


@dataclass(frozen=True, eq=False)
class Telling:
    """An option of a book, and the language that it is told in."""

    book: Book
    option: Option
    language: Language

    @property
    def view(self) -> View:
        """The option's numbers."""
        return self.book.views[self.option.letter]

    @property
    def is_estimated(self) -> bool:
        """Whether students were estimated and not counted."""
        return self.option.district.students_are_estimated

    def cells(self, *path: str) -> tuple[Cell, Cell]:
        """A measure today, and in the option."""
        today = None if self.book.today is None else look(self.book.today.measures, *path)
        return today, look(self.view.measures, *path)

    def students(self, count: Cell) -> str:
        """A number of students, estimates rounded and marked."""
        return about(count, self.language, is_estimated=self.is_estimated)

    def text(self, key: str, **values: object) -> str:
        """A string of this part."""
        return self.language.text(f"story.{key}", **values)


def claims(book: Book, option: Option, language: Language) -> tuple[Claim, ...]:
    """All that can be said, schools that are paired and who moves first."""
    telling = Telling(book, option, language)
    decided, counted = ((*schools(telling),), ()) if option.district.has_optional else ((), (*schools(telling),))
    first = (*decided, *pairs(telling), *moved(telling), *even(telling), *goal(telling), *seats(telling))
    return (*first, *counted, *trips(telling), *borders(telling))


def pairs(telling: Telling) -> Iterator[Claim]:
    """Schools that share zones."""
    pairing = telling.view.pairing
    if pairing is not None and pairing.clusters:
        count = float(len(pairing.cluster_of))
        text = telling.text("pairs_two") if count == 2 else telling.text("pairs", schools=number_word(count, telling.language))
        yield Claim("pairs", text, (Mark("schools_paired", count),))


def moved(telling: Telling) -> Iterator[Claim]:
    """Students who change schools."""
    option, measures = telling.option, telling.view.measures
    if option.letter not in telling.book.changes:
        num_schools = float(sum(row.is_open for row in telling.view.schools))
        yield Claim("zones", telling.text("no_today", schools=number_word(num_schools, telling.language)), (Mark("schools", num_schools),))
        yield Claim("unknown_today", telling.text("unknown_today"), is_clause=True)
        return
    share, count = look(measures, "share_reassigned"), look(measures, "students_reassigned")
    marks = (Mark("share_reassigned", share), Mark("students_reassigned", count))
    if not is_number(share) or not is_number(count):
        yield Claim("moved", telling.text("moved_hidden"), marks)
    elif count <= 0:
        yield Claim("moved", telling.text("moved_none"), marks)
    elif share < FEW:
        everyone = look(measures, "students")
        words = {"count": telling.students(count), "all": telling.students(everyone)}
        yield Claim("moved", telling.text("moved_few", **words), (*marks, Mark("students", everyone)))
    else:
        part = students_in(share, telling.language)
        yield Claim("moved", telling.text("moved", part=part, count=telling.students(count)), marks)


def even(telling: Telling) -> Iterator[Claim]:
    """Schools whose mix comes nearer to the district's."""
    group = story_group(telling.book)
    found = None if group is None else evened(telling.book, telling.option.letter, group)
    if found is None:
        return
    marks = tuple(Mark(f"schools_{key}", float(getattr(found, key))) for key in ("nearer", "farther", "hidden"))
    marks += (Mark("schools_compared", float(found.schools)),)
    if found.hidden == found.schools:
        yield Claim("even", telling.text("even_hidden"), marks)
        return
    key = "even_none" if found.nearer == 0 else "even" if found.nearer < found.schools else "even_both" if found.schools == 2 else "even_all"
    words = {name: number_word(float(getattr(found, name)), telling.language) for name in ("nearer", "farther", "hidden", "schools")}
    words["group"] = telling.language.group(found.group)
    if found.hidden and key == "even_none":
        key = "even_none_known"
    text = telling.text(f"{key}_least" if found.hidden and key == "even" else key, **words)
    less = telling.text("less_even_one" if found.farther == 1 else "less_even", **words) if found.farther else ""
    yield Claim("even", text + less, marks)


def goal(telling: Telling) -> Iterator[Claim]:
    """The first goal, where no other claim is about it: better or worse than today, without its index."""
    option = telling.option
    if not option.scenario.goals:
        return
    first = option.scenario.goals[0]
    is_of_group = is_mixing(first.minimize) and first.group == story_group(telling.book) and any(even(telling))
    if first.minimize in SAID_BY or is_of_group or telling.book.today is None:
        return
    entry = option.record["goals"][0]
    now = goal_cell(telling.book, first, entry.get("today"), telling.book.today)
    then = goal_cell(telling.book, first, entry["value"], telling.view)
    marks = (Mark("goal_today", now), Mark("goal", then))
    about_what = goal_words(first, telling.language)
    if HIDDEN in (now, then):
        yield Claim("goal", telling.text("goal_hidden", what=about_what), marks, is_clause=True)
    elif first.minimize == "cost" and is_number(now) and is_number(then):
        numbers = {"now": telling.language.number(now, 0), "then": telling.language.number(then, 0)}
        yield Claim("goal", telling.text("goal_cost_told", **numbers), marks, is_clause=True)
    elif is_number(now) and is_number(then):
        trend = verdict(then, now, goal_kind(first, option.district.travel_unit), "lower") or "same"
        yield Claim("goal", telling.text(f"goal_is_{trend}", what=about_what), marks, is_clause=True)


def goal_words(asked: Goal, language: Language) -> str:
    """What a goal is about, as a thing that can be better or worse; no index."""
    return language.text(f"story.goal_{asked.minimize}", group="" if asked.group is None else language.group(asked.group))


def seats(telling: Telling) -> Iterator[Claim]:
    """Schools with more students than seats; what a rule allows beyond the seats is another thing."""
    after = schools_beyond(telling.view, "over_100")
    before = None if telling.book.today is None else schools_beyond(telling.book.today, "over_100")
    over = telling.cells("over_capacity_students")
    marks = (
        Mark("over_100_today", before),
        Mark("over_100", after),
        Mark("over_capacity_students_today", over[0]),
        Mark("over_capacity_students", over[1]),
    )
    if after is None:
        return
    if after == HIDDEN:
        yield Claim("seats", _without_seat(telling, *over), marks)
        return
    known = float(sum(row.is_open and row.utilization is not None for row in telling.view.schools))
    words = {"schools": number_word(known, telling.language)}
    if is_number(after) and after > 0:
        words["over"] = number_word(after, telling.language)
    today = _today(telling, before, over[0], with_students=after != 0)
    if after == 0:
        yield Claim("seats", telling.text("seats_none") + today, marks)
    elif is_number(over[1]):
        key = "seats_over_one" if after == 1 else "seats_over"
        yield Claim("seats", telling.text(key, students=telling.students(over[1]), **words) + today, marks)
    else:
        yield Claim("seats", telling.text("seats_over_unsaid_one" if after == 1 else "seats_over_unsaid", **words) + today, marks)


def _without_seat(telling: Telling, before: Cell, after: Cell) -> str:
    """Where it is kept back how many schools are over their seats: the students who have none, if these may be told."""
    if not is_number(after):
        return telling.text("seats_hidden")
    if after == 0:
        return telling.text("seats_none")
    words = {"students": telling.students(after)}
    return (
        telling.text("seats_students", **words, today=telling.students(before)) if is_number(before) else telling.text("seats_students_only", **words)
    )


def _today(telling: Telling, schools: Cell, students: Cell, *, with_students: bool) -> str:
    """How it is today, in brackets."""
    if not is_number(schools):
        return ""
    if schools == 0:
        return telling.text("seats_today_none")
    words = {"over": number_word(schools, telling.language), "students": telling.students(students)}
    is_told = with_students and is_number(students)
    return telling.text("seats_today_students" if is_told else "seats_today", **words)


def schools(telling: Telling) -> Iterator[Claim]:
    """Schools whose zone there is today alone, or in the option alone: by name, where the option was to decide and they are few."""
    if telling.book.today is None:
        return
    before, after = (set(view.zone[view.zone >= 0].tolist()) for view in (telling.book.today, telling.view))
    is_decided, names = telling.option.district.has_optional, [school.name for school in telling.book.schools]
    for key, those in (("closes", before - after), ("opens", after - before)):
        if those:
            count = number_word(float(len(those)), telling.language)
            form = f"{key}_one" if len(those) == 1 else key
            if is_decided and len(those) <= NAMED:
                form = f"{key}_named" if len(those) == 1 else f"{key}_both"
                text = telling.text(form, schools=telling.text("and").join(names[s] for s in sorted(those)))
            else:
                text = telling.text(form, count=count)
            yield Claim(f"decided_{key}" if is_decided else key, text, (Mark(f"schools_{key}", float(len(those))),))


def trips(telling: Telling) -> Iterator[Claim]:
    """The mean trip against today's."""
    now, then = telling.cells("travel_mean")
    marks = (Mark("travel_mean_today", now), Mark("travel_mean", then))
    change = difference(then, now)
    if HIDDEN in (now, then):
        yield Claim("trips", telling.text("trips_hidden"), marks, is_clause=True)
    elif is_number(change):
        is_estimated = telling.option.district.travel_is_estimate
        yield Claim("trips", _trips(telling, change) + (telling.text("estimated") if is_estimated else ""), marks, is_clause=True)


def _trips(telling: Telling, change: float) -> str:
    """How trips change. One step between means that were rounded may be nearly nothing or nearly two: it is told as at most two."""
    unit, language = telling.option.district.travel_unit, telling.language
    step = 10.0**-change.digits if isinstance(change, Rounded) else 0.0
    if 0.5 * step < abs(change) < 1.5 * step:
        most = language.text("plain.seconds", number=language.number(120 * step, 0)) if unit == "min" else length(2 * step, language)
        return telling.text("trips_most_longer" if change > 0 else "trips_most_shorter", amount=most)
    said = trip_change(change, language, unit)
    return telling.text("trips_same") if said == language.text("plain.same") else telling.text(f"trips_{unit}", change=said)


def borders(telling: Telling) -> Iterator[Claim]:
    """The length of borders between zones against today's."""
    now, then = telling.cells("boundary_km")
    if not is_number(now) or not is_number(then) or now <= 0:
        return
    marks = (Mark("boundary_km_today", now), Mark("boundary_km", then))
    said = longer(then, now, telling.language)
    same = said == telling.language.text("plain.as_long")
    yield Claim("borders", telling.text("borders_same") if same else telling.text("borders", change=said), marks, is_clause=True)
