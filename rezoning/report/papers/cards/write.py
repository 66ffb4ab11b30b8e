"""The files of cards: a page in each language, two cards on a page of paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from rezoning.district.district import Floats
from rezoning.report.estimated import book_labels
from rezoning.report.finder.facts import trips
from rezoning.report.html import render
from rezoning.report.language import Language
from rezoning.report.maps.localmaps import Change, Frame, Ground, Picture, Sheet, frame_of, local_map
from rezoning.report.papers.cards.areas import FamilyArea, family_areas
from rezoning.report.papers.cards.facts import trip_words, walk_words, who_may_stay
from rezoning.report.papers.edition import Edition
from rezoning.report.papers.running_heads import running_heads
from rezoning.report.papers.streets import streets_in
from rezoning.report.titles import option_names, title_of
from rezoning.runs.files import put
from rezoning.scenario.languages import LANGUAGES

MOST_STREETS = 14
WIDTH, RATIO = 420.0, 0.95
CONTEXT = 7.0  # how much of the district a map shows at the least, as a part of its longer side: a block by itself tells nobody where it is
ROOM = 0.25  # around a school, as a part of the area's longer side
NEAR = 7.0  # the two schools are on the map unless they lie so many times as far apart as the area is long


@dataclass(frozen=True, eq=False)
class Card:
    """A card as texts; `number` is its place among all of its file."""

    number: int
    letter: str
    option: str
    before: str
    after: str
    streets: tuple[str, ...]
    more: int
    map: Markup | None
    stay: tuple[str, ...]
    trip: str
    walk: str


def write_cards(edition: Edition, folder: Path) -> list[str]:
    """``cards.<language>.html`` in every language that there is."""
    book = edition.book
    if book.today is None:
        return ["There are no cards: the scenario has no zones of today, so that no school changes."]
    areas, ground = family_areas(book), edition.ground
    maps = None if ground is None else [_map(ground, area) for area in areas]
    for code in LANGUAGES:
        put(folder / f"cards.{code}.html", cards_page(edition, areas, maps, in_language(edition.language, code)))
    return []


def in_language(language: Language, code: str) -> Language:
    """The same names of groups and programs, said in another language."""
    from dataclasses import replace

    return replace(language, code=code)


def cards_page(edition: Edition, areas: Sequence[FamilyArea], maps: Sequence[Picture] | None, language: Language) -> str:
    """All cards in a language, as one page of HTML that needs nothing but itself."""
    book, travel = edition.book, trips(edition.book)
    cards = [_card(edition, number + 1, area, maps[number] if maps else None, travel, language) for number, area in enumerate(areas)]
    settings = book.settings
    said = {key: language.own(text) for key, text in (("year", settings.year), ("contact", settings.contact), ("until", settings.comments_until))}
    others = [(code, Language(code).name) for code in LANGUAGES if code != language.code]
    title = title_of(book, language)
    return render(
        "cards.html.j2", language, book=book, cards=cards, title=title, others=others, heads=running_heads([("cards", title, "")]),
        estimates=book_labels(book, language), has_streets=edition.streets is not None, level=language.own(settings.level), **said,
    )  # fmt: skip


def _card(edition: Edition, number: int, area: FamilyArea, drawn: Picture | None, travel: Floats | None, language: Language) -> Card:
    book = edition.book
    names = [] if edition.streets is None else streets_in(edition.streets, area.units)
    before, after = book.schools[area.origin].name, book.schools[area.target].name
    if area.grades:
        after = language.text("pairing.card", grades=area.grades, school=after)
    says = language.text("cards.map_says", before=before, after=after)
    return Card(
        number, area.letter, option_names(book, language)[area.letter], before, after, tuple(names[:MOST_STREETS]), max(0, len(names) - MOST_STREETS),
        None if drawn is None else drawn.saying(says),
        tuple(who_may_stay(book, area, language)), trip_words(book, area, travel, language), walk_words(book, area, language),
    )  # fmt: skip


def _map(ground: Ground, area: FamilyArea) -> Picture:
    shape = ground.area(area.units)
    change = Change(shape, f"→ {ground.names[area.target]}", "comes")
    sheet = Sheet(area.letter, (area.target, area.origin), (change,), is_focused=True)
    return local_map(ground, _frame(ground, area, shape), sheet, 12.5)


def _frame(ground: Ground, area: FamilyArea, shape: Any) -> Frame:
    """The area with both schools, if they are not too far for the area to be seen."""
    import shapely

    places = [shapely.Point(*place) for s in (area.origin, area.target) if (place := ground.points[s]) is not None]
    west, south, east, north = shapely.bounds(shape)
    side = max(east - west, north - south)
    around = [place.buffer(ROOM * side) for place in places]
    far = max(*ground.size) / CONTEXT
    whole, alone = frame_of([shape, *around], RATIO, WIDTH, far), frame_of([shape], RATIO, WIDTH, max(2.5 * side, far))
    return whole if whole.box[2] - whole.box[0] <= NEAR * side else alone
