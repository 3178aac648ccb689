"""What a page shows of long prose of its sections, so that a browser can open it at once."""

from collections.abc import Callable, Mapping

from markupsafe import Markup

MOST_ELEMENTS = 3000  # of a page


def fitting_page(
    make: Callable[[Mapping[str, Markup]], str],
    prose: Mapping[str, Markup],
    as_written: Callable[[str], Markup],
) -> str:
    """Return a page with the prose of its sections, by their anchors, if it has room for that.

    If not, the prose with most elements is shown as it was written, then the next, until it fits.
    """
    page = make(prose)
    over = elements_in(page) - MOST_ELEMENTS if prose else 0
    if over <= 0:
        return page
    fitted = dict(prose)
    for anchor in sorted(prose, key=lambda anchor: -elements_in(prose[anchor])):
        if over > 0:
            fitted[anchor] = as_written(anchor)
            over -= elements_in(prose[anchor]) - elements_in(fitted[anchor])
    return make(fitted)


def elements_in(html: str) -> int:
    """The number of elements; `<` of an author's text is escaped."""
    return html.count("<") - html.count("</")
