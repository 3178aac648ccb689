"""Rank: what goes first, and how sure that is.

wsjf          what an item scores, and which goes first
candidates    which items compete for the next place
cut           where the cut line falls

whole         the numbers of a ranking as whole numbers, to compare many what-ifs
change        every change of one number, and the rank that follows
interval      where each item could stand if one score were a step off
tipping       the smallest change of what is funded
perturb       how often an item stays above the line when all scores are off at random
refine        which estimate is worth refining first
reversal      whether re-scaling would turn the order around
agreement     how far two forms agree
drift         what moved since another state of the portfolio

dependencies  who waits for whom, and what cannot be heeded
sequence      in what order to work then, and what it saves
schedule      the cheapest order of jobs that wait for others
sidney        the blocks into which some best order falls
closure       the best set of jobs that holds all it needs
naive         what following the ranking alone would do
lanes         when each item would start, stream by stream or team by team

urgency       what cannot wait for its turn
curve         how cost grows with delay
"""
