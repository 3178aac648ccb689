"""OKRs: what the money is for can be measured, is measured, and is moved by somebody."""

from leanfolio.check.okr.check_ins import (
    check_in_missing,
    check_in_stale,
    check_in_twice,
    commitment_missed,
    output_without_outcome,
)
from leanfolio.check.okr.contributions import (
    epic_moves_nothing,
    key_result_unmoved,
    share_wrong,
    weight_mixed,
    weight_sum,
    weight_zero,
)
from leanfolio.check.okr.measures import (
    range_reversed,
    target_is_start,
    target_missing,
    unit_missing,
)
from leanfolio.check.okr.objectives import level_unfounded, objective_unmeasured, period_missing

ERRORS = (target_is_start, range_reversed, share_wrong)
WARNINGS = (
    target_missing,
    unit_missing,
    epic_moves_nothing,
    key_result_unmoved,
    weight_zero,
    weight_mixed,
    weight_sum,
    check_in_missing,
    check_in_stale,
    check_in_twice,
    output_without_outcome,
    commitment_missed,
    objective_unmeasured,
    period_missing,
    level_unfounded,
)
