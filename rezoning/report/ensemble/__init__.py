"""An ensemble for people: where plans stand among plans that nobody optimized, as a page, a figure and on a terminal."""

from rezoning.report.ensemble.page import ensemble_page
from rezoning.report.ensemble.rows import Shown, exact_rows, shown_rows
from rezoning.report.ensemble.screen import ensemble_screen

__all__ = ["Shown", "ensemble_page", "ensemble_screen", "exact_rows", "shown_rows"]
