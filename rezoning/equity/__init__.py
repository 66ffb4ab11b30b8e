"""Whether a plan advances equal opportunity: twelve findings that a machine can check, from plan, district, measures and audit alone."""

from rezoning.equity.case import Case
from rezoning.equity.judge import judge
from rezoning.equity.statement import Fact, Finding, Statement, Status

__all__ = ["Case", "Fact", "Finding", "Statement", "Status", "judge"]
