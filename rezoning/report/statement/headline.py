"""The sentences that come first: who moves, with whom children learn, how they get there, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rezoning.equity.segregation import not_higher
from rezoning.metrics.measure import long_ride
from rezoning.public.cell import HIDDEN, Cell, difference, hundredfold, is_number, ratio
from rezoning.report.catalogue.derived import district_share
from rezoning.report.catalogue.kinds import Kind, given, manner, roughly, settled, together, written
from rezoning.report.certainty import draws_words
from rezoning.report.language import Language, capital
from rezoning.report.pairing_words import bound_words
from rezoning.report.statement.subject import Subject


def headline(subject: Subject) -> list[str]:
    """The sentences, those left out that the data cannot fill."""
    trips = [_estimated(subject, sentence) for part in (_trip, _long_trips) for sentence in part(subject)]
    return [capital(sentence) for sentence in (*_moved(subject), *_groups(subject), *trips)]


def _estimated(subject: Subject, sentence: str) -> str:
    """A sentence about trips, which says so where these are estimated."""
    return subject.text("headline.estimated", sentence=sentence) if subject.option.district.travel_is_estimate else sentence


def headline_groups(subject: Subject) -> tuple[str, ...]:
    """Groups that the goals name, else the first that is judged: sentences about all groups would be read by nobody."""
    named = {name for goal in subject.option.scenario.goals for name in (goal.group, *(goal.groups or ())) if name is not None}
    judged = subject.statement.judged
    return tuple(name for name in judged if name in named) or judged[:1]


def _moved(subject: Subject) -> Iterator[str]:
    language = subject.language
    if subject.letter not in subject.book.changes:
        yield subject.text("headline.no_today")
        return
    moved, everyone, rate = (subject.cell("plan", key) for key in ("students_reassigned", "students", "share_reassigned"))
    shown = {"moved": language.count(moved), "all": language.count(everyone), "percent": written(rate, "percent", language)}
    if subject.book.views[subject.letter].pairing is None:
        yield subject.text("headline.moved", **shown)
        return
    yield subject.text("headline.moved_buildings", **shown)
    yield subject.text("headline.siblings")
    yield from bound_words(subject.option, language)


def _groups(subject: Subject) -> Iterator[str]:
    for group in headline_groups(subject):
        yield from _mixing(subject, group)
        yield from _movers(subject, group)
        yield from _sure(subject, group)
        yield from _nearest(subject, group)


def _mixing(subject: Subject, group: str) -> Iterator[str]:
    """With whom the group would share its schools, and how many would have to change for an even mix; in whole students of 100."""
    mixed = {key: [subject.cell(view, key, group) for view in ("today", "plan")] for key in ("isolation", "dissimilarity")}
    if any(HIDDEN in cells for cells in mixed.values()):
        yield subject.text("headline.kept", group=subject.group(group))
        return
    for key, cells in mixed.items():
        if None not in cells:
            today, plan = (_of_hundred(subject, cell) for cell in cells)
            name, share = subject.group(group), _of_hundred(subject, district_share(subject.book, group))
            said = f"headline.{'classmates' if key == 'isolation' else 'even_mix'}{'.same' if today == plan else ''}"
            yield subject.text(said, group=name, today=today, plan=plan, share=share)


def _of_hundred(subject: Subject, share: Cell) -> str:
    """A share as whole students of 100."""
    return subject.language.count(hundredfold(share)) if is_number(share) else subject.language.count(share)


def _movers(subject: Subject, group: str) -> Iterator[str]:
    language, times = subject.language, subject.cell("plan", "burden", group, "reassigned", "ratio")
    movers = ratio(subject.cell("plan", "students_reassigned_by_group", group), subject.cell("plan", "students_reassigned"))
    if not is_number(times) or not is_number(movers):
        return
    shown = {"movers": _of_hundred(subject, movers), "enrolled": _of_hundred(subject, district_share(subject.book, group))}
    yield subject.text("headline.movers", group=subject.group(group), ratio=written(times, "ratio", language), **shown)


def _sure(subject: Subject, group: str) -> Iterator[str]:
    """How sure the direction is, by the share of draws."""
    change = subject.case.changes.get(group)
    if change is None or subject.hides(group):
        return
    confidence, name, holds = subject.settings.confidence, subject.group(group), change.not_higher
    if holds >= confidence:
        yield subject.text_of_chance("headline.sure_not_higher", group=name, sure=draws_words(holds, subject.language))
    elif not_higher(change, confidence) == "does_not_meet":
        yield subject.text_of_chance("headline.sure_higher", group=name, sure=draws_words(1 - holds, subject.language))
    else:
        yield subject.text("headline.cannot_tell", group=name)


def _nearest(subject: Subject, group: str) -> Iterator[str]:
    index = subject.settings.index
    nearest, plan = (subject.cell(view, index, group) for view in ("nearest", "plan"))
    less = ratio(difference(nearest, plan), nearest)
    if isinstance(less, (int, float)):
        key = "less_than_nearest" if less >= 0 else "more_than_nearest"
        yield subject.text(f"headline.{key}", group=subject.group(group), percent=roughly(abs(less), subject.language))


def _trip(subject: Subject) -> Iterator[str]:
    today, plan = (subject.cell(view, "travel_mean") for view in ("today", "plan"))
    language, unit = subject.language, subject.option.district.travel_unit
    if today is None or plan is None:
        return
    said = together([today, plan], settled("travel", unit), language)
    written_unit = manner(said.kind, language).unit
    if said.is_same(today, plan):
        yield subject.text(f"headline.trip_same.{written_unit}", plan=said.text(plan))
    else:
        yield subject.text(f"headline.trip.{written_unit}", change=said.change(plan, today), today=said.text(today), plan=said.text(plan))


def _long_trips(subject: Subject) -> Iterator[str]:
    """Students with long rides, where the scenario says from when a ride is long."""
    over = long_ride(subject.case.scenario)
    today, plan = (_long_share(subject, view) for view in ("today", "plan"))
    if over is not None and today is not None and plan is not None:
        language = subject.language
        length = given(over, settled("travel", subject.option.district.travel_unit), language)
        yield subject.text("headline.long", over=length, **_beside({"today": today, "plan": plan}, "percent", language))


def _beside(cells: Mapping[str, Cell], kind: Kind, language: Language) -> dict[str, str]:
    """Numbers of a sentence."""
    said = together(cells.values(), kind, language)
    return {key: said.text(cell) for key, cell in cells.items()}


def _long_share(subject: Subject, view: str) -> Cell:
    """Everyone's share of long rides stands beside each group's."""
    groups = list(subject.case.shown.groups)
    return subject.cell(view, "burden", groups[0], "long_rides", "all") if groups else None
