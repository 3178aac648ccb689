"""Which outputs of the last build would come out the same, so that they need not be made again.

`leanfolio.cache` says how this works as a whole.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.cache.digest import length_prefixed
from leanfolio.cache.entry import CacheEntry
from leanfolio.cache.fingerprints import Fingerprints
from leanfolio.cache.store import Store
from leanfolio.cache.tracking import FIGURES, Dependencies

# Of more outputs none is compared: one process compares, and several make that many pages.
MOST_COMPARED = 200


class OutputRecord(Struct, frozen=True):
    """How an output was last made: the SHA-256 of each of its files, and what it depends on.

    `fingerprint` covers the values of all dependencies at that time.
    """

    files: Mapping[str, str]
    fingerprint: bytes
    dependencies: Sequence[str]
    stamp: str = ""  # the digest of the stamp that the files bear; empty of none
    page: "PageRecord | None" = None  # what a page has beside


class PageRecord(Struct, frozen=True):
    """What a page was printed from: the digest of the values that it shows, and what was read then.

    `fingerprint` covers both, and tells one text of the page from another: a page whose values were
    computed from something else, and came out the same, has the same text.
    """

    shown: bytes
    fingerprint: bytes
    dependencies: Sequence[str]


# The digest of the values that the page at an address shows, and what was read to make them.
Show = Callable[[str], tuple[bytes, Dependencies]]


class LastBuild:
    """The records that earlier builds of a project have kept."""

    def __init__(
        self, store: Store, fingerprints: Fingerprints, project: str, common: bytes
    ) -> None:
        """`common` covers what every output is made from without reading it from the build.

        `project` tells the records of this site from those of others.
        """
        self.store = store
        self.fingerprints = fingerprints
        self.project = project.encode("utf-8", "surrogatepass")
        self.common = common
        self._restored: frozenset[str] = frozenset()  # figures whose fingerprints still hold
        self._changed: dict[str, OutputRecord] = {}  # outputs that read what has changed

    def unchanged(self, own: Mapping[str, bytes]) -> dict[str, OutputRecord]:
        """The records of all outputs that would come out the same, by name.

        `own` gives for each output what it is made from beside its recorded dependencies.
        """
        figures = self.key(FIGURES)
        names = {self.key(name): name for name in own}
        records = RECORDS.get_many(self.store, [figures, *names])
        self._restore_figures(records.pop(figures, None))
        found = {names[key]: record for key, record in records.items()}
        result = {
            name: each
            for name, each in found.items()
            if self._holds(each.fingerprint, each.dependencies, own[name])
        }
        self._changed = {name: each for name, each in found.items() if name not in result}
        return result

    def shown_as_before(self, own: Mapping[str, bytes], show: Show) -> dict[str, OutputRecord]:
        """New records of pages that read what has changed, and would yet come out the same.

        `show` is asked of those alone whose prose and frame are the same, after `unchanged`; and
        of none where more than `MOST_COMPARED` have read what has changed.
        """
        few = len(self._changed) <= MOST_COMPARED
        return dict(self._shown_as_before(own, show)) if few else {}

    def _shown_as_before(
        self, own: Mapping[str, bytes], show: Show
    ) -> Iterator[tuple[str, OutputRecord]]:
        for name, record in self._changed.items():
            page = record.page
            if page is None:
                continue
            printed_from = own[name] + page.shown
            if not self._holds(page.fingerprint, page.dependencies, printed_from):
                continue
            shown, asked = show(name)
            if shown == page.shown:
                new = self.record(record.files, own[name], asked | dict.fromkeys(page.dependencies))
                yield name, replace(new, stamp=record.stamp, page=page)

    def record(
        self, files: Mapping[str, str], own: bytes, dependencies: Dependencies
    ) -> OutputRecord:
        names = without_parts(dependencies)
        return OutputRecord(files, self._combined(names, own), names)

    def page_record(
        self, own: bytes, shown: bytes, asked: Dependencies, printed: Dependencies
    ) -> OutputRecord:
        """The record of a page that shows these values, for which all this was read."""
        names = without_parts(printed)
        page = PageRecord(shown, self._combined(names, own + shown), names)
        return replace(self.record({}, own, asked | printed), page=page)

    def keep(self, records: Mapping[str, OutputRecord]) -> None:
        RECORDS.put_many(self.store, {self.key(name): value for name, value in records.items()})

    def close(self) -> None:
        """Keep the fingerprints of figures, if any was computed anew."""
        known = self.fingerprints.known
        figures = {
            name: fingerprint.hex()
            for name, fingerprint in known.items()
            if name.startswith(FIGURES)
        }
        if figures.keys() > self._restored:
            dependencies = self.fingerprints.figure_dependencies
            self.keep({FIGURES: self.record(figures, b"", dependencies)})

    def key(self, name: str) -> bytes:
        return RECORDS.key(self.project, name.encode("utf-8", "surrogatepass"))

    def _restore_figures(self, record: OutputRecord | None) -> None:
        """Take over the fingerprints of figures, if all that they depend on is unchanged."""
        if record and self._holds(record.fingerprint, record.dependencies, b""):
            for name, fingerprint in record.files.items():
                self.fingerprints.known[name] = bytes.fromhex(fingerprint)
            self.fingerprints.figure_dependencies |= dict.fromkeys(record.dependencies)
            self._restored = frozenset(record.files)

    def _holds(self, fingerprint: bytes, dependencies: Sequence[str], own: bytes) -> bool:
        try:
            return fingerprint == self._combined(dependencies, own)
        except (AttributeError, KeyError, TypeError):
            return False  # it depends on something that no longer exists

    def _combined(self, dependencies: Sequence[str], own: bytes) -> bytes:
        return self.fingerprints.combined(dependencies, length_prefixed((self.common, own)))


def without_parts(dependencies: Dependencies) -> list[str]:
    """The dependencies, without single keys of a mapping that was read as a whole."""
    return [
        name
        for name in dependencies
        if " " not in name or name.partition(" ")[0] not in dependencies
    ]


def encode(record: OutputRecord) -> bytes:
    page = record.page
    fields: list[object] = [
        dict(record.files), record.fingerprint.hex(), record.stamp, list(record.dependencies),
        *([page.shown.hex(), page.fingerprint.hex(), list(page.dependencies)] if page else ()),
    ]  # fmt: skip
    return json.dumps(fields, separators=(",", ":")).encode("utf-8", "surrogatepass")


def decode(data: bytes) -> OutputRecord:
    files, fingerprint, stamp, dependencies, *rest = json.loads(data)
    page = None
    if rest:
        shown, printed, read = rest
        page = PageRecord(bytes.fromhex(shown), bytes.fromhex(printed), list(read))
    fingerprint = bytes.fromhex(fingerprint)
    return OutputRecord(dict(files), fingerprint, list(dependencies), str(stamp), page)


RECORDS = CacheEntry("output", encode, decode)
