"""What only a page needs, so that no data file holds it."""

from collections.abc import Mapping

# The metadata of an attribute that is for the page alone: coordinates, folded lists, sentences of
# figures in other attributes. A page draws them; JSON and CSV have the figures themselves.
PAGE_ONLY: Mapping[str, bool] = {"page_only": True}
