"""Rank: what goes first, and how sure that is.

wsjf                  what an item scores, and which goes first
candidates            which items compete for the next place
cut                   where the cut line falls

integer_scores        the numbers of a ranking as whole numbers, to compare many changes fast
change                every change of one number, and the rank that follows
interval              where each item could stand if one score were a step off
smallest_change       the smallest change of what is funded
perturbation          how often an item stays above the line when all scores are off at random
value_of_information  which estimate is worth refining first
reversal              whether re-scaling would turn the order around
agreement             how far two forms agree
drift                 what moved since another state of the portfolio

dependencies          which items wait for which, and what sets no order
delay_order           in what order to work then, and what it saves
schedule              the cheapest order of jobs that wait for others
decomposition         the blocks into which some best order falls (Sidney)
closure               the best set of jobs that holds all it needs
greedy                always the best of what can be started
team_schedules        when each item would start, value stream by value stream or team by team

urgency               what cannot wait for its turn
curve                 how cost grows with delay
"""
