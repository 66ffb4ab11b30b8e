"""Colors of figures besides those of schools, which are the same everywhere (`rezoning.report.colors`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

NO_ZONE = "#FFFFFF"
INK = "#222222"

# Options A, B, C … as in assets/page.css, each with a marker of its own.
OPTIONS = ("#0072B2", "#B04F00", "#00755C", "#A03F78", "#7A6A00", "#2E6F9E", "#5B4BA0", "#555555")
MARKERS = "s^Dopvh*"
TODAY = "#6B7280"
