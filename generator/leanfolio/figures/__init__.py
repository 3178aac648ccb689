"""Exact figures: ranking, funding, OKRs, flow and item history; no words and no rounding."""
