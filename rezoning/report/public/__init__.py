"""The numbers that may be shown to everybody: read from metrics, and hidden where they would tell of a few students."""

from rezoning.report.public.book import Book, Change, Flow, Mover, School, SchoolRow, View
from rezoning.report.public.build import make_book
from rezoning.report.public.refusal import listed

__all__ = ["Book", "Change", "Flow", "Mover", "School", "SchoolRow", "View", "listed", "make_book"]
