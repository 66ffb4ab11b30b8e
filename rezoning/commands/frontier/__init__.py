"""The frontier between two or three goals: every point solved, audited, kept on disk as soon as it is known, and written in the end as one table."""

from rezoning.commands.frontier.curve import Frontier, frontier, trace
from rezoning.commands.frontier.goals import chosen_goals

__all__ = ["Frontier", "chosen_goals", "frontier", "trace"]
