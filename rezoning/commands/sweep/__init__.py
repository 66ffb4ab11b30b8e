"""Many questions from one file: every point solved once and kept, then gathered into a table, a summary and a page."""

from rezoning.commands.sweep.sweeping import SweepOutcome, SweepProgress, sweep

__all__ = ["SweepOutcome", "SweepProgress", "sweep"]
