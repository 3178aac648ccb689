"""What a site says around all its pages, and where its templates lie."""

from dataclasses import dataclass

from leanfolio.wording.language import Language, catalogue


@dataclass(frozen=True)
class SiteSettings:
    """The name, addresses and language of a site, and the commit that it is built from."""

    name: str
    commit: str = ""
    commit_url: str | None = None
    commits_url: str = ""  # with a trailing slash: what the id of a commit is appended to
    edit_url: str | None = None  # with a trailing slash: what a source path is appended to
    site_url: str | None = None
    language: str = "en"
    workers: int = 1
    assets: frozenset[str] = frozenset()  # the pictures and documents that are published
    translations: bytes = b""  # the .po file of the language; without one its words are English

    @property
    def language_of_words(self) -> str:
        """The language of its sentences: numbers and days follow `language` all the same."""
        language = self.language.replace("_", "-")
        return language if self.translations or language.split("-")[0] == "en" else "en"

    def printer(self) -> Language:
        """What prints sentences, numbers and days. Raises ValueError for a wrong .po file."""
        return Language(self.language, catalogue(self.translations) if self.translations else None)
