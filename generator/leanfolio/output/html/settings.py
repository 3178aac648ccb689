"""What a site says around all its pages, and where its templates lie."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from babel import Locale
from msgspec import Struct, field
from msgspec.structs import replace

from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit
from leanfolio.output.feeds import FeedSettings, feed_files
from leanfolio.output.script_words import words_file
from leanfolio.views.built import Built
from leanfolio.wording import message
from leanfolio.wording.language import Language, catalogue

THEME_FILES = {
    "style": "style.css",
    "script": "script.js",
    "views": "views.js",
    "find": "find.js",
    "shortcuts": "keys.js",
    "what_if": "what-if.js",
}


class Edition(Struct, frozen=True):
    """The increment that a site is published for, under `pi/ID/`, beside the other increments."""

    id: str
    title: str
    before: tuple[str, str] | None = None  # id and title of the increment before, if published
    theme: Mapping[str, str] = field(default_factory=dict)  # file -> address from the site's root


class NotForAudienceError(Exception):
    """The increment is one that the audience of its own site may not read."""


class Past(Struct, frozen=True):
    """The commit whose content is built: where git holds it, and the increment it is built for."""

    folder: Path  # the content folder in the repository, whose history is read
    commit: Commit
    edition: Edition | None = None
    since: str | None = None  # the commit that a story of what changed begins with

    def refuse_hidden(self, portfolio: Portfolio, audience: str) -> None:
        """Raise NotForAudienceError where this portfolio, as an audience sees it, lacks it."""
        if self.edition is not None and self.edition.id not in portfolio:
            raise NotForAudienceError(audience)

    def address(self, site_url: str | None) -> str | None:
        """The address of the increment, below that of the whole site; None where that is none."""
        if not site_url or self.edition is None:
            return site_url
        return f"{site_url.rstrip('/')}/pi/{self.edition.id}/"

    def edition_with(self, templates: object) -> Edition | None:
        """The increment. Templates of one's own find style and scripts where they always were."""
        return replace(self.edition, theme={}) if self.edition and templates else self.edition


class SiteSettings(Struct, frozen=True):
    """The name, addresses and language of a site, and the commit that it is built from."""

    name: str
    commit: str = ""
    commit_url: str | None = None
    commits_url: str = ""  # with a trailing slash: what the id of a commit is appended to
    edit_url: str | None = None  # with a trailing slash: what a source path is appended to
    site_url: str | None = None
    language: str = "en"
    workers: int = 1
    edition: Edition | None = None
    assets: frozenset[str] = frozenset()  # the pictures and documents that are published
    translations: bytes = b""  # the .po file of the language; without one its words are English

    @property
    def language_of_words(self) -> str:
        """The language of its sentences: numbers and days follow `language` all the same."""
        language = self.language.replace("_", "-")
        return language if self.translations or language.split("-")[0] == "en" else "en"

    @property
    def direction(self) -> str:
        """Where lines begin, "ltr" or "rtl": by the language of the content, not of the words."""
        return Locale.parse(self.language.replace("_", "-"), sep="-").text_direction

    @property
    def theme(self) -> dict[str, str]:
        """The address of each style sheet and script from the root of the site."""
        moved = self.edition.theme if self.edition else {}
        return {key: moved.get(name, name) for key, name in THEME_FILES.items()}

    def of_commit(self, commit: Commit | None, repository: str, *, dirty: bool) -> "SiteSettings":
        """The same for a site of a commit; if `dirty`, of a work tree that is other than that.

        `repository` is its address; only one on the web is linked. Raises ValueError for a wrong
        .po file.
        """
        if commit is None:
            return self
        name = commit.short
        if dirty:
            changes = self.printer().text(message("changes that no commit has"))
            name = f"{name} + {changes}"
        if not is_web(repository):
            return replace(self, commit=name)
        commits = f"{repository.rstrip('/')}/commit/"
        return replace(self, commit=name, commit_url=commits + commit.id, commits_url=commits)

    def feed_maker(self) -> Callable[[Built], dict[str, str]]:
        """What makes the feeds of the site, and its calendar."""
        text = self.printer().text
        told = FeedSettings(self.site_url or "", self.language_of_words, text)
        return partial(feed_files, settings=told)

    def words_maker(self) -> Callable[[Built], dict[str, str]]:
        """What makes the script with the words of the language, where it has any."""
        return lambda built: words_file(self.printer())

    def printer(self) -> Language:
        """What prints sentences, numbers and days. Raises ValueError for a wrong .po file."""
        return Language(self.language, catalogue(self.translations) if self.translations else None)


def is_web(url: str) -> bool:
    """Whether an address leads to the web, and nowhere else."""
    try:
        parts = urlsplit(url.strip()) if url.isprintable() else None
    except ValueError:  # of an address that is none, such as http://[
        return False
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.netloc)
