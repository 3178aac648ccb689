"""Links in prose: each leads somewhere, and nowhere that its readers may not go."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from msgspec import Struct

from leanfolio.check.paths import Places, lies_there, path_hint, unpublished
from leanfolio.check.rule import Setting
from leanfolio.markdown.scan import VIEW_WORD, Link, Prose, Remark, kind_of, slug
from leanfolio.model import Item, Origin, Visibility
from leanfolio.model.audience import may_read
from leanfolio.model.portfolio import Portfolio, ProsePage
from leanfolio.problem import Place, Problem, Related
from leanfolio.read.link_suggestions import LinkSuggestions
from leanfolio.read.suggestions import Suggestions
from leanfolio.wording import listed, some, tell

HOME = ("index", "README")


class Written(Struct, frozen=True):
    """A body of prose: who says it, where it stands, and what it links to."""

    name: str
    origin: Origin
    item: Item | None
    prose: Prose

    def place(self, link: Link | Remark) -> Place:
        return Place(
            self.origin.path, self.origin.body_line + link.line - 1, link.column, link.length
        )


class Target(Struct, frozen=True):
    """Where a link inside the portfolio leads: to a file, perhaps to a heading in it."""

    path: str
    anchor: str


def written(portfolio: Portfolio, setting: Setting) -> list[Written]:
    """Every body with a link or a view in it. One without any mark of them is not even read."""
    marked = [
        body
        for body in bodies(portfolio)
        if any(mark in body[1].body for mark in ("[", "<", "|", VIEW_WORD))
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
    path = path.replace("%23", "#")  # how a # is written that belongs to the name
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
    places = Places((*known, *map(str, setting.assets or ())))
    for body in setting.once(written, portfolio):
        yield from brackets_left(body, guesses)
        for link in body.prose.links:
            if link.kind == "item":
                wanted = link.target
                if wanted in portfolio or wanted in portfolio.absent or wanted == body.name:
                    continue
                otherwise = tell("correct the id, write that item, or take the brackets away")
                hint = guesses.hint_beside(body.name, wanted, otherwise)
                why = tell("which does not exist")
            elif link.kind == "page":
                wanted = target_of(body.origin, link).path
                if wanted in known or lies_there(wanted, portfolio, setting):
                    continue
                why, hint = unpublished(wanted, body.origin, places) or (
                    tell("which does not exist"),
                    path_hint(paths, wanted, body.origin)
                    or tell(
                        "write that file, {wanted}, or correct the path, which is relative to the "
                        "page; or take the link out",
                        wanted=wanted[:80],
                    ),
                )
            else:
                continue
            said = tell(
                "{name} links to {target}, {why}", name=body.name, target=link.target[:80], why=why
            )
            yield Problem(body.place(link), "body-link-dead", said, hint)


def brackets_left(body: Written, guesses: LinkSuggestions) -> Iterator[Problem]:
    """What stands between [[ and ]], and is no link: a title, an embedded item, a cut cell."""
    for remark in body.prose.remarks:
        text = remark.text[:80]
        if remark.kind == "cut":
            said = tell(
                "{name} has {text} in a table, whose cell ends at the bar",
                name=body.name,
                text=text,
            )
            cut = text.replace("|", "\\|", 1)
            yield Problem(body.place(remark), "body-link-dead", said, tell("write {cut}", cut=cut))
        elif remark.kind == "brackets" and text.startswith("!"):
            said = tell(
                "{name} has {text}: an item cannot be shown inside of another",
                name=body.name,
                text=text,
            )
            yield Problem(
                body.place(remark), "body-link-dead", said, tell("write {text}", text=text[1:])
            )
        elif remark.kind == "brackets":
            name = text.partition("|")[0].partition("#")[0].strip()
            last = name.rpartition("/")[2]
            found = [last] if last in guesses.items else guesses.titled(name, ())
            words = text.partition("|")[2].strip() or ("" if "/" in text else name)
            such = [f"[[{id}|{words}]]" if words else f"[[{id}]]" for id in found]
            hint = (
                tell("write {such}", such=listed(such, "or"))
                if such
                else tell("name an item by its id: [[EP-1]]; or take the brackets away")
            )
            said = tell(
                "{name} links to [[{text}]], which is no id of an item", name=body.name, text=text
            )
            said = (
                said if text else tell("{name} has [[]], and names no item in it", name=body.name)
            )
            yield Problem(body.place(remark), "body-link-dead", said, hint)


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
                tell(
                    "{name} has too many links and brackets in its prose to be read", name=body.name
                ),
                tell("divide the text, or take out what a machine wrote"),
            )


def anchor_dead(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A link to a heading names one that is on that page.

    The reader lands at the top and has to look for what was meant.

    Fix: correct the part after `#`: the heading in small letters, with dashes for blanks.
    """
    known = setting.once(files, portfolio)
    anchors: dict[str, Suggestions] = {}
    for body in setting.once(written, portfolio):
        for link in body.prose.links:
            if link.kind == "item":
                target = heading_of(portfolio, link)
            elif link.kind in ("page", "anchor") and "#" in link.target:
                target = target_of(body.origin, link)
            else:
                continue
            if not target.anchor or target.path not in known:
                continue
            if target.path not in anchors:
                (prose,) = setting.scan([known[target.path][0].body])
                headings = prose.headings
                anchors[target.path] = Suggestions([heading.slug for heading in headings])
            if target.anchor not in anchors[target.path].known:
                near = [f"#{entry}" for entry in anchors[target.path].some(target.anchor)]
                own = target.path == str(body.origin.path)
                yield Problem(
                    body.place(link),
                    "anchor-dead",
                    dead_heading(body.name, target.anchor[:80], "" if own else target.path),
                    tell("did you mean {near}?", near=listed(near, "or"))
                    if near
                    else what_headings(anchors[target.path]),
                )


def dead_heading(name: str, anchor: str, path: str) -> str:
    """What is wrong with a link to a heading, of another page or, without a path, of its own."""
    if not path:
        return tell(
            "{name} links to the heading #{anchor}, which it does not have",
            name=name,
            anchor=anchor,
        )
    return tell(
        "{name} links to the heading #{anchor}, which {path} does not have",
        name=name,
        anchor=anchor,
        path=path,
    )


def heading_of(portfolio: Portfolio, link: Link) -> Target:
    """The file and the heading that a link to an item means: `[[EP-1#done]]`."""
    item = portfolio.items.get(link.target)
    named = item is not None and link.anchor and not item.origin.prefix
    return (
        Target(str(item.origin.path), slug(link.anchor, {})) if named and item else Target("", "")
    )


def html_as_text(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Prose is Markdown, without HTML.

    HTML could run as a part of the site, so a page shows its tags as text: `<br>` stands there as
    it was written, although the git host hides it.

    Fix: write it in Markdown, as the hint says; or put it between backticks, to show it.
    """
    for body in setting.once(written, portfolio):
        tags: dict[str, list[Remark]] = {}
        for each in body.prose.remarks:
            if each.kind == "tag":
                tags.setdefault(each.text, []).append(each)
        for name, own in tags.items():
            opens = name.removeprefix("/")
            if (opens != name and opens in tags) or PART_OF.get(opens) in tags:
                continue  # what closes a tag, or stands in it, goes with that tag
            tag, more = f"<{name}>", len(own) - 1
            yield Problem(
                body.place(own[0]),
                "html-as-text",
                tell(
                    "{name} has the tag {tag}, and {more} more, which its page shows as text",
                    name=body.name,
                    tag=tag,
                    more=more,
                )
                if more
                else tell(
                    "{name} has the tag {tag}, which its page shows as text",
                    name=body.name,
                    tag=tag,
                ),
                MARKDOWN_FOR.get(opens, tell("write it in Markdown, or take the tag out")),
            )


PART_OF = {
    "summary": "details", "tr": "table", "td": "table", "th": "table", "thead": "table",
    "tbody": "table", "source": "picture", "figcaption": "figure",
}  # fmt: skip
MARKDOWN_FOR = {
    "a": tell("write [words](address); a heading has its own anchor"),
    "b": tell("write **words**"),
    "strong": tell("write **words**"),
    "i": tell("write *words*"),
    "em": tell("write *words*"),
    "br": tell("end the line with a backslash, or begin a paragraph"),
    "code": tell("put the words between backticks"),
    "pre": tell("put the lines between ``` and ```"),
    "img": tell("write ![what it shows](picture.png)"),
    "hr": tell("write a line of ---"),
    "details": tell("write a heading and the text below it"),
    "summary": tell("write a heading and the text below it"),
    "table": tell("write a table with bars: | a | b |"),
    "del": tell("write ~~words~~"),
    "s": tell("write ~~words~~"),
    "ul": tell("write - before each entry"),
    "ol": tell("write 1. before each entry"),
    "li": tell("write - before each entry"),
    "blockquote": tell("write > before each line"),
    "sub": tell("write the character itself, such as ₂"),
    "sup": tell("write the character itself, such as ²"),
}


def table_row_long(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A row of a table in prose has no more cells than the table's head.

    What stands beyond the last column is not shown, neither here nor on a git host.

    Fix: add a column to the head; or write `\\|` for a bar that parts no cells.
    """
    for body in setting.once(written, portfolio):
        for remark in body.prose.remarks:
            if remark.kind == "cells":
                yield Problem(
                    body.place(remark),
                    "table-row-long",
                    tell(
                        "{name} has a row with more cells than its table's head; “{text}” is not "
                        "shown",
                        name=body.name,
                        text=remark.text[:40],
                    ),
                    tell("add a column to the head, or write \\| for a bar that parts no cells"),
                )


def what_headings(known: Suggestions) -> str:
    """What may stand after the #, where nothing near does."""
    if not known.known:
        return tell("take the part after # away: that page has no heading")
    few = [f"#{entry}" for entry in list(known.known)[:5]]
    return (
        tell("write one of its headings: {few}", few=some(few))
        if len(few) == len(known.known)
        else (
            tell(
                "write one of its headings, in small letters and with dashes for blanks, "
                "such as {few}",
                few=few[0],
            )
        )
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
                    tell(
                        "{item} has the address {url}, which is not of the web",
                        item=item.id,
                        url=repr(url[:80]),
                    ),
                    tell("begin it with https://, http:// or mailto:"),
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
                    tell(
                        "{name} is {level}, and names {other}, which is {visibility}",
                        name=body.name,
                        level=level,
                        other=name,
                        visibility=other.visibility,
                    ),
                    tell("take the link out, or give both the same visibility"),
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
                tell("nothing links to {path}", path=path),
                tell("link to it from a page that is read, or remove it"),
            )


def in_navigation(path: PurePosixPath, nav: Iterable[PurePosixPath] | None) -> bool:
    if len(path.parts) == 1 and (nav is None or path.stem in HOME):
        return True
    return nav is not None and path in nav


ERRORS = (body_over_limit, body_link_dead, address_unsafe, confidential_linked)
WARNINGS = (anchor_dead, html_as_text, table_row_long, page_unreachable)
