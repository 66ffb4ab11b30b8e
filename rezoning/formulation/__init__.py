"""The question in numbers."""
