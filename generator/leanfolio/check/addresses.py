"""Addresses: every page of the site has one of its own, on every file system."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from leanfolio.check.rule import Check, Setting
from leanfolio.model.addresses import page_of
from leanfolio.model.portfolio import Portfolio, ProsePage
from leanfolio.problem import Place, Problem, Related
from leanfolio.wording import tell

HOME = ("index", "README")


def address_of(page: ProsePage) -> str:
    """The address of a prose page, from the root of the site."""
    path = page.origin.path
    return str(path.with_name("index.html" if path.stem in HOME else f"{path.stem}.html"))


def page_hides_view(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A prose page is not called as a view is, unless it embeds a view.

    It takes the address, and the register of risks or the board is nowhere on the site, though
    the navigation still leads to its name. `index.md` alone may: it is a home page of your own.

    Fix: give the file another name; or introduce the view, with `view:` in its front matter.
    """
    views = {address.casefold(): name for address, name in (setting.addresses or {}).items()}
    for page in portfolio.pages:
        address, path = address_of(page), page.origin.path
        name = views.get(address.casefold())
        if name is None or page.view or str(path) == "index.md":
            continue
        other = path.with_name(f"about-{path.name.lower()}")
        hint = tell("call the file {name}", name=other.name)
        if name == "home":
            hint = tell("call the file about.md; or index.md, to have it in place of the home page")
        elif setting.views is not None and name in setting.views:
            hint = tell(
                "{hint}; or write `view: {name}`, to introduce the view", hint=hint, name=name
            )
        yield Problem(
            Place(path),
            "page-hides-view",
            tell(
                "{path} has the address of the view {name}, {address}, and would take its place",
                path=path,
                name=name,
                address=address,
            ),
            hint,
        )


def page_address_taken(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """No page or attachment has the address of another, also without regard to case.

    Windows and macOS keep one of two files whose names differ in case alone, and the other page
    is lost.

    Fix: give one of the two files another name.
    """
    first: dict[str, PurePosixPath] = {}
    for item in portfolio.items.values():
        first.setdefault(page_of(item).casefold(), item.origin.path)
    files = [(page.origin.path, address_of(page)) for page in portfolio.pages]
    files += [(path, str(path)) for path in sorted(setting.assets or ())]
    for path, address in files:
        other = first.setdefault(address.casefold(), path)
        if other != path:
            yield Problem(
                Place(path),
                "page-address-taken",
                tell(
                    "{path} has the address of {other}, {address}",
                    path=path,
                    other=other,
                    address=address,
                ),
                tell("give one of the two files another name"),
                related=(Related(Place(other), "the first is here"),),
            )


ERRORS: tuple[Check, ...] = (page_hides_view, page_address_taken)
WARNINGS: tuple[Check, ...] = ()
