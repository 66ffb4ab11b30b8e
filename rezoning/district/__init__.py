"""The place: the district's files, read, checked and turned into arrays."""
