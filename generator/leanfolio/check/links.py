"""Links in prose: each leads somewhere, and nowhere that its readers may not go."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from leanfolio.check.rule import Setting
from leanfolio.markdown.scan import VIEW_WORD, Link, Prose, kind_of
from leanfolio.model import Item, Origin, Visibility
from leanfolio.model.audience import may_read
from leanfolio.model.portfolio import Portfolio, ProsePage
from leanfolio.model.source import ASSETS
from leanfolio.problem import Place, Problem, Related
from leanfolio.read.links import LinkSuggestions
from leanfolio.read.suggestions import Suggestions
from leanfolio.wording import listed, some

HOME = ("index", "README")


@dataclass(frozen=True, slots=True)
class Written:
    """A body of prose: who says it, where it stands, and what it links to."""

    name: str
    origin: Origin
    item: Item | None
    prose: Prose

    def place(self, link: Link) -> Place:
        return Place(
            self.origin.path, self.origin.body_line + link.line - 1, link.column, link.length
        )


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link inside the portfolio leads: to a file, perhaps to a heading in it."""

    path: str
    anchor: str


def written(portfolio: Portfolio, setting: Setting) -> list[Written]:
    """Every body with a link or a view in it. One without any mark of them is not even read."""
    marked = [
        body
        for body in bodies(portfolio)
        if any(mark in body[1].body for mark in ("[", "<", VIEW_WORD))
    ]
    proses = setting.scan([origin.body for _, origin, _ in marked])
    return [Written(*body, prose) for body, prose in zip(marked, proses, strict=True)]


def bodies(portfolio: Portfolio) -> Iterator[tuple[str, Origin, Item | None]]:
    for item in (portfolio.policy, *portfolio.items.values()):
        if not item.origin.prefix:
            yield item.id, item.origin, item
    for page in portfolio.pages:
        yield str(page.origin.path), page.origin, None


def files(portfolio: Portfolio, _: Setting) -> Mapping[str, tuple[Origin, Item | None]]:
    """What stands in each file of content."""
    return {str(origin.path): (origin, item) for _, origin, item in bodies(portfolio)}


def target_of(source: Origin, link: Link) -> Target:
    """The file and the heading that a relative link means."""
    path, _, anchor = link.target.partition("#")
    if not path:
        return Target(str(source.path), anchor)
    folder = str(source.path.parent)
    return Target(posixpath.normpath(posixpath.join(folder, path)), anchor)


def body_link_dead(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A link in prose leads to an item, a page or a file that exists.

    A reader who follows it stands before nothing, and the sentence around it loses its proof.

    Fix: correct the id or the path; or take the brackets away.
    """
    known = setting.once(files, portfolio)
    guesses, paths = LinkSuggestions(portfolio.items), Suggestions(known.keys())
    for body in setting.once(written, portfolio):
        for link in body.prose.links:
            message = f"{body.name} links to {link.target[:80]}, which does not exist"
            if link.kind == "item":
                wanted = link.target
                if wanted in portfolio or wanted in portfolio.broken or wanted == body.name:
                    continue
                otherwise = "correct the id, write that item, or take the brackets away"
                hint = guesses.hint_beside(body.name, wanted, otherwise)
            elif link.kind == "page":
                wanted = target_of(body.origin, link).path
                if wanted in known or lies_there(wanted, portfolio, setting):
                    continue
                hint = path_hint(paths, wanted, body.origin) or (
                    f"write that file, {wanted[:80]}, or correct the path, which is relative to"
                    " the page; or take the link out"
                )
            else:
                continue
            yield Problem(body.place(link), "body-link-dead", message, hint)


def body_over_limit(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Prose has no more links and brackets than can be read in a moment.

    Nobody writes so many by hand: a body like that keeps the build busy, and none of its links is
    checked.

    Fix: divide the text, or take out what a machine wrote.
    """
    for body in setting.once(written, portfolio):
        if body.prose.over_limit:
            yield Problem(
                Place(body.origin.path, body.origin.body_line),
                "body-over-limit",
                f"{body.name} has too many links and brackets in its prose to be read",
                "divide the text, or take out what a machine wrote",
            )


def path_hint(paths: Suggestions, wanted: str, source: Origin) -> str:
    """The files that were most likely meant, as their paths are written on this page."""
    paths_near = [posixpath.relpath(entry, str(source.path.parent)) for entry in paths.some(wanted)]
    return f"did you mean {listed(paths_near, 'or')}?" if paths_near else ""


def lies_there(path: str, portfolio: Portfolio, setting: Setting) -> bool:
    """Whether a file is no page but there all the same: an asset, or an item that is broken."""
    if PurePosixPath(path).stem in portfolio.broken:
        return True
    if path.endswith(".md") or path.startswith(("..", "/")) or "." not in path:
        return False
    return setting.assets is None or PurePosixPath(path) in setting.assets


def anchor_dead(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A link to a heading names one that is on that page.

    The reader lands at the top and has to look for what was meant.

    Fix: correct the part after `#`: the heading in small letters, with dashes for blanks.
    """
    known = setting.once(files, portfolio)
    anchors: dict[str, Suggestions] = {}
    for body in setting.once(written, portfolio):
        for link in body.prose.links:
            if link.kind not in ("page", "anchor") or "#" not in link.target:
                continue
            target = target_of(body.origin, link)
            if not target.anchor or target.path not in known:
                continue
            if target.path not in anchors:
                (prose,) = setting.scan([known[target.path][0].body])
                headings = prose.headings
                anchors[target.path] = Suggestions([heading.slug for heading in headings])
            if target.anchor not in anchors[target.path].known:
                near = [f"#{entry}" for entry in anchors[target.path].some(target.anchor)]
                where = "it" if target.path == str(body.origin.path) else target.path
                yield Problem(
                    body.place(link),
                    "anchor-dead",
                    f"{body.name} links to the heading #{target.anchor[:80]},"
                    f" which {where} does not have",
                    f"did you mean {listed(near, 'or')}?"
                    if near
                    else what_headings(anchors[target.path]),
                )


def what_headings(known: Suggestions) -> str:
    """What may stand after the #, where nothing near does."""
    if not known.known:
        return "take the part after # away: that page has no heading"
    few = [f"#{entry}" for entry in list(known.known)[:5]]
    return (
        f"write one of its headings: {some(few)}"
        if len(few) == len(known.known)
        else (
            "write one of its headings, in small letters and with dashes for blanks,"
            f" such as {few[0]}"
        )
    )


def image_missing(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A picture in prose is a file of content.

    The page shows a broken frame in its place.

    Fix: add the file; or correct the path, which is relative to the page.
    """
    if setting.assets is None:
        return
    there = {str(path) for path in setting.assets}
    names = Suggestions(sorted(there))
    for body in setting.once(written, portfolio):
        for link in body.prose.links:
            if link.kind != "image" or kind_of(link.target) == "url":
                continue
            wanted = target_of(body.origin, link).path
            if wanted not in there:
                yield Problem(
                    body.place(link),
                    "image-missing",
                    f"{body.name} shows {link.target[:80]}, which is not there",
                    path_hint(names, wanted, body.origin)
                    or f"add the file {wanted[:80]}; or correct the path, which is relative to"
                    " the page; or take the picture out",
                )


def attachments_in_use(portfolio: Portfolio, setting: Setting) -> frozenset[PurePosixPath]:
    """Return the paths to which pictures and links in the prose of this portfolio lead."""
    return frozenset(
        PurePosixPath(target_of(body.origin, link).path)
        for body in setting.once(written, portfolio)
        for link in body.prose.links
        if link.kind in ("image", "page")
    )


def asset_unused(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A picture or document beside the prose is shown or linked in it.

    A site publishes such files only with a page that uses them, so that one of a confidential item
    stays with its item. One that no page uses is not published. While prose leads to a file that is
    missing, the rule is silent: this one may be meant.

    Fix: link to it from the page that it belongs to; or remove it.
    """
    if not setting.assets:
        return
    in_use = setting.once(attachments_in_use, portfolio)
    if any(path.suffix in ASSETS and path not in setting.assets for path in in_use):
        return
    for path in sorted(setting.assets):
        if path not in in_use and not str(path).startswith("actuals/"):
            yield Problem(
                Place(path),
                "asset-unused",
                f"no page shows or links to {path}, so it is not published",
                "link to it from the page that it belongs to, or remove it",
            )


def image_remote(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A picture is not fetched from another site.

    The published site asks nothing of others: a remote picture would tell them who reads it, and
    is not shown.

    Fix: put the picture beside the page.
    """
    for body in setting.once(written, portfolio):
        for link in body.prose.links:
            if link.kind == "image" and kind_of(link.target) == "url":
                yield Problem(
                    body.place(link),
                    "image-remote",
                    f"{body.name} shows a picture of another site, {link.target[:80]}",
                    "put the file beside the page, and name it by a relative path",
                )


def address_unsafe(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An address in `links:` or `source:` is one of the web or of mail.

    Any other scheme can run something on the reader's machine when it is clicked.

    Fix: write an address that begins with https://, http:// or mailto:.
    """
    for item in (portfolio.policy, *portfolio.items.values()):
        named = [(value.url, ("links", index, "url")) for index, value in enumerate(item.links)]
        if item.source is not None and item.source.url is not None:
            named.append((item.source.url, ("source", "url")))  # type: ignore[arg-type]
        for url, path in named:
            if kind_of(url) != "url":
                yield Problem(
                    item.at(*path),
                    "address-unsafe",
                    f"{item.id} has the address {url[:80]!r}, which is not of the web",
                    "begin it with https://, http:// or mailto:",
                )


def confidential_linked(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Prose does not name an item or a page that its own readers may not see.

    A link by id gives away that the item exists, and often what it is about. Links in fields are
    left out of a build for those readers; sentences are not.

    Fix: take the link out; or give both the same `visibility:`.
    """
    pages = {page.origin.path: page for page in portfolio.pages}
    everything: tuple[Item | ProsePage, ...] = (*portfolio.items.values(), *pages.values())
    if all(entry.visibility == "public" for entry in everything):
        return
    known = setting.once(files, portfolio)
    for body in setting.once(written, portfolio):
        own: Item | ProsePage | None = body.item or pages.get(body.origin.path)
        level: Visibility = own.visibility if own else "public"
        for link in body.prose.links:
            other: Item | ProsePage | None = None
            if link.kind == "item":
                other = portfolio.items.get(link.target)
            elif link.kind == "page":
                path = target_of(body.origin, link).path
                other = known.get(path, (None, None))[1] or pages.get(PurePosixPath(path))
            if other is not None and not may_read(level, other.visibility):
                name = other.id if isinstance(other, Item) else str(other.origin.path)
                yield Problem(
                    body.place(link),
                    "confidential-linked",
                    f"{body.name} is {level}, and names {name}, which is {other.visibility}",
                    "take the link out, or give both the same visibility",
                    related=(Related(other.origin.place("visibility"), f"{name} is here"),),
                )


def page_unreachable(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Something leads to every page of prose.

    A page at the top of the content folder is in the navigation. One in a folder below is found
    by a link alone, and without one by nobody.

    Fix: link to it from a page that is read; or remove it.
    """
    if not portfolio.pages:
        return
    reached = {
        target_of(body.origin, link).path
        for body in setting.once(written, portfolio)
        for link in body.prose.links
        if link.kind == "page"
    }
    for page in portfolio.pages:
        path = page.origin.path
        if str(path) not in reached and not in_navigation(path, setting.nav):
            yield Problem(
                Place(path),
                "page-unreachable",
                f"nothing links to {path}",
                "link to it from a page that is read, or remove it",
            )


def in_navigation(path: PurePosixPath, nav: Iterable[PurePosixPath] | None) -> bool:
    if len(path.parts) == 1 and (nav is None or path.stem in HOME):
        return True
    return nav is not None and path in nav


ERRORS = (body_over_limit, body_link_dead, image_missing, address_unsafe, confidential_linked)
WARNINGS = (anchor_dead, image_remote, asset_unused, page_unreachable)
