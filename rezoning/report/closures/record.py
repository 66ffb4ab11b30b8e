"""closures.json: everything that the report says of schools that close and open, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rezoning.metrics.closures import STATUS
from rezoning.public.book import EVERYONE, Book, Closing
from rezoning.public.cell import Cell, look, ratio
from rezoning.report.closures.prices import Choice, choices_of, empty_share, price_record, seats_of
from rezoning.report.goal_words import goal_of
from rezoning.runs.option import Option


def decided(was_open: bool, is_open: bool) -> str:
    """What becomes of a school, as keys of documents and strings have it: ``open``, ``closes``, ``opens`` or ``not_opened``."""
    return STATUS[bool(was_open), bool(is_open)].replace(" ", "_")


def closure_records(book: Book) -> dict[str, dict[str, Any]]:
    """Letter to the record of each option in whose district a school may close or open; empty where none may."""
    return {option.letter: closure_record(book, option) for option in book.options if option.district.has_optional}


def closure_record(book: Book, option: Option) -> dict[str, Any]:
    """What an option decides about schools that may close or open.

    Returns
    -------
    ``schools``: those that may, each with ``plan`` (``open``, ``closes``, ``opens`` or ``not_opened``), ``seats``, ``students`` today and in the
    plan, ``cost_if_open`` and ``facts``. ``closing``: each school that closes: its students by group beside the district, where they go, trips and
    walks. ``seats``, ``cost`` of all open schools, today and in the plan. ``groups``: share whose school closes, of each group and of everyone.
    ``otherwise``: each decision turned around, with its prices. A number that is hidden to protect privacy is ``*``.
    """
    view, today = book.views[option.letter], book.today
    students = look(view.measures, "students")
    change = book.changes.get(option.letter)
    return {
        "option": option.name,
        "schools": _schools(book, option),
        "closing": [] if change is None else [_closing(book, option, one) for one in change.closing],
        "seats": {
            "today": None if today is None else seats_of(today),
            "plan": seats_of(view),
            "empty_today": None if today is None else empty_share(today, look(today.measures, "students")),
            "empty_plan": empty_share(view, students),
        },
        "cost": {"today": None if today is None else look(today.measures, "cost"), "plan": look(view.measures, "cost")},
        "groups": _groups(book, option),
        "otherwise": [_otherwise(option, choice) for choice in choices_of(book, option)],
    }


def _schools(book: Book, option: Option) -> list[dict[str, Any]]:
    district, view = option.district, book.views[option.letter]
    place = {school.id: k for k, school in enumerate(book.schools)}
    found = []
    for s in range(district.num_schools):
        if not district.optional[s]:
            continue
        k = place[district.school_ids[s]]
        row, before = view.schools[k], None if book.today is None else book.today.schools[k]
        was_open = not district.is_candidate[s]
        found.append(
            {
                "id": district.school_ids[s],
                "name": district.school_names[s],
                "plan": decided(was_open, row.is_open),
                "seats": None if district.capacity is None else float(district.capacity[s]),
                "students_today": None if before is None or not was_open else before.students,
                "students_plan": row.students if row.is_open else None,
                "cost_if_open": None if district.cost_if_open is None else float(district.cost_if_open[s]),
                "facts": {name: str(texts[s]) for name, texts in district.facts.items()},
            }
        )
    return found


def _closing(book: Book, option: Option, one: Closing) -> dict[str, Any]:
    """A school that closes; its students are all its zone of today has."""
    assert book.today is not None
    row, view = book.today.schools[one.school], book.views[option.letter]
    everyone = look(view.measures, "students")
    flows = [flow for flow in book.changes[option.letter].flows if flow.origin == one.school]
    return {
        "id": book.schools[one.school].id,
        "name": book.schools[one.school].name,
        "students": row.students,
        "share_of_all": ratio(row.students, everyone),
        "groups": {
            name: {
                "students": row.groups.get(name),
                "share": row.shares.get(name),
                "district_share": ratio(look(view.measures, "students_by_group", name), everyone),
            }
            for name in book.groups
        },
        "to": [
            {
                "id": book.schools[flow.target].id,
                "name": book.schools[flow.target].name,
                "students": flow.students,
                "between": None if flow.between is None else list(flow.between),
                "units": flow.units,
                "seats": view.schools[flow.target].capacity,
                "students_there": view.schools[flow.target].students,
                "utilization": view.schools[flow.target].utilization,
            }
            for flow in flows
        ],
        "trip_today": row.travel_mean,
        "trip_plan": one.travel_mean,
        "walk_today": one.walk_before,
        "walk_plan": one.walk_after,
    }


def _groups(book: Book, option: Option) -> dict[str, dict[str, Cell]]:
    measures = book.views[option.letter].measures
    found = {EVERYONE: ratio(look(measures, "closure_students"), look(measures, "students"))}
    found |= {name: ratio(look(measures, "closure_students_by_group", name), look(measures, "students_by_group", name)) for name in book.groups}
    return {name: {"share": share} for name, share in found.items()}


def _otherwise(option: Option, choice: Choice) -> dict[str, Any]:
    names: Mapping[str, str] = dict(zip(option.district.school_ids, option.district.school_names, strict=True))
    asked = [{key: value for key, value in entry.items() if key in type(goal_of(entry)).model_fields} for entry in option.record["goals"]]
    return {
        "school": choice.school,
        "name": names[choice.school],
        "is_open": choice.is_open,
        "status": choice.status,
        "closes": list(choice.closes),
        "opens": list(choice.opens),
        "goals": [{**goal, **price_record(price)} for goal, price in zip(asked, choice.goals, strict=False)],
        **{key: price_record(price) for key, price in choice.measures.items()},
    }
