"""Money: what is stated adds up, in one currency, and somebody said yes to it."""

from leanfolio.check.money.budgets import (
    budget_missing,
    budget_overcommitted,
    budget_overlap,
    budget_overrun,
    forecast_below_actual,
    forecast_below_booked,
    forecast_over_budget,
    forecast_unexplained,
    spending_unexplained,
)
from leanfolio.check.money.epics import (
    budget_differs,
    cost_range_reversed,
    currency_without_rate,
    epic_overrun,
    mvp_over_cost,
    spent_without_approval,
    whole_life_cost_exceeded,
)
from leanfolio.check.money.guardrails import (
    guardrail_capacity,
    guardrail_concentration_epic,
    guardrail_concentration_vendor,
    guardrail_engagement,
    guardrail_horizons,
    guardrail_salami,
    guardrail_threshold,
)
from leanfolio.check.money.reallocations import reallocation_unknown

ERRORS = (
    budget_overcommitted,
    budget_overlap,
    budget_differs,
    reallocation_unknown,
    currency_without_rate,
    cost_range_reversed,
    guardrail_threshold,
)
WARNINGS = (
    budget_overrun,
    forecast_over_budget,
    forecast_below_actual,
    forecast_below_booked,
    forecast_unexplained,
    spending_unexplained,
    budget_missing,
    mvp_over_cost,
    epic_overrun,
    spent_without_approval,
    whole_life_cost_exceeded,
    guardrail_horizons,
    guardrail_capacity,
    guardrail_salami,
    guardrail_concentration_epic,
    guardrail_concentration_vendor,
    guardrail_engagement,
)
