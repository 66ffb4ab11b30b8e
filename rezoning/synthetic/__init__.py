"""Made-up districts of any size from a seed: a town on a river, for examples, tests and benchmarks.

The way of the data: `land` (outline, river, rail line) ► `blocks` (streets cut the land) ► `fabric` (finished shapes) ► `neighbors` and
`streets` (who is next to whom, how long ways are) ► `people` and `zones` (students, schools, today's zones) ► `planning` (forecasts, areas,
neighborhoods), `levels` (middle and high schools), `sites` (what may close or be built) and `cohorts` (groups by grade) ► `district` ► `write`.
All of it is made up; the state code of the ids belongs to no state.
"""

from typing import Any

from rezoning.synthetic.district import Synthetic, make_district
from rezoning.synthetic.write import adjacency_section, benchmark_scenario, write_district

RIVERBEND: dict[str, Any] = {"units": 600, "schools": 8, "seed": 9, "beyond": True}
"""What `make_district` is given for the embedded district ``scenarios/riverbend``."""

__all__ = ["RIVERBEND", "Synthetic", "adjacency_section", "benchmark_scenario", "make_district", "write_district"]
