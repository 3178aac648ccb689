"""Which outputs of the last build would come out the same, so that they need not be made again.

`leanfolio.cache` says how this works as a whole.
"""

import json
from collections.abc import Mapping, Sequence

from msgspec import Struct

from leanfolio.cache.digest import length_prefixed
from leanfolio.cache.entry import CacheEntry
from leanfolio.cache.fingerprints import Fingerprints
from leanfolio.cache.store import Store
from leanfolio.cache.tracking import FIGURES, Dependencies


class OutputRecord(Struct, frozen=True):
    """How an output was last made: the SHA-256 of each of its files, and what it depends on.

    `fingerprint` covers the values of all dependencies at that time.
    """

    files: Mapping[str, str]
    fingerprint: bytes
    dependencies: Sequence[str]
    stamp: str = ""  # the digest of the stamp that the files bear; empty of none


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

    def unchanged(self, own: Mapping[str, bytes]) -> dict[str, OutputRecord]:
        """The records of all outputs that would come out the same, by name.

        `own` gives for each output what it is made from beside its recorded dependencies.
        """
        figures = self.key(FIGURES)
        names = {self.key(name): name for name in own}
        records = RECORDS.get_many(self.store, [figures, *names])
        self._restore_figures(records.pop(figures, None))
        return {
            names[key]: record
            for key, record in records.items()
            if self._holds(record, own[names[key]])
        }

    def record(
        self, files: Mapping[str, str], own: bytes, dependencies: Dependencies
    ) -> OutputRecord:
        names = without_parts(dependencies)
        return OutputRecord(files, self._combined(names, own), names)

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
        if record is not None and self._holds(record, b""):
            for name, fingerprint in record.files.items():
                self.fingerprints.known[name] = bytes.fromhex(fingerprint)
            self.fingerprints.figure_dependencies |= dict.fromkeys(record.dependencies)
            self._restored = frozenset(record.files)

    def _holds(self, record: OutputRecord, own: bytes) -> bool:
        try:
            return record.fingerprint == self._combined(record.dependencies, own)
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
    fields = [
        dict(record.files), record.fingerprint.hex(), record.stamp,
        list(record.dependencies),
    ]  # fmt: skip
    return json.dumps(fields, separators=(",", ":")).encode("utf-8", "surrogatepass")


def decode(data: bytes) -> OutputRecord:
    files, fingerprint, stamp, dependencies = json.loads(data)
    return OutputRecord(dict(files), bytes.fromhex(fingerprint), list(dependencies), str(stamp))


RECORDS = CacheEntry("output", encode, decode)
