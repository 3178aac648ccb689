"""What each page asked of its portfolio, so that a later build knows whether it would be the same.

A page is made from stand-ins that note every question: this item, the links to that one, a row of
the figures, all epics. Where every answer is as it was, so is the page, and it need not be made to
know that. A stand-in holds nothing itself, so that nothing can be had without being noted.

An item is answered for by the head of its file, which costs little, and not by its prose: no view
shows that of another page, and a test holds so. Figures are answered for by what they print.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import PurePosixPath
from types import FunctionType
from typing import Any, cast

from leanfolio.cache.store import Store
from leanfolio.figures.facts import Facts
from leanfolio.figures.history import History
from leanfolio.model import Item
from leanfolio.model.portfolio import Edge, Portfolio, ProsePage
from leanfolio.model.source import Content
from leanfolio.views.built import Built
from leanfolio.views.figures import Figures

Questions = dict[str, None]  # in the order in which they were asked, each once
WorkOut = Callable[[], Figures]
FIGURES = "built.figures."


# Stand-ins ---------------------------------------------------------------------------------------


class Noted(Mapping[Any, Any]):
    """A mapping that notes which of its keys, or that all of them, were asked for."""

    __slots__ = ("_name", "_questions", "_real")

    def __init__(self, real: Mapping[Any, Any], name: str, questions: Questions) -> None:
        self._real = real
        self._name = name
        self._questions = questions

    def __getitem__(self, key: Any) -> Any:
        self._questions[f"{self._name} {said(key)}"] = None
        return self._real[key]

    def __contains__(self, key: Any) -> bool:
        self._questions[f"{self._name} {said(key)}"] = None
        return key in self._real

    def __iter__(self) -> Iterator[Any]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def get(self, key: Any, default: Any = None) -> Any:
        self._questions[f"{self._name} {said(key)}"] = None
        return self._real.get(key, default)

    def keys(self) -> Any:
        return self._whole().keys()

    def values(self) -> Any:
        return self._whole().values()

    def items(self) -> Any:
        return self._whole().items()

    def _whole(self) -> Mapping[Any, Any]:
        self._questions[self._name] = None
        return self._real


def said(key: Any) -> str:
    """A key in the words of a question."""
    return key if isinstance(key, str) else key.__name__ if isinstance(key, type) else repr(key)


def handed(value: Any, name: str, questions: Questions) -> Any:
    """A value as a page may have it: a mapping notes its keys, anything else is noted whole."""
    if isinstance(value, Mapping):
        return Noted(value, name, questions)
    questions[name] = None
    return value


class NotedPortfolio:
    """A portfolio whose methods ask this stand-in, and whose fields are noted."""

    def __init__(self, real: Portfolio, questions: Questions) -> None:
        self._real = real
        self._questions = questions

    __getitem__ = Portfolio.__getitem__
    __contains__ = Portfolio.__contains__

    def __getattr__(self, name: str) -> Any:
        own = vars(Portfolio).get(name)
        found = (
            own.__get__(self)
            if isinstance(own, FunctionType)
            else handed(getattr(self._real, name), f"built.portfolio.{name}", self._questions)
        )
        self.__dict__[name] = found
        return found


class NotedFigures:
    """The figures, worked out only where one is asked for that does not stand for all pages."""

    def __init__(self, real: Built, questions: Questions, work_out: WorkOut) -> None:
        self.as_of = real.as_of
        self.currency = real.portfolio.policy.currency
        self._real = work_out
        self._questions = questions

    def __getattr__(self, name: str) -> Any:
        found = handed(getattr(self._real(), name), f"{FIGURES}{name}", self._questions)
        self.__dict__[name] = found
        return found


class NotedBuilt:
    """All that a page is made from; its day is the same for all pages."""

    def __init__(self, real: Built, questions: Questions, work_out: WorkOut) -> None:
        self.as_of = real.as_of
        self.portfolio = NotedPortfolio(real.portfolio, questions)
        self.figures = NotedFigures(real, questions, work_out)
        self._real = real
        self._questions = questions

    def __getattr__(self, name: str) -> Any:
        found = handed(getattr(self._real, name), f"built.{name}", self._questions)
        self.__dict__[name] = found
        return found


# Answers -----------------------------------------------------------------------------------------


class Answers:
    """The answers that this build gives, each as a digest.

    `files` and `assets` are asked for by links in prose. Figures are worked out when a digest of
    theirs is not known from an earlier build in which they rested on the same.
    """

    def __init__(self, built: Built, content: Content, **rooms: Any) -> None:
        self.built = built
        self.rooms: Mapping[str, Any] = {"built": built, **rooms}
        self.sources = {source.path: source.data for source in content.sources}
        self.known: dict[str, bytes] = {}
        self.figures_asked: Questions | None = None
        self._words: dict[str, Mapping[str, Any]] = {}
        self._rooms: dict[str, Any] = {}
        self._items: dict[str, tuple[Item, bytes]] = {}

    def noted(self, questions: Questions) -> Built:
        """All that was built, to make a page from; what is asked of it is put to the questions."""
        return cast(Built, NotedBuilt(self.built, questions, self.figures))

    def figures(self) -> Figures:
        """The figures, with a note of what they rest on."""
        held = vars(self.built)
        if "figures" not in held:
            self.figures_asked = {}
            held["figures"] = vars(Built)["figures"].func(self.noted(self.figures_asked))
        return self.built.figures

    def over(self, questions: Iterable[str], begin: bytes = b"") -> bytes:
        """One digest over the answers to all of these."""
        known = self.known
        return short(
            begin
            + b"".join([known.get(question) or self.digest(question) for question in questions])
        )

    def digest(self, question: str) -> bytes:
        found = self.known.get(question)
        if found is None:
            found = self.known[question] = short(self.answer(question))
        return found

    def answer(self, question: str) -> bytes:
        """The answer in bytes: another answer has other bytes."""
        name, one, key = question.partition(" ")
        value = self.room(name)
        if not one:
            return self.told(value)
        place = key if key in value else self.words(name).get(key)
        return b"=" + self.told(value[place]) if place is not None else b"-"

    def room(self, name: str) -> Any:
        """What stands under a name such as `built.portfolio.items`."""
        if name not in self._rooms:
            self._rooms[name] = self._room(name)
        return self._rooms[name]

    def _room(self, name: str) -> Any:
        if name.startswith(FIGURES):
            return getattr(self.figures(), name.removeprefix(FIGURES))
        first, *rest = name.split(".")
        found = self.rooms[first]
        for each in rest:
            found = getattr(found, each)
        return found

    def words(self, name: str) -> Mapping[str, Any]:
        """The keys of a mapping that are no words, by the words for them."""
        if name not in self._words:
            keys = self.room(name)
            self._words[name] = {said(key): key for key in keys if not isinstance(key, str)}
        return self._words[name]

    def told(self, value: Any) -> bytes:
        """A value in bytes; items and pages by what they come from."""
        match value:
            case tuple() | list():
                return framed([self.told(each) for each in value])
            case Edge():
                said = f"{value.source} {value.target} {value.kind} {value.field}"
            case Item():
                return self.of_item(value)
            case ProsePage():
                return framed((str(value.origin.path).encode(), self.of_file(value.origin.path)))
            case Mapping():
                return framed([self.told(part) for item in value.items() for part in item])
            case frozenset() | set():
                return framed(sorted(self.told(each) for each in value))
            case Facts():  # computed from these alone
                portfolio = value.portfolio
                rest = (value.as_of, portfolio.withheld, portfolio.broken, value.records)
                sources = (portfolio.policy, portfolio.items, *rest, value.shared_ledger)
                return framed([self.told(each) for each in sources])
            case History():
                said = repr((value.commits, value.shallow, value.unread, value.note))
            case _:
                said = repr(value)
        return said.encode("utf-8", "surrogatepass")

    def of_file(self, path: PurePosixPath) -> bytes:
        """A whole file; nothing where no file is."""
        data = self.sources.get(path)
        return b"" if data is None else short(data)

    def of_item(self, item: Item) -> bytes:
        """The file of an item without its prose, of which only the title counts."""
        known = self._items.get(item.id)
        if known is not None and known[0] is item:
            return known[1]
        origin = item.origin
        data, body = self.sources.get(origin.path), origin.body.encode("utf-8", "surrogatepass")
        if data is None:
            return repr((item, origin)).encode("utf-8", "surrogatepass")
        head = data[: len(data) - len(body)] if data.endswith(body) else data
        said = f"{item.id} {len(item.title)} {item.title} {origin.path} "
        found = said.encode("utf-8", "surrogatepass") + short(head)
        self._items[item.id] = item, found
        return found


def short(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()


def framed(parts: Sequence[bytes]) -> bytes:
    """Parts as one, so that no other parts make the same."""
    return b"%d " % len(parts) + b"".join([b"%d:%b" % (len(part), part) for part in parts])


# What is kept ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Note:
    """What was made last time: each file with the SHA-256 of its bytes, and what it rested on.

    `key` is that under which the text of a page is kept.
    """

    files: Mapping[str, str]
    over: bytes
    questions: Sequence[str]
    key: bytes = b""


class Memory:
    """The notes of a project's earlier builds, as far as they still hold."""

    def __init__(self, store: Store, answers: Answers, common: bytes) -> None:
        """`common` is what all that is made rests on without asking, and which project it is of."""
        self.store = store
        self.answers = answers
        self.common = common

    def holding(self, begins: Mapping[str, bytes]) -> dict[str, Note]:
        """The notes that still hold, by the name of what was made. Each name comes with what it
        rests on besides its questions."""
        figures = self.key(FIGURES)
        names = {self.key(name): name for name in begins}
        kept = self.store.get_many([figures, *names])
        self._remember(kept.pop(figures, b""))
        found = {}
        for key, value in kept.items():
            note = decoded(value)
            if note is not None and note.over == self._over(note.questions, begins[names[key]]):
                found[names[key]] = note
        return found

    def note(
        self, files: Mapping[str, str], begin: bytes, questions: Questions, key: bytes = b""
    ) -> Note:
        asked = pruned(questions)
        return Note(files, self.answers.over(asked, begin), asked, key)

    def keep(self, notes: Mapping[str, Note]) -> None:
        self.store.put_many({self.key(name): encoded(note) for name, note in notes.items()})

    def close(self) -> None:
        """Keep what is known of figures that were worked out anew."""
        asked = self.answers.figures_asked
        if asked is None:
            return
        digests = {
            question: digest.hex()
            for question, digest in self.answers.known.items()
            if question.startswith(FIGURES)
        }
        self.keep({FIGURES: self.note(digests, b"", asked)})

    def key(self, name: str) -> bytes:
        """The key of the note on what is made under this name."""
        text = name.encode("utf-8", "surrogatepass")
        return b"note" + blake2b(text, key=self.common, digest_size=32).digest()

    def _remember(self, kept: bytes) -> None:
        """Know the digests of figures, where all that they rest on is as it was."""
        note = decoded(kept)
        if note is not None and note.over == self._over(note.questions, b""):
            for question, digest in note.files.items():
                self.answers.known[question] = bytes.fromhex(digest)

    def _over(self, questions: Sequence[str], begin: bytes) -> bytes | None:
        try:
            return self.answers.over(questions, begin)
        except (AttributeError, KeyError, TypeError):
            return None  # a question that nobody asks any more


def pruned(questions: Questions) -> list[str]:
    """The questions, without those for a part of what was asked for whole."""
    return [
        question
        for question in questions
        if " " not in question or question.partition(" ")[0] not in questions
    ]


def encoded(note: Note) -> bytes:
    found = [dict(note.files), note.over.hex(), note.key.hex(), list(note.questions)]
    return json.dumps(found, separators=(",", ":")).encode("utf-8", "surrogatepass")


def decoded(kept: bytes) -> Note | None:
    """The note again; None where that is not what this is."""
    try:
        files, over, key, questions = json.loads(kept)
        return Note(files, bytes.fromhex(over), questions, bytes.fromhex(key))
    except (ValueError, TypeError, AttributeError):
        return None
