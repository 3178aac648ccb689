"""Which outputs of the last build would come out the same, so that they need not be made again.

`leanfolio.cache` says how this works as a whole.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from leanfolio.cache.fingerprints import Fingerprints
from leanfolio.cache.store import Store
from leanfolio.cache.tracking import FIGURES, Dependencies


@dataclass(frozen=True, slots=True)
class OutputRecord:
    """How an output was last made: the SHA-256 of each of its files, and what it depends on.

    `fingerprint` covers the values of all dependencies at that time.
    """

    files: Mapping[str, str]
    fingerprint: bytes
    dependencies: Sequence[str]
    text_key: bytes = b""  # under which the text of a page is kept


class LastBuild:
    """The records that earlier builds of a project have kept."""

    def __init__(self, store: Store, fingerprints: Fingerprints, common: bytes) -> None:
        """`common` covers what every output is made from without reading it from the build, and
        which project it belongs to."""
        self.store = store
        self.fingerprints = fingerprints
        self.common = common

    def unchanged(self, own: Mapping[str, bytes]) -> dict[str, OutputRecord]:
        """The records of all outputs that would come out the same, by name.

        `own` gives for each output what it is made from beside its recorded dependencies.
        """
        figures = self.key(FIGURES)
        names = {self.key(name): name for name in own}
        kept = self.store.get_many([figures, *names])
        self._restore_figures(kept.pop(figures, b""))
        unchanged = {}
        for key, value in kept.items():
            record, name = decode(value), names[key]
            if record is not None and self._holds(record, own[name]):
                unchanged[name] = record
        return unchanged

    def record(
        self,
        files: Mapping[str, str],
        own: bytes,
        dependencies: Dependencies,
        text_key: bytes = b"",
    ) -> OutputRecord:
        names = without_parts(dependencies)
        return OutputRecord(files, self.fingerprints.combined(names, own), names, text_key)

    def keep(self, records: Mapping[str, OutputRecord]) -> None:
        self.store.put_many({self.key(name): encode(each) for name, each in records.items()})

    def close(self) -> None:
        """Keep the fingerprints of figures, if they were computed anew."""
        dependencies = self.fingerprints.figure_dependencies
        if dependencies is None:
            return
        figures = {
            name: fingerprint.hex()
            for name, fingerprint in self.fingerprints.known.items()
            if name.startswith(FIGURES)
        }
        self.keep({FIGURES: self.record(figures, b"", dependencies)})

    def key(self, name: str) -> bytes:
        text = name.encode("utf-8", "surrogatepass")
        return b"note" + blake2b(text, key=self.common, digest_size=32).digest()

    def _restore_figures(self, kept: bytes) -> None:
        """Take over the fingerprints of figures, if all that they depend on is unchanged."""
        record = decode(kept)
        if record is not None and self._holds(record, b""):
            for name, fingerprint in record.files.items():
                self.fingerprints.known[name] = bytes.fromhex(fingerprint)

    def _holds(self, record: OutputRecord, own: bytes) -> bool:
        try:
            return record.fingerprint == self.fingerprints.combined(record.dependencies, own)
        except (AttributeError, KeyError, TypeError):
            return False  # it depends on something that no longer exists


def without_parts(dependencies: Dependencies) -> list[str]:
    """The dependencies, without single keys of a mapping that was read as a whole."""
    return [
        name
        for name in dependencies
        if " " not in name or name.partition(" ")[0] not in dependencies
    ]


def encode(record: OutputRecord) -> bytes:
    fields = [
        dict(record.files), record.fingerprint.hex(), record.text_key.hex(),
        list(record.dependencies),
    ]  # fmt: skip
    return json.dumps(fields, separators=(",", ":")).encode("utf-8", "surrogatepass")


def decode(kept: bytes) -> OutputRecord | None:
    """The record again; None of anything else."""
    try:
        files, fingerprint, text_key, dependencies = json.loads(kept)
        return OutputRecord(
            files, bytes.fromhex(fingerprint), dependencies, bytes.fromhex(text_key)
        )
    except (ValueError, TypeError, AttributeError):
        return None
