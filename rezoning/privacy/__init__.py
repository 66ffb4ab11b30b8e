"""Which numbers of a set of linked tables must be hidden, so that none that tells of a few students can be found by subtraction."""

from rezoning.privacy.cells import Cells, Family
from rezoning.privacy.suppression import Kinds, exposed, protect

__all__ = ["Cells", "Family", "Kinds", "exposed", "protect"]
