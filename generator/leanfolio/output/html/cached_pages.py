"""Outputs that earlier builds have made: which still hold, their texts, records of new ones."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import PurePosixPath

from msgspec.structs import replace

from leanfolio.cache.digest import digest
from leanfolio.cache.fingerprints import Fingerprints
from leanfolio.cache.page_dependencies import LastBuild, OutputRecord
from leanfolio.cache.page_stamps import STAMPS, Places, StampedPage, StampedPages
from leanfolio.cache.page_texts import PAGE_TEXTS, PageText
from leanfolio.cache.store import Store
from leanfolio.cache.tracking import Dependencies
from leanfolio.model.source import Content
from leanfolio.output.html.page_factory import (
    MadePage,
    ShownPage,
    digest_of,
    recorded_source,
)
from leanfolio.output.html.page_maker import PageMaker
from leanfolio.views.built import Built
from leanfolio.views.page_spec import PageSpec, ProseSpec


class CachedPages:
    """The outputs of a site that has a cache; `unchanged` are the records of those that hold."""

    def __init__(
        self,
        store: Store,
        content: Content,
        maker: PageMaker,
        rendering: bytes,
        project: str,
    ) -> None:
        """`rendering` is the digest of what renders all pages; `project` says whose they are."""
        self.store = store
        self.project = project
        self.stamp = maker.stamp
        self.fingerprints = Fingerprints(
            maker.built, content, files=maker.files, assets=maker.assets, named=maker.named
        )
        known = self.fingerprints
        self.source = recorded_source(known.tracked, maker, known.recorder)
        common = digest(rendering + repr(everywhere(maker)).encode("utf-8", "surrogatepass"))
        self.last_build = LastBuild(store, self.fingerprints, project, common)
        self.own: dict[str, bytes] = {}
        self.unchanged: dict[str, OutputRecord] = {}
        self.slots: dict[str, PageSpec] = {}
        self.shown: dict[str, ShownPage] = {}  # what pages show that are to be printed
        self._earlier = StampedPages("", {})  # the pages of the last site that hold
        self._stamped: dict[str, StampedPage] = {}  # of this site

    def find_unchanged(self, slots: Iterable[PageSpec], others: Iterable[str]) -> None:
        """Compare what these pages and other outputs depend on with the last build."""
        self.slots = {slot.url: slot for slot in slots}
        self.own = {url: self._own(slot) for url, slot in self.slots.items()}
        self.own |= dict.fromkeys(others, b"")
        self.unchanged = self.last_build.unchanged(self.own)
        renewed = self.last_build.shown_as_before(self.own, self._show)
        self.last_build.keep(renewed)
        self.unchanged |= renewed
        self.shown = {url: page for url, page in self.shown.items() if url not in renewed}
        self._compare_files()

    def _show(self, url: str) -> tuple[bytes, Dependencies]:
        """What a page shows today; it is kept for when the page is printed."""
        with self.fingerprints.recorder.recording() as asked:
            page = self.slots[url].page(self.source.built)
        shown = ShownPage(page, digest_of(page), asked)
        self.shown[url] = shown
        return shown.digest, asked

    def _compare_files(self) -> None:
        """Note which files of the last site are those of pages that hold."""
        key = self._stamps_key()
        earlier = STAMPS.get_many(self.store, [key]).get(key, self._earlier)
        pages = {url: page for url, page in earlier.pages.items() if self._is_of(url, page)}
        for url, page in pages.items():
            files = {url: page.sha256}
            self.unchanged[url] = replace(self.unchanged[url], files=files, stamp=earlier.stamp)
        self._earlier = replace(earlier, pages=pages)
        if earlier.stamp == self.stamp.digest:
            self._stamped |= pages

    def _is_of(self, url: str, page: StampedPage) -> bool:
        """Whether this file was made from what the page is made from today."""
        return url in self.unchanged and printed_from(self.unchanged[url]) == page.fingerprint

    def _own(self, slot: PageSpec) -> bytes:
        """What a page is made from beside its reads: addresses, and the files of its prose."""
        values = (slot.made_from, [(t.url, t.body_path, self._prose(t)) for t in slot.texts])
        return repr(values).encode("utf-8", "surrogatepass")

    def _prose(self, text: ProseSpec) -> object:
        file = self.fingerprints.file_digest(PurePosixPath(text.body_path))
        return file or (text.heading, text.body)

    def standing_files(self, name: str) -> Mapping[str, str] | None:
        """The SHA-256 of each file of an output, if the old site has all as they are to be."""
        record = self.unchanged.get(name)
        return record.files if record and record.stamp in ("", self.stamp.digest) else None

    def digest_of(self, url: str) -> str:
        """The SHA-256 of a page that was asked for."""
        return self._stamped[url].sha256

    def stamped_anew(self, url: str, old: bytes) -> bytes | None:
        """The file of an unchanged page with the stamp of this build, from that of the old site.

        None if the old file is another than the one that was written.
        """
        page = self._earlier.pages.get(url)
        if page is None or sha256(old).hexdigest() != page.sha256:
            return None
        return self._noted(url, page.fingerprint, *self.stamp.put_anew(old, page.places))

    def kept_pages(self, slots: Iterable[PageSpec]) -> dict[str, bytes]:
        """Unchanged pages, by address, with the stamp of this build, from the texts in the cache.

        A text may be of a build that was killed before it kept its record: that one is left out.
        """
        keys = {self._key(slot.url): slot.url for slot in slots}
        return {
            keys[key]: self._noted(keys[key], kept.fingerprint, *self.stamp.fill(kept.pieces))
            for key, kept in PAGE_TEXTS.get_many(self.store, list(keys)).items()
            if kept.fingerprint == printed_from(self.unchanged[keys[key]])
        }

    def keep_pages(self, made: Mapping[str, MadePage]) -> dict[str, bytes]:
        """Keep pages that were made, with what they depend on; gives their stamped texts."""
        files: dict[str, bytes] = {}
        kept: dict[bytes, PageText] = {}
        records: dict[str, OutputRecord] = {}
        for url, page in made.items():
            record = self.last_build.page_record(
                self.own[url], page.shown, page.asked, page.printed
            )
            files[url] = self._noted(url, printed_from(record), *self.stamp.fill(page.pieces))
            digests = {url: self.digest_of(url)}
            records[url] = replace(record, files=digests, stamp=self.stamp.digest)
            kept[self._key(url)] = PageText(printed_from(record), page.pieces)
        PAGE_TEXTS.put_many(self.store, kept)
        self.last_build.keep(records)
        return files

    def _noted(self, url: str, fingerprint: bytes, data: bytes, places: Places) -> bytes:
        """The same file, once it is noted for the next build."""
        self._stamped[url] = StampedPage(fingerprint, sha256(data).hexdigest(), places)
        return data

    def make_other(
        self, name: str, make: Callable[[Built], Mapping[str, str | bytes]]
    ) -> dict[str, bytes]:
        """Make an output that is no page, and keep what it depends on: each file with its bytes."""
        with self.fingerprints.recorder.recording() as dependencies:
            files = as_bytes(make(self.source.built))
        digests = {path: sha256(data).hexdigest() for path, data in files.items()}
        record = self.last_build.record(digests, self.own[name], dependencies)
        self.last_build.keep({name: record})
        return files

    def close(self) -> None:
        self.last_build.close()
        stamped = StampedPages(self.stamp.digest, self._stamped)
        if stamped != self._earlier:
            STAMPS.put_many(self.store, {self._stamps_key(): stamped})

    def _stamps_key(self) -> bytes:
        return STAMPS.key(self.project.encode("utf-8", "surrogatepass"))

    def _key(self, url: str) -> bytes:
        return PAGE_TEXTS.key(
            self.project.encode("utf-8", "surrogatepass"), url.encode("utf-8", "surrogatepass")
        )


def printed_from(record: OutputRecord) -> bytes:
    """What tells one text of a page from another."""
    return record.page.fingerprint if record.page else record.fingerprint


def as_bytes(files: Mapping[str, str | bytes]) -> dict[str, bytes]:
    """The bytes of each file; of text, those of UTF-8."""
    return {
        path: each if isinstance(each, bytes) else each.encode() for path, each in files.items()
    }


def everywhere(maker: PageMaker) -> tuple[object, ...]:
    """What every page depends on without reading it from the build."""
    portfolio = maker.built.portfolio
    settings = replace(
        maker.settings, workers=0, assets=frozenset(), commit="", commit_url=None, translations=b""
    )
    return (
        settings,
        maker.stamp.present,
        maker.constant_values,
        maker.nav_groups,
        portfolio.policy.currency,
        sorted(portfolio.withheld),
        sorted(portfolio.left_out),
        portfolio.looking_back and (maker.built.as_of, portfolio.looking_back),
    )
