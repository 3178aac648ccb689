"""The story of a change: what differs between two revisions, said in the order of its weight.

telling    all of it together: `tell_story`
promises, money, ranks, items, details   the sentences of each part
problems   what the check finds new, and what is gone
page       the page of the site

A line of it, and which lines are told first, is in `leanfolio.views.change_story`.
"""

from leanfolio.views.change.telling import tell_story
from leanfolio.views.change_story import ChangeLine, ChangeStory

__all__ = ["ChangeLine", "ChangeStory", "tell_story"]
