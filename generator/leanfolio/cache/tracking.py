"""Stand-ins for the values of a build, which record what a page reads of them.

A stand-in keeps nothing that could be read past it: each read goes through a `Recorder`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import FunctionType
from typing import Any, TypeVar, cast

from msgspec.structs import replace

from leanfolio.model import Item, Origin
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.built import Built

Dependencies = dict[str, None]  # their names, in the order in which they were first read
FIGURES = "built.figures."
FILES = "sources"  # by path: the whole bytes of each file of content

_I = TypeVar("_I", bound=Item)


class Recorder:
    """Collects the names of what is read while one output is made."""

    def __init__(self) -> None:
        self._current: Dependencies | None = None

    def add(self, name: str) -> None:
        """Record a read. Raises RuntimeError outside of a recording: it would be lost."""
        if self._current is None:
            raise RuntimeError(f"{name} was read outside of a recording")
        self._current[name] = None

    @contextmanager
    def recording(self) -> Iterator[Dependencies]:
        """Collect what is read inside the block; one inside another collects for itself."""
        outer, self._current = self._current, {}
        try:
            yield self._current
        finally:
            self._current = outer


class TrackedMapping(Mapping[Any, Any]):
    """A mapping that records which of its keys were read, or that all of them were."""

    __slots__ = ("_name", "_names", "_real", "_recorder")

    def __init__(self, real: Mapping[Any, Any], name: str, recorder: Recorder) -> None:
        self._real = real
        self._name = name
        self._names: dict[Any, str] = {}  # of its keys: pages read the same ones again and again
        self._recorder = recorder

    def __getitem__(self, key: Any) -> Any:
        self._recorder.add(self._names.get(key) or self._name_of(key))
        return self._real[key]

    def __contains__(self, key: Any) -> bool:
        self._recorder.add(self._names.get(key) or self._name_of(key))
        return key in self._real

    def __iter__(self) -> Iterator[Any]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def get(self, key: Any, default: Any = None) -> Any:
        self._recorder.add(self._names.get(key) or self._name_of(key))
        return self._real.get(key, default)

    def keys(self) -> Any:
        return self._whole().keys()

    def values(self) -> Any:
        return self._whole().values()

    def items(self) -> Any:
        return self._whole().items()

    def _name_of(self, key: Any) -> str:
        name = self._names[key] = f"{self._name} {key_text(key)}"
        return name

    def _whole(self) -> Mapping[Any, Any]:
        self._recorder.add(self._name)
        return self._real


def key_text(key: Any) -> str:
    """A mapping's key as it stands in the name of a dependency."""
    return key if isinstance(key, str) else key.__name__ if isinstance(key, type) else repr(key)


class TrackedObject:
    """An object that records which of its attributes were read; of a mapping, which keys."""

    def __init__(self, read: Callable[[str], Any], name: str, recorder: Recorder) -> None:
        """`read` gives the value of an attribute."""
        self._read = read
        self._name = name
        self._recorder = recorder

    def __getattr__(self, attribute: str) -> Any:
        value = self._read(attribute)
        name = f"{self._name}.{attribute}"
        if isinstance(value, Mapping):
            mapping = self.__dict__[attribute] = TrackedMapping(value, name, self._recorder)
            return mapping
        self._recorder.add(name)
        return value


class TrackedPortfolio(TrackedObject):
    """A portfolio whose own methods read through this stand-in."""

    __getitem__ = Portfolio.__getitem__
    __contains__ = Portfolio.__contains__

    def __getattr__(self, attribute: str) -> Any:
        own = vars(Portfolio).get(attribute)
        if isinstance(own, FunctionType):
            method = self.__dict__[attribute] = own.__get__(self)
            return method
        return super().__getattr__(attribute)


class TrackedFigures(TrackedObject):
    """Figures, each computed only when it is read."""

    def __init__(self, read: Callable[[str], Any], built: Built, recorder: Recorder) -> None:
        super().__init__(read, FIGURES.rstrip("."), recorder)
        self.currency = built.portfolio.policy.currency  # the same for all pages of a site
        self._as_of = built.as_of

    @property
    def as_of(self) -> Any:
        self._recorder.add("built.as_of")
        return self._as_of


def track(built: Built, figure: Callable[[str], Any], recorder: Recorder) -> Built:
    """A build to make outputs from: what is read of it is recorded. `figure` gives one by name."""
    tracked = TrackedObject(partial(getattr, built), "built", recorder)
    portfolio = partial(getattr, built.portfolio)
    parts = {
        "portfolio": TrackedPortfolio(portfolio, "built.portfolio", recorder),
        "figures": TrackedFigures(figure, built, recorder),
    }
    vars(tracked).update(parts)
    return cast(Built, tracked)


# Items -------------------------------------------------------------------------------------------


class TrackedOrigin(Origin):
    """Where an item was written; records its file as a dependency when the prose is read."""

    __slots__ = ("_recorder", "written")
    _recorder: Recorder
    written: Origin

    def __init__(self, written: Origin, recorder: Recorder) -> None:
        for name in ("path", "spans", "keys", "prefix", "body_line", "faulty"):
            object.__setattr__(self, name, getattr(written, name))
        object.__setattr__(self, "written", written)
        object.__setattr__(self, "_recorder", recorder)

    @property
    def body(self) -> str:
        self._recorder.add(f"{FILES} {self.path}")
        return self.written.body


def with_tracked_prose(built: Built, recorder: Recorder) -> Built:
    """The same build, with items that record when their prose is read.

    One copy of each item serves all pages, as the recorder knows which page is being made.
    """
    portfolio = built.portfolio
    items = {id: with_tracked_origin(item, recorder) for id, item in portfolio.items.items()}
    policy = with_tracked_origin(portfolio.policy, recorder)
    return replace(built, portfolio=replace(portfolio, items=items, policy=policy))


def with_tracked_origin(item: _I, recorder: Recorder) -> _I:
    """The same item with another origin; its fields are not copied, as nothing may change them."""
    copy, private = item.__class__.__new__(item.__class__), item.__pydantic_private__ or {}
    parts = {
        "__dict__": item.__dict__,
        "__pydantic_fields_set__": item.__pydantic_fields_set__,
        "__pydantic_extra__": None,
        "__pydantic_private__": {**private, "_origin": TrackedOrigin(item.origin, recorder)},
    }
    for name, value in parts.items():
        object.__setattr__(copy, name, value)
    return copy


def written_origin(item: Item) -> Origin:
    """An item's origin as it was read, whose prose is read without being recorded."""
    origin = item.origin
    return origin.written if isinstance(origin, TrackedOrigin) else origin
