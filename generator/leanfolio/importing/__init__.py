"""Importing: other systems' files become items."""
