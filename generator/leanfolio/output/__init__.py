"""Output: values become HTML, JSON, CSV, workbooks, terminal text and problem reports."""
