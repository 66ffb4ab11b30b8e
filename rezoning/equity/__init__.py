"""Whether a plan advances equal opportunity: twelve findings that a machine can check, from plan, district, measures and audit alone."""
