"""Which numbers of a set of linked tables must be hidden, so that none that tells of a few students can be found by subtraction."""

from rezoning.public.privacy.cells import Cells, Facts, Family
from rezoning.public.privacy.state import State, ends
from rezoning.public.privacy.suppression import exposed, narrow, protect, widen

__all__ = ["Cells", "Facts", "Family", "State", "ends", "exposed", "narrow", "protect", "widen"]
