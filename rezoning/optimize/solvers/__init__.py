"""Solvers behind one seam, each asked in a process of its own and believed in nothing."""
