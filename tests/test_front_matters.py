"""What is kept of front matters is what their YAML says, and only what is new is parsed."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.cache import front_matters
from leanfolio.cache.entry import CacheEntry
from leanfolio.cache.front_matters import FRONT_MATTERS, as_json, keys_of, values_of
from leanfolio.cache.store import Store
from leanfolio.read.yaml import Fields, fields_known, parse

TEXT = "id: EP-1\ntitle: Größe\ncost: 1.50\nscore: {size: 3, seen: [1, .5, ~, {a: 2e3}]}\n"
OTHER = "id: EP-2\n"

AS_IT_IS = CacheEntry("matter", bytes, bytes, compressed=True)  # puts what nobody would write

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


def typed(value: Any) -> Any:
    """The value with the type of each part, and decimals as they are written."""
    if isinstance(value, dict):
        return {key: typed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [typed(each) for each in value]
    return type(value), str(value)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_values_come_back_as_they_were(values: dict[str, Any]) -> None:
    assert typed(values_of(as_json(values))) == typed(values)


def test_places_are_those_of_the_text() -> None:
    read, known = parse(TEXT), fields_known(TEXT, parse(TEXT).values)
    assert dict(known.spans) == read.spans
    assert dict(known.keys) == read.keys
    assert ("score", "seen", 3, "a") in known.spans
    assert known.keys.get(("nothing",)) is None


def test_a_text_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def counted(text: str) -> Fields:
        seen.append(text)
        return parse(text)

    monkeypatch.setattr(front_matters, "parse", counted)
    wrong = "id: EP-1\nid: EP-2\n"  # its fault has to be told each time
    for texts in ([TEXT, wrong], [TEXT, OTHER, wrong], [OTHER]):
        with Store(tmp_path) as store, front_matters.front_matters(store, "a") as read:
            for text in texts:
                assert typed(read(text).values) == typed(parse(text).values)
                assert read(text).faults == parse(text).faults
    assert sorted(seen) == sorted([TEXT, OTHER, *[wrong] * 4])


@pytest.mark.parametrize("change", ["an id", "cut short", "another version"])
def test_what_was_altered_is_parsed_anew(change: str, tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        with front_matters.front_matters(store, "a") as read:
            read(TEXT)
        kept = store.get_many(keys_of("a"))
        for key, part in FRONT_MATTERS.get_many(store, list(kept)).items():
            altered = {name: text.replace("EP-1", "EP-9") for name, text in part.items()}
            written = front_matters.encode(altered)
            damaged = {
                "an id": front_matters.encode(part)[:16] + written[16:],
                "cut short": written[:-3],
                "another version": b"[]",
            }
            AS_IT_IS.put_many(store, {key: damaged[change]})
        with front_matters.front_matters(store, "a") as read:
            assert read(TEXT).values["id"] == "EP-1"


def test_projects_do_not_take_each_others_place(tmp_path: Path) -> None:
    for name, text in (("a", TEXT), ("b", OTHER)):
        with Store(tmp_path) as store, front_matters.front_matters(store, name) as read:
            assert read(text).values == parse(text).values
    with Store(tmp_path) as store:
        parts = FRONT_MATTERS.get_many(store, [*keys_of("a"), *keys_of("b")])
    assert sorted(values_of(each)["id"] for part in parts.values() for each in part.values()) == [
        "EP-1",
        "EP-2",
    ]


def test_decimals_keep_how_they_are_written() -> None:
    assert str(values_of(as_json({"a": [{"b": Decimal("1.50")}]}))["a"][0]["b"]) == "1.50"
