"""Money: who gets what, and whether the guardrails held."""
