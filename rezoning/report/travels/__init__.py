"""Two tables of travel beside each other: on a terminal, and as a page with a map of where they differ."""

from rezoning.report.travels.page import travels_page
from rezoning.report.travels.screen import travels_screen

__all__ = ["travels_page", "travels_screen"]
