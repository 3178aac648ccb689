"""What was reached: scores of key results and objectives."""
