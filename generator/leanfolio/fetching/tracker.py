"""What the fetch of every tracker shares: requests whose answers are kept, and lists in them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import Struct

from leanfolio.fetching.cleaning import as_json, cleaned
from leanfolio.fetching.connection import Connection
from leanfolio.fetching.fetch_error import FetchError
from leanfolio.fetching.partial import Partial

Files = dict[str, bytes]  # the content of each file by its name


class Request(NamedTuple):
    """A request that a fetch would make, for whoever asks what it does: method, path, and why."""

    method: str
    path: str
    why: str


class Fetched(NamedTuple):
    """What a fetch has found: its files, how many items, and what is to be told beside."""

    files: Files
    items: int
    notes: tuple[str, ...] = ()


class Tracker(Struct, frozen=True):
    """A tracker that answers requests; what it answered in a run before is not asked again."""

    connection: Connection
    partial: Partial
    tell: Callable[[str], None]

    def now(self, path: str) -> Any:
        """An answer that is asked for in each run, and kept nowhere."""
        return self.connection.ask(path)

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """An answer without pictures and addresses of people. Raises FetchError, OSError."""
        request = f"{path} {as_json(body)}"
        known = self.partial.answer(request)
        if known is not None:
            return known[0]
        try:
            value = cleaned(self.connection.ask(path, body))
            self.partial.keep(request, value)
        except (ValueError, RecursionError):
            message = f"{self.connection.address.host} gives JSON that cannot be kept"
            raise FetchError(message, "look what a browser shows there") from None
        return value

    def required(self, answer: Any, name: str, path: str) -> list[Any]:
        """The objects of a list in the answer of a path. Raises FetchError where it has no list."""
        if not isinstance(answer, dict) or not isinstance(answer.get(name), list):
            raise self.unforeseen(path)
        return listed(answer, name)

    def unforeseen(self, path: str) -> FetchError:
        """An answer that is JSON, and of another shape than the tracker is known for."""
        where = f"{self.connection.address.host}{path.partition('?')[0]}"
        message = f"{where} answers in a form that is not known"
        return FetchError(message, "is this the address of the right system?", begins_anew=True)


def listed(value: Any, name: str) -> list[Any]:
    """The objects of a list in an answer; none where it has no list of that name."""
    entries = value.get(name) if isinstance(value, dict) else None
    return [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []


def number_of(value: Mapping[str, Any], name: str = "id") -> int:
    """The number of an entry, written as a number or as text; 0 of none."""
    text = str(value.get(name))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def parts(values: list[Any], size: int) -> Iterator[list[Any]]:
    """The values in parts of a size."""
    return (values[start : start + size] for start in range(0, len(values), size))


def in_order(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each entry as one line, once, in the order of the lines' numbers or names."""
    lines = {as_json(each): each for each in entries}
    return sorted(lines, key=lambda line: (number_of(lines[line]), line))
