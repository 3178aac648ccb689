"""Markdown: `scan` finds the links of a body, `render` makes its HTML; one dialect."""
