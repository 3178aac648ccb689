"""What a site says around all its pages, and where its templates lie."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from leanfolio.wording.language import Language, catalogue

THEME_FILES = {"style": "style.css", "script": "script.js", "what_if": "what-if.js"}


@dataclass(frozen=True)
class Edition:
    """The increment that a site is published for, under `pi/ID/`, beside the other increments."""

    id: str
    title: str
    before: tuple[str, str] | None = None  # id and title of the increment before, if published
    theme: Mapping[str, str] = field(default_factory=dict)  # file -> address from the site's root


@dataclass(frozen=True)
class SiteSettings:
    """The name, addresses and language of a site, and the commit that it is built from."""

    name: str
    commit: str = ""
    commit_url: str | None = None
    commits_url: str | None = None  # with a trailing slash: what the id of a commit is appended to
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
    def theme(self) -> dict[str, str]:
        """The address of each style sheet and script from the root of the site."""
        moved = self.edition.theme if self.edition else {}
        return {key: moved.get(name, name) for key, name in THEME_FILES.items()}

    def printer(self) -> Language:
        """What prints sentences, numbers and days. Raises ValueError for a wrong .po file."""
        return Language(self.language, catalogue(self.translations) if self.translations else None)
