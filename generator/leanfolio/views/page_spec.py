"""A page of the site as values: what its frame prints, and what its template is given."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from leanfolio.model.item import Origin
from leanfolio.views.built import Built
from leanfolio.views.ref import Ref
from leanfolio.wording import Text


class Page(Struct, frozen=True):
    """One finished page: the words of its frame, and the values of its template."""

    url: str
    template: str
    title: Text
    finding: Text
    summary: Text = ""
    active: str | None = None  # the entry of the navigation that it belongs to
    description: Text = ""
    breadcrumbs: tuple[Ref, ...] = ()
    source: str | None = None  # its file below the content folder
    line: int = 1
    data: tuple[str, ...] = ()  # what it links to: NAME as JSON and as CSV, or one file, NAME.csv
    feed: str = ""  # the name of a feed of its own, beside that of the portfolio
    values: Mapping[str, Any] = field(default_factory=dict)
    embedded: Mapping[str, Any] = field(default_factory=dict)  # the view below its prose, if any

    @property
    def data_files(self) -> tuple[str, ...]:
        """The names of the data files that it links to."""
        return tuple(
            file
            for name in self.data
            for file in ((name,) if "." in name else (f"{name}.json", f"{name}.csv"))
        )

    @property
    def root(self) -> str:
        """The path from this page up to the root of the site."""
        return "../" * self.url.count("/")


class SearchEntry(Struct, frozen=True):
    """What the search knows of a page: what it finds it by, what it filters by, what it prints.

    `id` is that of an item; of a page that is none it is the title again.
    """

    id: Text
    title: Text
    kind: str
    owner: str = ""
    state: str = ""  # as it is written
    tags: tuple[str, ...] = ()
    prose: Origin | None = None  # where its prose was written
    about: Text = ""  # what a page without prose is about

    @property
    def text(self) -> str:
        """Its words; prose is read only here, as that takes time."""
        return self.prose.body if self.prose else str(self.about)


class SectionSpec(Struct, frozen=True):
    """The prose of an item that is a section of a page, at an address with an anchor."""

    url: str
    anchor: str
    search: SearchEntry
    prose: Origin | None = None  # where its prose was written
    body_path: str = ""  # the file that links in the prose start from
    heading: str = ""  # a first heading of the prose with just this text is left out

    @property
    def body(self) -> str:
        """The prose, which is read only where it is needed: to read it is a dependency."""
        return self.prose.body if self.prose else ""


class PageSpec(Struct, frozen=True):
    """The address and the prose of a page; `page` computes the rest when it is asked for."""

    url: str
    page: Callable[[Built], Page]
    search: SearchEntry | None  # None where the search does not lead to it
    prose: Origin | None = None  # where its prose was written
    body_path: str = ""  # the file that links in the prose start from
    heading: str = ""  # a first heading of the prose with just this text is left out
    made_from: str = ""  # what `page` knows beside the build that it is given
    sections: tuple[SectionSpec, ...] = ()

    @property
    def body(self) -> str:
        """The prose, which is read only where it is needed: to read it is a dependency."""
        return self.prose.body if self.prose else ""

    @property
    def texts(self) -> "Iterator[ProseSpec]":
        """What has prose on this page: the page itself, then its sections."""
        yield self
        yield from self.sections


ProseSpec = PageSpec | SectionSpec
