"""The workbook that `rezoning compare` writes, as an export."""

from __future__ import annotations

from rezoning.report.exports.layers import Job, Written
from rezoning.report.language import language_of


def write_xlsx(job: Job) -> list[Written]:
    """Options side by side."""
    from rezoning.report.comparing import write_workbook

    path = job.place / "options.xlsx"
    write_workbook(job.book, path, language_of(job.book.settings))
    return [Written(path, "Options side by side: measures, schools, and every unit that changes.", {})]
