"""What a report can be handed out as besides its page: a memo, slides, a map book and cards for families."""

from rezoning.report.papers.edition import PAPERS, Edition, write_paper

__all__ = ["PAPERS", "Edition", "write_paper"]
