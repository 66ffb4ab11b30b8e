"""The workbook that puts options side by side: measures, schools, flows, every unit, and where it all comes from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rezoning.public.book import Book, Told
from rezoning.public.cell import HIDDEN, Cell
from rezoning.report.catalogue.columns import Side
from rezoning.report.catalogue.kinds import Kind, all_as_shown, settled, together, unit_of
from rezoning.report.catalogue.rows import ComparedRow
from rezoning.report.catalogue.schools import school_measures
from rezoning.report.comparing.about import about_rows
from rezoning.report.comparing.buildings import buildings_sheet
from rezoning.report.comparing.cells import DIFFERENT, ID, TEXT, TITLE, Look, Sheet, save
from rezoning.report.comparing.maker import WorkbookMaker
from rezoning.report.comparing.measures import columns_of, measure_rows
from rezoning.report.comparing.units import differences, trip
from rezoning.report.enrollment import Enrollment, by_grade, by_year, now
from rezoning.report.estimated import book_labels, labelled
from rezoning.report.language import Language

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell as Written


def write_workbook(book: Book, path: str | Path, language: Language) -> None:
    """Write options side by side as .xlsx: Summary, Schools, Buildings, Years, Grades, Flows, Changes, Units, About; none of what is not known.

    Ids are text. No text can become a formula. Numbers are numbers; where one is hidden stands HIDDEN. The same book gives the same bytes.
    """
    workbook = new_workbook()
    put_sheets(workbook, book, language)
    save(workbook, Path(path))


def new_workbook() -> Workbook:
    """A workbook without sheets."""
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    workbook.properties.creator = "rezoning"
    return workbook


def put_sheets(workbook: Workbook, book: Book, language: Language, level: str = "") -> None:
    """Put the sheets of a book into a workbook; with several levels of schools a level's sheets are called by its name."""
    page = WorkbookMaker(book, language, workbook, columns_of(book, language), book_labels(book, language), level)
    for write in (_summary, _schools, buildings_sheet, _years, _grades, _flows, _changes, _units, _about):
        write(page)


def _summary(page: WorkbookMaker) -> None:
    """Measures as rows; where options differ their cells are filled, and the best are bold."""
    sheet = page.sheet("summary", (24, 52, 8, 16), "D3", len(page.columns) + 5)
    official = page.book.settings.official
    said = [page.said("official" if official else "illustrative"), *page.labels.sentences]
    sheet.row(*(sheet.text(text, Look(is_bold=True)) for text in said))
    marks = (page.said("differ_column"), page.said("best_column"))
    sheet.head(page.said("section"), page.said("measure"), page.said("unit_of"), *map(page.title, page.columns), *marks)
    for section in measure_rows(page.book, page.language):
        for row in section.rows:
            cells = [sheet.number(row.values[column.key], row.together, _look(row, column)) for column in page.columns]
            differs = page.said("yes" if row.differs else "no")
            best = ", ".join(column.key for column in page.columns if column.key in row.best)
            sheet.row(sheet.text(section.title), sheet.text(row.label), sheet.text(_unit_of(row)), *cells, sheet.text(differs), sheet.text(best))


def _unit_of(row: ComparedRow) -> str:
    return "%" if row.together.is_percent else row.unit


def _look(row: ComparedRow, column: Side) -> Look:
    return Look(is_bold=column.key in row.best, fill=DIFFERENT if row.differs and column.is_option else "")


def _schools(page: WorkbookMaker) -> None:
    """One row a school: students, utilization, trips and shares, in every view side by side."""
    wanted = school_measures(page.book, page.language)
    sheet = page.sheet("schools", (14, 34, 13), "C2", 2 + len(wanted) * len(page.views))
    titles = [labelled(f"{measure.title}, {page.short(column)}", measure.label(page.labels)) for measure in wanted for column, _ in page.views]
    sheet.head(page.said("school_id"), page.said("school"), *titles)
    for i, school in enumerate(page.book.schools):
        cells = []
        for measure in wanted:
            first = measure.cells[page.views[0][0].key][i]
            said = measure.together(i, page.language)
            for column, _ in page.views:
                value = measure.cells[column.key][i]
                differs = column.is_option and len({*all_as_shown([value, first], measure.kind)} - {HIDDEN}) > 1
                cells.append(sheet.number(value, said, Look(fill=DIFFERENT if differs else "")))
        sheet.row(sheet.text(school.id, ID), sheet.text(school.name), *cells)


def _years(page: WorkbookMaker) -> None:
    """One row a school: students now and in every coming year, growth forecast and year of the transition, in every view side by side."""
    later = by_year(page.book, page.language)
    if later:
        _enrollment(page, "years", [now(page.book, page.language), *later])


def _grades(page: WorkbookMaker) -> None:
    """One row a school: students of every grade in every view side by side."""
    grades = by_grade(page.book, page.language)
    if grades:
        _enrollment(page, "grades", grades)


def _enrollment(page: WorkbookMaker, key: str, rows: Sequence[Enrollment]) -> None:
    sheet = page.sheet(key, (14, 34, 13), "C2", 2 + len(rows) * len(page.views))
    titles = [labelled(f"{one.title}, {page.short(column)}", page.labels.students_short) for one in rows for column, _ in page.views]
    sheet.head(page.said("school_id"), page.said("school"), *titles)
    for i, school in enumerate(page.book.schools):
        cells = [_told(page, sheet, one.cells[column.key][i]) for one in rows for column, _ in page.views]
        sheet.row(sheet.text(school.id, ID), sheet.text(school.name), *cells)


def _told(page: WorkbookMaker, sheet: Sheet, told: Told | None) -> Written | None:
    """A count as a number, a range in words."""
    return sheet.text(page.language.between(told), Look(align="right")) if isinstance(told, tuple) else sheet.number(told, "count")


def _flows(page: WorkbookMaker) -> None:
    """From which school to which, in each option, most students first."""
    sheet = page.sheet("flows", (20, 14, 34, 14, 34, 12), "A2", 7)
    ends = [title for end in ("from", "to") for title in (f"{page.said(end)}: {page.said('id')}", page.said(end))]
    sheet.head(page.said("column_option"), *ends, page.students, page.said("units"))
    for option in page.book.options:
        change = page.book.changes.get(option.letter)
        for flow in () if change is None else change.flows:
            schools = (page.book.schools[flow.origin], page.book.schools[flow.target])
            named = [cell for school in schools for cell in (sheet.text(school.id, ID), sheet.text(school.name))]
            title = sheet.text(f"{option.letter}: {option.name}")
            students = _told(page, sheet, flow.students if flow.between is None else flow.between)
            sheet.row(title, *named, students, sheet.number(float(flow.units), "count"))


def _changes(page: WorkbookMaker) -> None:
    """Every unit that does not have the same school everywhere; filled where it is not today's."""
    book, found = page.book, differences(page.book)
    kind = settled("travel", book.district.travel_unit)
    trips = labelled(page.said("trip", unit=unit_of(kind, page.language)), page.labels.trips_short)
    each = [(page.said("school_id"), 14.0), (page.said("school"), 26.0), *([(trips, 12.0)] if found.trips is not None else [])]
    widths = (20.0, *([] if found.students is None else [11.0]), *(width for _ in found.keys for _, width in each))
    sheet = page.sheet("changes", widths, "B2" if found.students is None else "C2", len(widths))
    titles = [f"{title}, {page.short(column)}" for column, _ in page.views for title, _ in each]
    sheet.head(page.said("unit"), *([] if found.students is None else [page.students]), *titles)
    for i, u in enumerate(found.units.tolist()):
        cells: list[Written | None] = []
        told = [] if found.trips is None else list(map(trip, found.trips[i].tolist()))
        said = together(told, kind, page.language)
        for k in range(len(found.keys)):
            s, first = int(found.schools[i, k]), int(found.schools[i, 0])
            look = Look("@", fill=DIFFERENT if s != first and first >= 0 else "")
            cells += [sheet.text(found.places[s].id, look), sheet.text(found.places[s].name, Look(fill=look.fill))] if s >= 0 else [None, None]
            if told:
                cells.append(sheet.number(told[k], said))
        students = [] if found.students is None else [sheet.number(found.students[i], "count")]
        sheet.row(sheet.text(book.district.unit_ids[u], ID), *students, *cells)


def _units(page: WorkbookMaker) -> None:
    """Every unit with the id of its school in every view: the plans themselves."""
    ids = [school.id for school in page.book.schools]
    sheet = page.sheet("units", (20, 18), "B2", 1 + len(page.views))
    sheet.head(page.said("unit"), *(f"{page.said('school_id')}, {page.short(column)}" for column, _ in page.views))
    zones = [view.zone.tolist() for _, view in page.views]
    for u, text in enumerate(page.book.district.unit_ids):
        sheet.row(sheet.text(text, ID), *(sheet.text(ids[zone[u]], ID) if zone[u] >= 0 else None for zone in zones))


def _about(page: WorkbookMaker) -> None:
    """Where it comes from, how sure it is, and what is hidden."""
    rows = about_rows(page.book, page.language)
    sheet = page.sheet("about", (34, 44), "A2", max(len(row.cells) for row in rows))
    for row in rows:
        look = TITLE if row.is_heading else TEXT
        text: Kind = "text"
        kinds = row.kinds or (text,) * len(row.cells)
        said = {kind: together([cell for cell, one in zip(row.cells, kinds, strict=True) if one == kind], kind, page.language) for kind in kinds}
        cells = zip(row.cells, kinds, strict=True)
        sheet.row(*(sheet.number(cell, said[kind]) if kind != "text" else sheet.text(_worded(cell), look) for cell, kind in cells))


def _worded(cell: Cell) -> str | None:
    return None if cell is None else str(cell)
