"""Change: what differs between two revisions of a portfolio, and what moved a rank.

values         a portfolio as plain values: fields by item
kinds          which kind of change a field's is
differences    typed changes; applied to one side they give the other
rank_causes    which part of a ranking moved an item: its scores, another's, the set, the rules
comparison     all of it together, with money and problems
"""
