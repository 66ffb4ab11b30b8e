"""The second witness: re-checks every rule on a plan from the district alone, by its own path.

Nothing here knows how plans are found: this package imports nothing from formulation or optimize.
"""

from rezoning.auditing.auditor import audit, audit_today
from rezoning.auditing.violation import Audit, Violation

__all__ = ["Audit", "Violation", "audit", "audit_today"]
