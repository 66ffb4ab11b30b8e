"""Measures under other counts than those that are known: how sure a gain is, and whether options keep their order."""
