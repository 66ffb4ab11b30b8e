"""A question as a mixed-integer program that any solver reads, and a solver's answer read back, audited and measured."""
