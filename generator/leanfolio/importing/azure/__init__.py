"""Azure DevOps: work items, updates, revisions, queries, classification nodes, and CSV exports.

answers   which form each file has, and all of them together
items     work items and revisions -> a work item with its changes
updates   updates -> changes, with the time of each
table     a CSV export, flat or as a tree -> work items
"""

from leanfolio.importing.azure.answers import read_azure

__all__ = ["read_azure"]
