"""The workbook's sheet of buildings: which school has which grades of which shared zone, and who goes there, today and in the option."""

from __future__ import annotations

from rezoning.report.catalogue.schools import school_measures
from rezoning.report.comparing.maker import WorkbookMaker
from rezoning.report.estimated import labelled
from rezoning.report.page.pairing import MEASURES
from rezoning.report.pairing_words import cluster_words, pairing_notes


def buildings_sheet(page: WorkbookMaker) -> None:
    """A row for each building of each option with paired schools; no sheet where there are none."""
    book, language = page.book, page.language
    paired = [(option, pairing) for option in book.options if (pairing := book.views[option.letter].pairing) is not None]
    if not paired:
        return
    measures = [one for one in school_measures(book, language) if one.key.split("-")[0] in MEASURES]
    has_today = book.today is not None
    said = language.text
    sheet = page.named_sheet(said("pairing.sheet"), (20, 44, 14, 30, 10), "A2", 5 + len(measures) * (1 + has_today))
    views = [*([said("pairing.today")] if has_today else []), said("pairing.plan")]
    titles = [labelled(f"{measure.title}, {view}", measure.label(page.labels)) for measure in measures for view in views]
    heads = [said(f"pairing.{key}") for key in ("column_cluster", "building_head", "grades_head")]
    sheet.head(page.said("column_option"), heads[0], page.said("school_id"), *heads[1:], *titles)
    for option, pairing in paired:
        keys = [*(["today"] if has_today else []), option.letter]
        for cluster in pairing.clusters:
            for one in cluster.buildings:
                together = [(measure, measure.together(one.school, language)) for measure in measures]
                numbers = [sheet.number(measure.cells[key][one.school], how) for measure, how in together for key in keys]
                school = book.schools[one.school]
                texts = (f"{option.letter}: {option.name}", cluster_words(book, cluster, language), school.id, school.name, one.span)
                sheet.row(*(sheet.text(text) for text in texts), *numbers)
    for note in dict.fromkeys(note for option, _ in paired for note in pairing_notes(book, option, language)):
        sheet.row(sheet.text(note))
