"""What the options do, in words that need no index: one sentence for each option, what is certain, and what is paid for what."""

from rezoning.report.story.story import OptionStory, Story, story_of
from rezoning.report.story.trade_offs import Aspect, TradeOff, compared

__all__ = ["Aspect", "OptionStory", "Story", "TradeOff", "compared", "story_of"]
