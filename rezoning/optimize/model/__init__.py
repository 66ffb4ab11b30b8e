"""The formulation as a mixed-integer program: epigraphs of the goals, rows, and the program that PuLP holds."""
