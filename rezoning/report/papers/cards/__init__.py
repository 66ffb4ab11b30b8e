"""Cards for families: one for each area whose school changes, with what changes, from when, who may stay and whom to ask."""

from rezoning.report.papers.cards.write import write_cards

__all__ = ["write_cards"]
