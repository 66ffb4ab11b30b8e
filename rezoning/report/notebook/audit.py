"""An audit in a notebook: whether every rule holds, and what breaks one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rezoning.auditing import Audit
from rezoning.report.language import english
from rezoning.report.notebook.cards import Card, Grid, page
from rezoning.report.screen import audit_words

if TYPE_CHECKING:
    import pandas as pd

_said = english("notebook")
COLUMNS = ("rule", "subject", "amount", "limit", "message")


def html(audit: Audit) -> str:
    """The verdict and the first violations."""
    return page(Card(english("terminal")("audit"), [f"{audit_words('plan', audit.to_dict())}."], [violations_grid(audit)]))


def violations_grid(audit: Audit) -> Grid:
    """A row for each violation, in the auditor's words."""
    rows = [[one.rule, one.subject, one.message.removeprefix(f"{one.rule}: ")] for one in audit.violations]
    return Grid([_said("rule"), _said("subject"), _said("said")], rows, texts=3)


def frame(audit: Audit) -> pd.DataFrame:
    """See `Audit.to_frame`."""
    import pandas as pd

    return pd.DataFrame([one.to_dict() for one in audit.violations], columns=list(COLUMNS))
