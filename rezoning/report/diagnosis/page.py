"""The page of a diagnosis: complete in itself, with a map, for a screen, a phone and paper."""

from __future__ import annotations

from rezoning.public.book import Book
from rezoning.public.diagnosed import PublicDiagnosis
from rezoning.report.diagnosis.short import in_short
from rezoning.report.diagnosis.tables import (
    bands_table,
    bars,
    borders_table,
    change_table,
    corridors_words,
    islands_table,
    nearer_table,
    pairs_table,
    seats_table,
    splits_about,
    splits_table,
)
from rezoning.report.diagnosis.words import Words, estimates
from rezoning.report.files import File
from rezoning.report.html import render
from rezoning.report.language import Language, capital
from rezoning.report.maps.atlas import atlas
from rezoning.report.maps.basemap import base_of
from rezoning.report.public_text import file_name, public, without
from rezoning.report.titles import title_of
from rezoning.runs.record import inputs_entry
from rezoning.scenario.policy import hidden_groups

FEW = 4  # rows of tables of further groups
FORMULAS = ("d", "gap", "along", "room", "floor", "change")


def diagnosis_page(found: PublicDiagnosis, language: Language) -> str:
    """The diagnosis as one HTML file that needs nothing but itself.

    Parameters
    ----------
    found
        With every number that may be shown.
    """
    say, book = Words(found, language), found.book
    main, others = found.groups[:1], found.groups[1:]
    borders = [table for group in main if (table := borders_table(found, group, say)) is not None]
    return render(
        "diagnosis.html.j2",
        language,
        book=book,
        say=say,
        name=title_of(book, language),
        title=say("title", name=title_of(book, language)),
        facts=_facts(book, language),
        estimates=estimates(book.district, language),
        short=in_short(found, say),
        seats=seats_table(found, say),
        borders=borders,
        borders_about=say("borders_about", group=say.group(main[0]), rings=say.whole(found.rings)) if borders else say("borders_none"),
        more_borders=[table for group in others if (table := borders_table(found, group, say, FEW)) is not None],
        islands=islands_table(found, say),
        corridors=corridors_words(found, say),
        nearer=nearer_table(found, say),
        knows_ways=found.nearer is not None,
        bands=bands_table(found, main, say),
        more_bands=bands_table(found, others, say) if others else None,
        chart=bars(found, main[0], say) if main else None,
        residence=change_table(found, say),
        pairs=pairs_table(found, say),
        splits=splits_table(found, say),
        splits_about=splits_about(found, say),
        pairs_none=say("pairs_hidden" if found.chosen and found.borders and not found.pairings else "pairs_none"),
        formulas=[say(f"formula_{key}") for key in FORMULAS],
        files=_files(book),
        notes=_notes(book),
        sections=("short", "map", "seats", "borders", "ways", "bands", "change", "pairs", "sources"),
        atlas=atlas(book, language),
    )


def _files(book: Book) -> list[File]:
    """What today's zones were read from, and what lies under their map."""
    base = base_of(book)
    under = () if base is None else base.geography.inputs
    said = [(one["path"], one["sha256"]) for one in inputs_entry(book.asked.scenario, book.district)]
    return [File(file_name(path), sha, "") for path, sha in dict.fromkeys([*said, *((one.path, one.sha256) for one in under)])]


def _facts(book: Book, language: Language) -> list[tuple[str, str]]:
    """What the page is about, in pairs of name and text."""
    settings, district = book.settings, book.district
    size = language.text(
        "page.fact_size",
        students=language.count(district.total_students),
        schools=language.count(float(district.num_schools)),
        units=language.count(float(district.num_units)),
    )
    said = [("level", settings.level), ("author", settings.author)]
    return [
        (language.text("page.fact_district"), size),
        *((language.text(f"page.fact_{key}"), capital(language.own(text))) for key, text in said if text),
    ]


def _notes(book: Book) -> list[str]:
    """What was chosen while reading, without paths, counts of students, and groups that no output may show."""
    excluded = hidden_groups(book.asked.scenario)
    return [without(public(text), excluded) for text in (*book.district.warnings, *book.district.notes)]
