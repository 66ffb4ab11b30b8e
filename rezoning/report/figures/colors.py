"""Colors of figures besides those of schools, which are the same everywhere (`rezoning.report.maps.colors`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

NO_ZONE = "#FFFFFF"
INK = "#222222"

# Options A, B, C … as in assets/page.css, each with a marker of its own.
OPTIONS = ("#0072B2", "#B04F00", "#446644", "#885577", "#550055", "#0022BB", "#880011", "#444444")
MARKERS = "s^Dopvh*"
TODAY = "#6B7280"
