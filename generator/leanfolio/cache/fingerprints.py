"""The fingerprint of each value of a build: another value has another fingerprint.

An item's fingerprint covers its front matter and title, not its prose; that is a dependency of its
own. Figures are fingerprinted by their `repr`.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from leanfolio.cache.digest import digest, length_prefixed
from leanfolio.cache.tracking import (
    FIGURES,
    FILES,
    Dependencies,
    Recorder,
    key_text,
    track,
    with_tracked_prose,
    written_origin,
)
from leanfolio.figures.facts import Facts
from leanfolio.figures.flow.scopes import Flow
from leanfolio.figures.history.versions import History
from leanfolio.model import Item
from leanfolio.model.addresses import address_of
from leanfolio.model.portfolio import Edge, Portfolio, ProsePage
from leanfolio.model.source import Commit, Content
from leanfolio.views.built import Built
from leanfolio.views.figures import Figures


class Fingerprints:
    """The fingerprints of one build's values, each computed when first asked for.

    Figures are computed only if a fingerprint of theirs is not known from an earlier build.
    """

    def __init__(self, built: Built, content: Content, **roots: Any) -> None:
        """`roots` are more values that a dependency's name may start with."""
        self.recorder = Recorder()
        self.built = with_tracked_prose(built, self.recorder)
        self.tracked = track(self.built, self.figure, self.recorder)
        self._figures = Figures(self.tracked)
        self.sources = {source.path: source.data for source in content.sources}
        files = {str(path): data for path, data in self.sources.items()}
        self.roots: Mapping[str, Any] = {"built": self.built, FILES: files, **roots}
        self.known: dict[str, bytes] = {}
        self.figure_dependencies: Dependencies = {}  # of those that have a fingerprint
        self._keys: dict[str, Mapping[str, Any]] = {}
        self._values: dict[str, Any] = {}
        self._items: dict[str, tuple[Item, bytes]] = {}

    def figure(self, name: str) -> Any:
        """A figure; what it is computed from is recorded apart from the page's reads."""
        computed = vars(self._figures)
        if name not in computed:
            with self._computing():
                getattr(self._figures, name)
        return computed[name]

    def all_figures(self) -> Figures:
        """The figures, with every one of them computed."""
        with self._computing():
            return self._figures.computed()

    @contextmanager
    def _computing(self) -> Iterator[None]:
        """Collect what any figure is computed from."""
        with self.recorder.recording() as dependencies:
            yield
        self.figure_dependencies |= dependencies

    def combined(self, dependencies: Iterable[str], own: bytes = b"") -> bytes:
        """One fingerprint over all of these, after what is no dependency by name."""
        known = self.known
        with self.recorder.recording():  # what is computed for them is not read by a page
            parts = [known.get(name) or self._fingerprint(name) for name in dependencies]
        return digest(own + b"".join(parts))

    def fingerprint(self, dependency: str) -> bytes:
        """The fingerprint of a value. Raises AttributeError, KeyError or TypeError of no value."""
        with self.recorder.recording():
            return self.known.get(dependency) or self._fingerprint(dependency)

    def _fingerprint(self, dependency: str) -> bytes:
        result = self.known[dependency] = digest(self._bytes_of(dependency))
        return result

    def _bytes_of(self, dependency: str) -> bytes:
        name, separator, text = dependency.partition(" ")
        value = self._value(name)
        if not separator:
            return self.value_bytes(value)
        key = text if text in value else self._keys_by_text(name).get(text)
        return b"=" + self.value_bytes(value[key]) if key is not None else b"-"

    def _value(self, name: str) -> Any:
        """The value under a name such as `built.portfolio.items`."""
        if name not in self._values:
            if name.startswith(FIGURES):
                value: Any = self.figure(name.removeprefix(FIGURES))
            else:
                root, *attributes = name.split(".")
                value = self.roots[root]
                for attribute in attributes:
                    value = getattr(value, attribute)
            self._values[name] = value
        return self._values[name]

    def _keys_by_text(self, name: str) -> Mapping[str, Any]:
        """The keys of a mapping that are no strings, by their text in a dependency's name."""
        if name not in self._keys:
            keys = self._value(name)
            self._keys[name] = {key_text(key): key for key in keys if not isinstance(key, str)}
        return self._keys[name]

    def value_bytes(self, value: Any) -> bytes:
        """Bytes that differ for different values; of items and pages by their files."""
        match value:
            case bytes():
                return digest(value)
            case tuple() | list():
                return length_prefixed([self.value_bytes(part) for part in value])
            case Edge():
                text = f"{value.source} {value.target} {value.kind} {value.field}"
            case Item():
                return self.item_bytes(value)
            case ProsePage():
                path = value.origin.path
                return length_prefixed((str(path).encode(), self.file_digest(path)))
            case Mapping():
                parts = (part for entry in value.items() for part in entry)
                return length_prefixed([self.value_bytes(part) for part in parts])
            case frozenset() | set():
                return length_prefixed(sorted(self.value_bytes(part) for part in value))
            case Facts():  # computed from these alone
                beside = (value.records, value.shared_ledger)
                return self.value_bytes((*portfolio_values(value.portfolio, value.as_of), *beside))
            case Flow():  # likewise
                values = (*portfolio_values(value.portfolio, value.as_of), value.history)
                return self.value_bytes(values)
            case History():
                text = repr(history_values(value))
            case _:
                text = repr(value)
        return text.encode("utf-8", "surrogatepass")

    def file_digest(self, path: PurePosixPath) -> bytes:
        """The digest of a whole file; empty where there is none."""
        data = self.sources.get(path)
        return b"" if data is None else digest(data)

    def item_bytes(self, item: Item) -> bytes:
        """An item's id, title, path, address and front matter."""
        known = self._items.get(item.id)
        if known is not None and known[0] is item:
            return known[1]
        origin = written_origin(item)
        data, body = self.sources.get(origin.path), origin.body.encode("utf-8", "surrogatepass")
        if data is None:
            return repr((item, origin)).encode("utf-8", "surrogatepass")
        head = data[: len(data) - len(body)] if data.endswith(body) else data
        text = f"{item.id} {len(item.title)} {item.title} {origin.path} {address_of(item)} "
        result = text.encode("utf-8", "surrogatepass") + digest(head)
        self._items[item.id] = item, result
        return result


def portfolio_values(portfolio: Portfolio, as_of: date) -> tuple[object, ...]:
    """What figures may depend on in a portfolio, and in the day on which they stand."""
    return portfolio.policy, portfolio.items, as_of, portfolio.withheld, portfolio.broken


def history_values(history: History) -> tuple[object, ...]:
    """What figures may depend on in a history; a commit that changed prose alone is not in it.

    That is the versions, by the commits that made them, the first commit of each day, and what the
    plans of increments are tagged as. The id of a commit stands for what is in it.
    """
    commits: dict[Commit, int] = {}
    made = [
        (id, [commits.setdefault(version.commit, len(commits)) for version in versions])
        for id, versions in history.versions.items()
    ]
    tagged = {commit.id for commit in history.plans.values()}
    days = {commit.day: commit for commit in reversed(history.commits)}
    plans = [commit for commit in history.commits if commit.id in tagged]
    rest = (history.shallow, history.unread, history.note, history.audience, history.plans)
    return made, list(commits), days, plans, *rest
