"""What the options do, in words that need no index: one sentence for each option, what is certain, and what is paid for what."""

from rezoning.report.story.aspects import FROM_TODAY, TODAY, Aspect, compared
from rezoning.report.story.story import OptionStory, Story, story_of
from rezoning.report.story.trade_offs import TradeOff

__all__ = ["FROM_TODAY", "TODAY", "Aspect", "OptionStory", "Story", "TradeOff", "compared", "story_of"]
