"""Rows that the program gets while it is solved: contiguity, capacity, and the relaxation they tighten."""
