"""Options side by side: a page, a workbook, and the list of all units that change."""

from rezoning.report.comparing.levels import write_workbooks
from rezoning.report.comparing.measures import measure_rows
from rezoning.report.comparing.page import comparison_page
from rezoning.report.comparing.units import changed_units
from rezoning.report.comparing.workbook import write_workbook

__all__ = ["changed_units", "comparison_page", "measure_rows", "write_workbook", "write_workbooks"]
