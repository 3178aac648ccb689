"""Outputs that earlier builds have made: which still hold, their texts, records of new ones."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import PurePosixPath

from leanfolio.cache.digest import digest
from leanfolio.cache.fingerprints import Fingerprints
from leanfolio.cache.page_dependencies import LastBuild, OutputRecord
from leanfolio.cache.page_texts import PAGE_TEXTS, PageText
from leanfolio.cache.store import Store
from leanfolio.model.source import Content
from leanfolio.output.html.page_factory import MadePage, recorded_source
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
            maker.built, content, files=maker.files, assets=maker.assets
        )
        known = self.fingerprints
        self.source = recorded_source(known.tracked, maker, known.recorder)
        common = digest(rendering + repr(everywhere(maker)).encode("utf-8", "surrogatepass"))
        self.last_build = LastBuild(store, self.fingerprints, project, common)
        self.own: dict[str, bytes] = {}
        self.unchanged: dict[str, OutputRecord] = {}

    def find_unchanged(self, slots: Iterable[PageSpec], others: Iterable[str]) -> None:
        """Compare what these pages and other outputs depend on with the last build."""
        self.own = {slot.url: self._own(slot) for slot in slots} | dict.fromkeys(others, b"")
        self.unchanged = self.last_build.unchanged(self.own)

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

    def kept_texts(self, slots: Iterable[PageSpec]) -> dict[str, str]:
        """The texts of unchanged pages, by address, with the stamp of this build."""
        keys = {self._key(slot.url): slot.url for slot in slots}
        texts: dict[str, str] = {}
        stamped: dict[str, OutputRecord] = {}
        for key, kept in PAGE_TEXTS.get_many(self.store, list(keys)).items():
            url = keys[key]
            record = self.unchanged[url]
            if kept.fingerprint != record.fingerprint:
                continue  # the text of a build that was killed before it kept its record
            text = texts[url] = self.stamp.fill(kept.pieces)
            if record.stamp != self.stamp.digest:
                files = {url: sha256(text.encode()).hexdigest()}
                stamped[url] = replace(record, files=files, stamp=self.stamp.digest)
        self.last_build.keep(stamped)
        return texts

    def keep_pages(self, made: Mapping[str, MadePage]) -> dict[str, str]:
        """Keep pages that were made, with what they depend on; gives their stamped texts."""
        texts: dict[str, str] = {}
        kept: dict[bytes, PageText] = {}
        records: dict[str, OutputRecord] = {}
        for url, page in made.items():
            text = texts[url] = self.stamp.fill(page.pieces)
            files = {url: sha256(text.encode()).hexdigest()}
            record = self.last_build.record(files, self.own[url], page.dependencies)
            records[url] = replace(record, stamp=self.stamp.digest)
            kept[self._key(url)] = PageText(record.fingerprint, page.pieces)
        PAGE_TEXTS.put_many(self.store, kept)
        self.last_build.keep(records)
        return texts

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

    def _key(self, url: str) -> bytes:
        return PAGE_TEXTS.key(
            self.project.encode("utf-8", "surrogatepass"), url.encode("utf-8", "surrogatepass")
        )


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
