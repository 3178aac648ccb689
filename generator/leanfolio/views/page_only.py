"""What only a page needs, so that no data file holds it."""

import inspect
from typing import Annotated, TypeVar

T = TypeVar("T")

PAGE_ONLY = "page only"

# The type of an attribute that is for the page alone: coordinates, folded lists, sentences of
# figures in other attributes. A page draws them; JSON and CSV have the figures themselves.
PageOnly = Annotated[T, PAGE_ONLY]


def page_only_names(kind: type) -> frozenset[str]:
    """The attributes of a view's class that are for its page alone."""
    return frozenset(
        name
        for base in kind.__mro__
        for name, hint in inspect.get_annotations(base).items()
        if PAGE_ONLY in getattr(hint, "__metadata__", ())
    )
