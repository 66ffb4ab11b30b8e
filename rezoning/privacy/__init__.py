"""Which numbers of a set of linked tables must be hidden, so that none that tells of a few students can be found by subtraction."""
