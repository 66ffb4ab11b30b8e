"""The numbers that may be shown to everybody: read from metrics, and hidden where they would tell of a few students."""

from rezoning.public.book import Book, Change, Flow, Mover, School, SchoolRow, View
from rezoning.public.build import make_book
from rezoning.public.refusal import listed

__all__ = ["Book", "Change", "Flow", "Mover", "School", "SchoolRow", "View", "listed", "make_book"]
