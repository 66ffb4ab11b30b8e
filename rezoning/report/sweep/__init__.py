"""A sweep for people: a page of what its points found, and the same in short for the terminal."""

from rezoning.report.sweep.page import sweep_page

__all__ = ["sweep_page"]
