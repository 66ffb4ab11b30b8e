"""How sure the gains of options are: one page that a board reads in a minute, the same in short for a terminal, and rows for a table."""

from rezoning.report.robustness.page import robustness_page
from rezoning.report.robustness.rows import robustness_rows
from rezoning.report.robustness.screen import robustness_screen
from rezoning.report.robustness.shown import shown_document

__all__ = ["robustness_page", "robustness_rows", "robustness_screen", "shown_document"]
