"""Exporting: values become files that other programs read."""
