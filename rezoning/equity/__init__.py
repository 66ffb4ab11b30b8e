"""Whether a plan advances equal opportunity: twelve findings that a machine can check, from plan, district, measures and audit alone."""

from rezoning.equity.case import EquityCase
from rezoning.equity.judge import judge
from rezoning.equity.statement import EquityStatement, Fact, Finding, Point, Status

__all__ = ["EquityCase", "EquityStatement", "Fact", "Finding", "Point", "Status", "judge"]
