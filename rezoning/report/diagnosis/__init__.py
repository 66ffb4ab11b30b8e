"""The diagnosis of today's zones: one page that a board reads in three minutes, and the same in short for the terminal."""

from rezoning.report.diagnosis.page import diagnosis_page
from rezoning.report.diagnosis.screen import diagnosis_screen

__all__ = ["diagnosis_page", "diagnosis_screen"]
