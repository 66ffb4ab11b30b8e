"""Several levels of schools for people: who feeds whom, a child's way through all levels, and all levels in one page."""
