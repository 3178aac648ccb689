"""Addresses: every page of the site has one of its own, on every file system."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from leanfolio.check.rule import Check, Setting
from leanfolio.model.portfolio import Portfolio, ProsePage
from leanfolio.problem import Place, Problem, Related

HOME = ("index", "README")


def address_of(page: ProsePage) -> str:
    """The address of a prose page, from the root of the site."""
    path = page.origin.path
    return str(path.with_name("index.html" if path.stem in HOME else f"{path.stem}.html"))


def page_hides_view(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A prose page is not called as a view is, unless it embeds a view.

    It takes the address, and the register of risks or the board is nowhere on the site, though
    the navigation still leads to its name.

    Fix: give the file another name; or introduce the view, with `view:` in its front matter.
    """
    views = {address.casefold(): name for address, name in (setting.addresses or {}).items()}
    for page in portfolio.pages:
        address = address_of(page)
        name = views.get(address.casefold())
        if name is None or page.view or address == "index.html":
            continue
        path = page.origin.path
        other = path.with_name(f"about-{path.name.lower()}")
        yield Problem(
            Place(path),
            "page-hides-view",
            f"{path} has the address of the view {name}, {address}, and would take its place",
            f"call the file {other.name}; or write `view: {name}`, to introduce the view",
        )


def page_address_taken(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """No two prose pages have one address, also without regard to upper and lower case.

    Windows and macOS keep one of two files whose names differ in case alone, and the other page
    is lost.

    Fix: give one of the two files another name.
    """
    first: dict[str, PurePosixPath] = {}
    for page in portfolio.pages:
        path = page.origin.path
        other = first.setdefault(address_of(page).casefold(), path)
        if other != path:
            yield Problem(
                Place(path),
                "page-address-taken",
                f"{path} has the address of {other}, {address_of(page)}",
                "give one of the two files another name",
                related=(Related(Place(other), "the first is here"),),
            )


ERRORS: tuple[Check, ...] = (page_hides_view, page_address_taken)
WARNINGS: tuple[Check, ...] = ()
