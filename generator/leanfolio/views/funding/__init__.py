"""The pages of the money: funding, guardrails, scenarios and ballots."""
