"""The history of items, from git and from their own `history:` fields.

versions    an item's fields after each commit; History, which holds them all
visible     the history without what an audience may not see
snapshots   the portfolio on a day of the past
rescoring   changes of scores
states      dates of state changes
edits       changes of dates that had been declared before
"""
