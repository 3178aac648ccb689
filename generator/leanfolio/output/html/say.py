"""Facts and table cells as HTML, and figures as text, in the language of a site."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from leanfolio.output.html.small_drawings import spark_points
from leanfolio.views.cell import CommitRef, Derived, Outside, SourceRef, Sparkline, Tag, Value
from leanfolio.views.ref import Ref
from leanfolio.wording import (
    Formula,
    Listing,
    Message,
    Money,
    Part,
    Percent,
    Rounded,
    Series,
    trimmed,
)
from leanfolio.wording.language import Language

NOTHING = Markup('<span class="none">–</span>')


class Say:
    """Prints values for the templates of one site. What is not known is named, never zero."""

    def __init__(
        self, language: Language, currency: str = "", commits_url: str = "", edit_url: str = ""
    ) -> None:
        """`currency` is that of amounts that are printed without one, below a table's head.

        `commits_url` is what the id of a commit is appended to, and `edit_url` a path below the
        content folder; "" without a repository.
        """
        self.edit_url = edit_url
        self.language = language
        self.currency = currency
        self.commits_url = commits_url
        self.number = language.short_number

    def money(self, value: Decimal | Fraction | int | None) -> str:
        """Return an amount whose currency stands in the table's head."""
        return self.language.amount(value, self.currency)

    def day(self, value: date | None) -> str:
        """Return a day, or nothing where there is none."""
        return "" if value is None else self.language.day(value)

    def text(self, value: Part) -> str:
        """Return a sentence or any value as text; nothing for None."""
        return "" if value is None else self.language.text(value)

    def percent(self, share: Decimal | Fraction | None, places: int = 0) -> str:
        """Return a share of one in percent."""
        return self.language.text(Percent(share, places))

    def value(self, root: str) -> Callable[[Value], Markup | str]:
        """Return the printer of cells for a page that has the site's root there."""

        def print_cell(value: Any) -> Markup | str:
            match value:
                case None | "" | ():
                    return NOTHING
                case Ref():
                    return link(value, root)
                case Money(amount=None):
                    return Markup('<span class="none">{}</span>').format(self.text(value))
                case Tag():
                    return self.tag(value)
                case Derived():
                    return print_cell(value.figure)
                case Outside():
                    return outside(value)
                case Sparkline():
                    return self.sparkline(value)
                case CommitRef():
                    return self.commit(value)
                case SourceRef():
                    return self.source(value)
                case Message() | Listing() | Series() | Formula():
                    return worded(self.text(value))
                case tuple():
                    links = Markup(", ").join(link(ref, root) for ref in value)
                    return Markup("<div>{}</div>").format(links)  # one thing where a cell is a grid
                case Decimal():
                    return self.number(value)
                case int():
                    return str(value)
                case date() | Money() | Rounded() | Percent():
                    return self.text(value)
                case _:
                    return worded(str(value))

        return print_cell

    def commit(self, value: CommitRef) -> Markup:
        short = Markup("<code>{}</code>").format(value.short)
        if not self.commits_url:
            return short
        url = f"{self.commits_url}{value.id}"
        return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(url, short)

    def sparkline(self, value: Sparkline) -> Markup:
        pace, line = spark_points(value.pace), spark_points(value.points)
        dashed = Markup('<path class="t" d="M{}"/>').format(" ".join(pace)) if pace else ""
        return Markup(
            '<svg class="spark" viewBox="0 0 100 32" preserveAspectRatio="none" role="img"'
            ' aria-label="{}">{}<path class="l" d="M{}"/><path class="d" d="M{}h.01"/></svg>'
        ).format(self.text(value.about), dashed, " ".join(line), line[-1])

    def source(self, value: SourceRef) -> Markup:
        """Return the place in a file, as a link to that line where the repository is known."""
        if not self.edit_url:
            return Markup("<code>{}</code>").format(value)
        url = f"{self.edit_url}{quote(value.file)}#L{value.line}"
        return Markup('<a href="{}" rel="noopener noreferrer"><code>{}</code></a>').format(
            url, value
        )

    def tag(self, value: Tag) -> Markup:
        return filled('<span class="tag {}">{}</span>', value.tone, self.text(value.word))


def sort_value(value: Any) -> Markup | str:
    """Return the attribute by which a cell sorts, where its text is not it; a day does not wrap."""
    match value:
        case Money(amount=amount):
            key = "" if amount is None else f"{amount:f}"
        case date():
            return Markup(' class="nowrap" data-value="{}"').format(value.isoformat())
        case Tag():
            key = str(value.word)
        case Derived():
            return sort_value(value.figure)
        case Rounded() | Percent():
            key = first_figure(value)
        case Message() | Listing() | Series() | Formula():
            key = first_figure(value)
            if not key:
                return ""
        case _:
            return ""
    return filled(' data-value="{}"', key)


def first_figure(value: Part) -> str:
    """Return the first number in a value that is no count; nothing where it has none."""
    match value:
        case Decimal() | Rounded():
            return str(value)
        case Fraction():
            return str(trimmed(value))
        case Percent():
            return "" if value.percents is None else str(value.percents)
        case Message():
            figures = (first_figure(part) for _, part in value.parts)
        case Formula():
            figures = (first_figure(term) for term in value.terms)
        case Listing() | Series():
            figures = (first_figure(part) for part in value.parts)
        case _:
            return ""
    return next(filter(None, figures), "")


def filled(html: str, *parts: str) -> Markup:
    """Return HTML with these texts in its braces, escaped; what cells need most is quicker so."""
    return Markup(html.format(*map(escape, parts)))  # noqa: S704 - each part is escaped


def link(ref: Ref, root: str) -> Markup:
    """Return an item as a link, its id before its title."""
    return filled(
        '<a href="{}{}"><span class="id">{}</span> <bdi dir="auto">{}</bdi></a>',
        root, ref.url, ref.id, ref.title,
    )  # fmt: skip


def with_link(text: str, ref: Ref, root: str) -> Markup:
    """Return a sentence about an item with its id as the link; behind it if it does not name it."""
    shown = Markup('<a class="id" href="{}{}">{}</a>').format(root, ref.url, ref.id)
    found = re.search(rf"(?<![\w-]){re.escape(ref.id)}(?![\w-])", text)
    if found is None:
        return Markup("{} {}").format(text, shown)
    return escape(text[: found.start()]) + shown + escape(text[found.end() :])


def worded(text: str) -> Markup:
    """Return a cell of words; a dash where there are none."""
    return filled('<bdi dir="auto">{}</bdi>', text) if text else NOTHING


def outside(target: Outside) -> Markup | str:
    """Return a link out of the site: https, http and mailto only; anything else as text."""
    url = target.url.strip()
    if url.lower().startswith(("https://", "http://", "mailto:")):
        return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(url, target.title)
    return escape(f"{target.title} ({target.url})")
