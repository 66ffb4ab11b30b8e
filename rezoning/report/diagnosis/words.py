"""What a diagnosis is told with: names of schools, numbers with their units, lists, the words for what is estimated."""

from __future__ import annotations

from collections.abc import Sequence

from rezoning.district.district import District
from rezoning.public.book import Told
from rezoning.public.cell import Cell
from rezoning.public.diagnosed import PublicDiagnosis
from rezoning.report.catalogue.kinds import Kind, settled, together, written, written_length, written_with_unit
from rezoning.report.estimated import estimate_labels
from rezoning.report.language import NOTHING, Language
from rezoning.report.pairing_words import JOINED
from rezoning.runs.record import data_entries

MOST_NAMES = 8  # schools in a sentence


def estimates(district: District, language: Language) -> tuple[str, ...]:
    """What of the district is estimated, as sentences; the one place where a diagnosis says so."""
    return estimate_labels(data_entries(district), language).sentences


class Words:
    """A diagnosis in a language."""

    def __init__(self, found: PublicDiagnosis, language: Language) -> None:
        self.found, self.language, self.book = found, language, found.book
        self.trip_kind = settled("travel", found.book.district.travel_unit)

    def __call__(self, key: str, /, **values: object) -> str:
        """A string of the part ``diagnosis``."""
        return self.language.text(f"diagnosis.{key}", **values)

    def school(self, at: int) -> str:
        """A school's name, by its index in the book."""
        return self.book.schools[at].name

    def pair(self, one: int, other: int) -> str:
        """Two schools."""
        return self("and", first=self.school(one), last=self.school(other))

    def buildings(self, schools: Sequence[int], grades: Sequence[Sequence[str]]) -> str:
        """Schools that share a zone, with the grades of each: ``Oak K–2 · Elm 3–5``."""
        return JOINED.join(f"{self.school(s)} {one[0] if len(one) == 1 else f'{one[0]}–{one[-1]}'}" for s, one in zip(schools, grades, strict=True))

    def group(self, name: str) -> str:
        """What people call a group."""
        return self.language.group(name)

    def names(self, schools: Sequence[int], most: int = MOST_NAMES) -> str:
        """Schools in a sentence, each once; the first of many."""
        return self.listed([self.school(at) for at in dict.fromkeys(schools)], most)

    def listed(self, texts: Sequence[str], most: int = MOST_NAMES) -> str:
        """Texts in a sentence; the first of many."""
        shown = ", ".join(texts[:most])
        return shown if len(texts) <= most else self.language.text("page.and_more", names=shown, more=self.language.count(float(len(texts) - most)))

    def count(self, told: Told) -> str:
        """A count, exactly or as a range."""
        return self.language.between(told) if isinstance(told, tuple) else self.language.count(told)

    def whole(self, number: float) -> str:
        """A number of schools or units."""
        return self.language.count(float(number))

    def percent(self, value: Cell) -> str:
        """A share."""
        return written(value, "percent", self.language)

    def index(self, value: Cell) -> str:
        """An index of segregation."""
        return written(value, "index", self.language)

    def beside(self, values: Sequence[Cell], kind: Kind) -> list[str]:
        """Numbers of one kind that stand beside each other."""
        said = together(values, kind, self.language)
        return [said.text(value) for value in values]

    def points(self, value: Cell) -> str:
        """A difference of shares."""
        return written(value, "points", self.language)

    def trip(self, value: Cell) -> str:
        """A trip with its unit."""
        return written_with_unit(value, self.trip_kind, self.language)

    def km(self, value: Cell) -> str:
        """A distance with its unit."""
        return written_with_unit(value, "km", self.language)

    def border(self, meters: float | None) -> str:
        """Length of a border."""
        return written_length(None if meters is None else meters / 1000, self.language)

    def far(self, trip: float | None, km: float | None) -> str:
        """How far apart two schools are, in every way that is known."""
        said = [self.km(km)] * (km is not None) + [self.trip(trip)] * (trip is not None and self.book.district.travel_unit != "km")
        if not said:
            return self.trip(trip) if trip is not None else NOTHING
        return said[0] if len(said) == 1 else self("far_both", km=said[0], trip=said[1])
