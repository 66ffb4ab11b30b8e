"""Many questions solved: each a run directory named by its content, by processes here or on a cluster, whatever dies meanwhile."""

from rezoning.commands.points.point import Point, point_key
from rezoning.commands.points.solved import Solved
from rezoning.commands.points.solving import solve_points

__all__ = ["Point", "Solved", "point_key", "solve_points"]
