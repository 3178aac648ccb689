"""The bands, limits and windows by which figures are judged. Each is stated here and nowhere else.

Shares and scores are exact fractions; a view rounds them where it prints them.
"""

from datetime import timedelta
from fractions import Fraction

# Scores of key results and objectives. Bands apply after rounding half up to one decimal.
RED_BELOW = Fraction(2, 5)
GREEN_FROM = Fraction(7, 10)

# A key result whose epics are all done, and whose exact score is below this, did not move.
OUTCOME_FROM = Fraction(2, 5)

# A check-in is stale after this many times its cadence.
STALE_AFTER = Fraction(3, 2)
USUAL_CADENCE = 30  # days, where a key result states none

# A person's word on the health of an item is stale after this many times the cadence.
UPDATE_STALE_AFTER = 2

# The flow time within which this share of items was finished; of fewer items none is stated.
USUAL_FLOW_SHARE = Fraction(85, 100)
FEWEST_FINISHED = 10

# Predictability of an increment from here to 1 is healthy.
PREDICTABLE_FROM = Fraction(4, 5)

# What happened so lately is news; trends are drawn in steps of it.
RECENT = timedelta(days=30)
# What moved within this time is what a review of the board begins with.
LATELY = timedelta(days=7)
TREND_POINTS = 6

# An open risk that is due within this time is due soon.
DUE_SOON = timedelta(days=14)

# A median that counts open work is told beside the usual one; a note where they differ by more.
OPEN_COUNTED_NOTE = Fraction(1, 4)

# Natural process limits: 3 / d2 for moving ranges of two (Wheeler); of fewer weeks none are told,
# and nothing is forecast of a team that finished something in fewer.
NATURAL_LIMIT = Fraction(266, 100)
FEWEST_WEEKS = 5

# Of fewer finished epics of a kind no number of features is drawn for one that has none yet.
FEWEST_ALIKE = 6

# No chance above this is told as a number: past weeks cannot know what never happened in them.
SUREST = Fraction(95, 100)
