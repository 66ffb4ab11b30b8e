"""What is said of schools that share their zones, in the same words wherever it is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rezoning.metrics.pairing import exempt_schools
from rezoning.public.pairing import Building, Cluster, Pairing
from rezoning.report.language import Language

if TYPE_CHECKING:
    from rezoning.public.book import Book
    from rezoning.runs.option import Option

JOINED = " · "
"""Between the buildings of a shared zone: ``Oak K–2 · Elm 3–5``."""


def building_words(book: Book, building: Building, language: Language) -> str:
    """A building with its grades: ``Oak K–2``."""
    return language.text("pairing.building", school=book.schools[building.school].name, grades=building.span)


def cluster_words(book: Book, cluster: Cluster, language: Language) -> str:
    """The buildings of a shared zone, that of the lowest grades first."""
    return JOINED.join(building_words(book, one, language) for one in cluster.buildings)


def pairing_notes(book: Book, option: Option, language: Language) -> Iterator[str]:
    """What a reader of an option with paired schools must know: what numbers are of, what nobody knows, and what a proof is of."""
    pairing = book.views[option.letter].pairing
    if pairing is None or not pairing.clusters:
        return
    yield language.text("pairing.about")
    yield language.text("pairing.mix_of_grades")
    sizes = {len(cluster.buildings) for cluster in pairing.clusters}
    often = "times" if len(sizes) > 1 else "once" if sizes == {2} else "twice"
    yield language.text("pairing.moves_between", times=language.text(f"pairing.{often}"))
    yield language.text("pairing.siblings")
    if not_counted(pairing):
        yield language.text("pairing.estimate", said=language.text(f"estimated.grades_{not_counted(pairing)}"))
    exempt = [one["school"] for one in exempt_schools(option.plan, option.district, option.scenario)]
    if exempt:
        names = dict(zip(option.district.school_ids, option.district.school_names, strict=True))
        yield language.text("pairing.exempt", schools=", ".join(names[text] for text in exempt))
    if pairing.has_ungraded:
        yield language.text("pairing.ungraded")
    yield from bound_words(option, language)


def not_counted(pairing: Pairing | None) -> str:
    """What of paired schools nobody counted by grade: ``students``, ``groups``, or nothing."""
    return "" if pairing is None else "students" if pairing.students_are_even else "groups" if pairing.uniform_groups else ""


def bound_words(option: Option, language: Language) -> Iterator[str]:
    """What a proven bound of an option with paired schools holds for; nothing where there is none."""
    asked = option.scenario.pairing
    if asked is None or not option.is_run or all(goal.get("bound") is None for goal in option.record["goals"]):
        return
    yield language.text("pairing.bound_given") if asked.given else language.text("pairing.bound", most=language.count(float(asked.most)))
