"""The story of a change: what differs between two revisions, said in the order of its weight.

story      all of it together
lines      a line of the story, and which of them are told first
promises, money, ranks, items, details   the sentences of each part
problems   what the check finds new, and what is gone
"""

from leanfolio.views.change.lines import Story, StoryLine
from leanfolio.views.change.story import tell_story

__all__ = ["Story", "StoryLine", "tell_story"]
