"""Why the rules leave no plan: the smallest relaxations under which one exists, a small set of rules that conflict, and what today's zones break."""

from rezoning.explaining.explain import SECONDS, explain
from rezoning.explaining.explanation import Conflict, Explanation, Relaxation

__all__ = ["SECONDS", "Conflict", "Explanation", "Relaxation", "explain"]
