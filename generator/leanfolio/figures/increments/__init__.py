"""The work of an increment: who finishes what in which iteration, what it waits for, how sure.

schedule      when a feature is to be finished, and the pieces of work of each iteration
load          points planned for a team and an iteration, against what it can do
dependencies  what features need of each other, by when, and by when it is promised
milestones    days that the plan has to keep to
objectives    what is in, what is open, and what is at risk
votes         how sure the teams are
delivery      what was finished, carried and dropped, and the mix of kinds
work          all of this for one increment: the board of teams and iterations
"""
