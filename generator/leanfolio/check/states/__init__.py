"""States: every item stands where the board has a column, and came there as the board says."""

from leanfolio.check.states.columns import state_missing, state_unknown
from leanfolio.check.states.evidence import (
    decision_unsigned,
    evidence_missing,
    rejection_unexplained,
)
from leanfolio.check.states.history import (
    blocked_reversed,
    date_in_the_future,
    history_differs,
    history_repeats,
    history_unordered,
    state_skipped,
)
from leanfolio.check.states.parents import done_with_open_work, work_ahead

ERRORS = (
    state_unknown, history_unordered, history_differs, date_in_the_future, blocked_reversed,
)  # fmt: skip
WARNINGS = (
    state_missing,
    evidence_missing,
    history_repeats,
    state_skipped,
    decision_unsigned,
    rejection_unexplained,
    done_with_open_work,
    work_ahead,
)
