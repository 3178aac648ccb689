"""Increments: when things are planned, and whether the plan can be true."""

from leanfolio.check.increments.commitment import (
    iteration_overloaded,
    milestone_outside_increment,
    team_overloaded,
    vote_unexplained,
)
from leanfolio.check.increments.dates import increment_dates, increment_overlap, iteration_dates
from leanfolio.check.increments.iterations import iteration_unknown
from leanfolio.check.increments.periods import period_unknown
from leanfolio.check.increments.plan import (
    feature_left_behind,
    feature_outside_increment,
    objective_unrated,
    objective_unvalued,
)

ERRORS = (increment_dates, increment_overlap, iteration_dates, iteration_unknown, period_unknown)
WARNINGS = (
    feature_outside_increment,
    feature_left_behind,
    team_overloaded,
    iteration_overloaded,
    vote_unexplained,
    milestone_outside_increment,
    objective_unrated,
    objective_unvalued,
)
