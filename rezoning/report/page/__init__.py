"""The report: one page that a planner hands to a board, an advocate to the press, and a family reads on a phone."""

from rezoning.report.page.page import report_page

__all__ = ["report_page"]
