"""Fields whose values are known from an earlier run: where they stand is read if somebody asks."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from leanfolio.model.item import Path, Span
from leanfolio.read.yaml.fields import Fields, parse


def fields_known(text: str, values: dict[str, Any]) -> Fields:
    """The fields of a front matter that holds these values and no fault.

    The text is parsed when a place is asked for: of most files of a portfolio, none is.
    """
    places = Places(text)
    return Fields(values, LaterPlaces(places, "spans"), LaterPlaces(places, "keys"))


class Places:
    """Where keys and values of a front matter stand."""

    __slots__ = ("_fields", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._fields: Fields | None = None

    def fields(self) -> Fields:
        if self._fields is None:
            self._fields = parse(self._text)
        return self._fields


class LaterPlaces(Mapping[Path, Span]):
    """The spans of keys, or of values, by path."""

    __slots__ = ("_of", "_places")

    def __init__(self, places: Places, of: Literal["keys", "spans"]) -> None:
        self._places = places
        self._of = of

    def _found(self) -> Mapping[Path, Span]:
        fields = self._places.fields()
        return fields.keys if self._of == "keys" else fields.spans

    def __getitem__(self, path: Path) -> Span:
        return self._found()[path]

    def __contains__(self, path: object) -> bool:
        return path in self._found()

    def __iter__(self) -> Iterator[Path]:
        return iter(self._found())

    def __len__(self) -> int:
        return len(self._found())

    def __repr__(self) -> str:
        return repr(self._found())
