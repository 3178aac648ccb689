"""The pages of items, one module per kind of item."""
