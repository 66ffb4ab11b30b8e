"""The map book: a page for each school, and all of them in one, for paper and for screens."""

from rezoning.report.papers.mapbook.write import write_book

__all__ = ["write_book"]
