"""Render: values become HTML and SVG."""
