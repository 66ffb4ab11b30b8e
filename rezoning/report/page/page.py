"""Everything of the report put together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rezoning.public.book import Book
from rezoning.public.cell import look
from rezoning.report.catalogue.columns import sides
from rezoning.report.charts import charts
from rezoning.report.charts.frontier import frontier_part
from rezoning.report.closures.section import closures_section
from rezoning.report.crowding import limit_words
from rezoning.report.estimated import book_labels
from rezoning.report.files import files
from rezoning.report.html import render
from rezoning.report.language import Language
from rezoning.report.links import plans_of
from rezoning.report.maps.atlas import atlas
from rezoning.report.maps.embed import embed_code
from rezoning.report.outcome import short_outcome
from rezoning.report.page.formulas import formulas
from rezoning.report.page.goals import proofs
from rezoning.report.page.measures import IndexPart, index_parts, option_rows
from rezoning.report.page.pairing import paired_options
from rezoning.report.page.provenance import commands, origin, versions
from rezoning.report.page.schools import school_table
from rezoning.report.page.summary import Tile, tiles
from rezoning.report.page.years import grade_tables, year_tables
from rezoning.report.policy import policy_table
from rezoning.report.school_files import school_links
from rezoning.report.shape_words import option_grown
from rezoning.report.story import story_of
from rezoning.report.titles import title_of
from rezoning.runs.traced import Frontier
from rezoning.scenario.languages import LANGUAGES

MARKS = {"meets": "✓", "does_not_meet": "✗", "uncertain": "?", "not_assessed": "–"}


def report_page(
    book: Book,
    statements: Mapping[str, dict[str, Any]],
    language: Language,
    frontier: Frontier | None = None,
    *,
    finder: str = "",
    drawn: Mapping[str, Any] | None = None,
    papers: Collection[str] = (),
    closures: Mapping[str, dict[str, Any]] | None = None,
) -> str:
    """The report as one HTML file that needs nothing but itself.

    Parameters
    ----------
    book
        The options, with every number that may be shown.
    statements
        Letter to equity impact statement, as `rezoning.report.statement.statement_record` gives it; an option without one has no verdict.
    finder
        Address of the school finder of the same plans.
    drawn
        The book's `atlas`, where it is there already.
    papers
        What is written beside it, of `rezoning.report.papers.PAPERS`: it links to the page of every school and to the cards.
    frontier
        On which the options are shown, where one was traced.
    closures
        Letter to what an option decides about schools that may close or open, as `rezoning.report.closures.record` gives it.
    """
    closing = closures_section(book, closures or {}, language)
    shown = sides(book, language)
    parts = index_parts(book, shown, language)
    cards = {option.letter: tiles(book, option, language) for option in book.options}
    return render(
        "report.html.j2",
        language,
        book=book,
        title=title_of(book, language),
        facts=_facts(book, language),
        frontier=None if frontier is None else frontier_part(book, frontier, language),
        story=story_of(book, statements, language),
        plans=plans_of(book),
        finder=finder,
        short_statuses={option.letter: short_outcome(option, language) for option in book.options},
        tiles=cards,
        grown={option.letter: option_grown(book, option, language) for option in book.options},
        proofs={option.letter: proofs(book, option, language) for option in book.options},
        statements=statements,
        marks=MARKS,
        columns=shown,
        option_rows=option_rows(book, shown, language),
        parts=parts,
        formulas=formulas(_indices(parts, cards), language),
        has_bounds=any(row.bound.text for part in parts for row in part.rows),
        tables=[school_table(book, option, language) for option in book.options],
        years=year_tables(book, language),
        grades=grade_tables(book, language),
        school_pages=school_links(book) if "book" in papers else (),
        cards=[(code, Language(code).name) for code in LANGUAGES] if "cards" in papers and book.today is not None else (),
        allowed={option.letter: limit_words(option.scenario, language) for option in book.options},
        paired=paired_options(book, language),
        origins=[origin(book, option, language) for option in book.options],
        files=files(book),
        versions=versions(book),
        policy=policy_table(book, language),
        commands=commands(book),
        sections=_sections(book, bool(statements), frontier is not None, bool(closing)),
        closures=closing,
        estimates=book_labels(book, language),
        atlas=drawn if drawn is not None else atlas(book, language),
        embed=embed_code(book, language),
        charts=charts(book, language),
    )


def _sections(book: Book, has_statement: bool, has_frontier: bool, has_closures: bool) -> list[str]:
    """Sections in their order; options are compared only where there are several."""
    several, statement = ["options"] if len(book.options) > 1 else [], ["statement"] if has_statement else []
    frontier, closures = ["frontier"] if has_frontier else [], ["closures"] if has_closures else []
    pairing = ["pairing"] if any(view.pairing is not None for view in book.views.values()) else []
    before = ["summary", "map", *pairing, "prices", *frontier, "numbers", *several, "schools", *closures]
    return [*before, "who", "integration", "indices", *statement, "provenance"]


def _indices(parts: Sequence[IndexPart], cards: Mapping[str, Sequence[Tile]]) -> set[str]:
    """Keys of the indices that stand anywhere on the page."""
    return (
        {part.formula for part in parts}
        | {row.formula for part in parts for row in part.rows}
        | {tile.formula for card in cards.values() for tile in card}
    )


def _facts(book: Book, language: Language) -> list[tuple[str, str]]:
    """What the report is about, in pairs of name and text."""
    settings, district = book.settings, book.district
    measures = book.views[book.first.letter].measures
    size = language.text(
        "page.fact_size",
        students=language.count(look(measures, "students")),
        schools=language.count(float(district.num_schools - district.is_candidate.sum())),  # a site is no school yet
        units=language.count(float(district.num_units)),
    )
    said = [("level", settings.level), ("year", settings.year), ("author", settings.author), ("comments", settings.comments_until)]
    return [(language.text("page.fact_district"), size), *((language.text(f"page.fact_{key}"), language.own(text)) for key, text in said if text)]
