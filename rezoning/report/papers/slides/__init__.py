"""Slides of a report: texts, tables and charts that can be edited, maps as pictures; every text measured, so that none leaves its box."""

from rezoning.report.papers.slides.write import write_slides

__all__ = ["write_slides"]
