"""Schools that share zones and grades: the question about buildings, put as one about clusters.

The question about a graded district is the ordinary one (`formulation.rows`, `formulation.goals`) over pairs of (zone, grade) and building. A choice
of clusters says which of these pairs hold, x = A y, so that its rows are rows times A and its goals terms times A (`substitute`): no rule and no
goal is written a second time. Where zones stay as they are, y is one column for each cluster, order and cut (`columns`), and as a school is in
exactly one column that is chosen, whatever is about one school alone is a constant of each column (`collapse`): curved goals too are linear, and
exact. Where the clusters are given, y says which cluster a unit belongs to (`given`).
"""

from rezoning.formulation.pairing.formulate import formulate_pairing

__all__ = ["formulate_pairing"]
