"""From a plan that breaks rules to the smallest edits of the scenario under which it breaks none: one short function per rule."""

from rezoning.explaining.relaxing.edit import Edit, applied, differences, settings
from rezoning.explaining.relaxing.edits import edits_for

__all__ = ["Edit", "applied", "differences", "edits_for", "settings"]
