"""Jira: its search answers, change logs, lists of statuses and fields, and its CSV exports.

answers   which form each file has, whether pages are missing, and all of them together
issues    one issue of an answer -> a work item
changes   change logs -> changes, with the time of each
table     a CSV export of Cloud or Server -> work items
"""

from leanfolio.importing.jira.answers import read_jira

__all__ = ["read_jira"]
