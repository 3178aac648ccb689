"""Tables of Markdown, for the pages of the documentation that are generated."""

from collections.abc import Iterable


def grid(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table of Markdown."""
    head, *lines = (f"| {' | '.join(row)} |\n" for row in (heads, *rows))
    return "".join([head, "|---" * len(heads), "|\n", *lines])
