"""Rank: what goes first, and how sure that is."""
