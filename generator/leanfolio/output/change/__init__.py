"""The story of a change as text, as Markdown for a pull request, and as JSON."""
