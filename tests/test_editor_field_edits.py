"""A field is set or an entry appended, and every other byte of the file stays."""

import string
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leanfolio.editor.field_edits import (
    EditError,
    FieldChange,
    as_read,
    key_text,
    with_change,
    with_changes,
    written,
)
from leanfolio.editor.front_matter import fields_of, plain, same
from leanfolio.editor.places import Places
from leanfolio.editor.text import Lines

ORDER = ("id", "title", "owner", "state", "check_ins", "note")
ENTRY = {"on": date(2026, 11, 20), "value": Decimal("3.68"), "note": "so: far # good"}
BLOCKS = "check_ins:\n    - on: a\n      value: 1\n      # twice\n"
NOTES = "check_ins:\n  - on: a\n    note: |\n      two\n      lines\n"
BLOCK = 'on: 2026-11-20; value: 3.68; note: "so: far # good"'
NOTE_SECOND = 'on: 2026-11-20; note: "so: far # good"; value: 3.68'
LINE = '{on: 2026-11-20, value: 3.68, note: "so: far # good"}'


def appended(text: str, path: tuple[str | int, ...] = ("check_ins",)) -> str:
    return with_change(text, FieldChange("append", path, ENTRY, ORDER))


def put(text: str, name: str, value: Any) -> str:
    return with_change(text, FieldChange("set", (name,), value, ORDER))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("check_ins: []\n", f"check_ins: [{LINE}]\n"),
        ("check_ins: [ ] # none\n", f"check_ins: [{LINE} ] # none\n"),
        ("check_ins:\n", f"check_ins:\n  - {LINE}\n"),
        ("check_ins: # none yet\nid: a\n", f"check_ins: # none yet\n  - {LINE}\nid: a\n"),
        ("check_ins: null\n", f"check_ins: [{LINE}]\n"),
        ("check_ins: [{on: a}]\n", f"check_ins: [{{on: a}}, {LINE}]\n"),
        ("check_ins: [{on: a}, ]\n", f"check_ins: [{{on: a}}, {LINE}, ]\n"),
        (
            "check_ins: [\n  {on: a}, # first\n]\n",
            f"check_ins: [\n  {{on: a}}, # first\n  {LINE},\n]\n",
        ),
        (
            "check_ins: [\n  {on: a} # first\n]\n",
            f"check_ins: [\n  {{on: a}}, # first\n  {LINE}\n]\n",
        ),
        ("check_ins: [\n  {on: a}]\n", f"check_ins: [\n  {{on: a}},\n  {LINE}]\n"),
        ("check_ins:\n- {on: a}\n", f"check_ins:\n- {{on: a}}\n- {LINE}\n"),
        (
            "check_ins:\n  - {on: a} # so\n\n# of the id\nid: a\n",
            f"check_ins:\n  - {{on: a}} # so\n  - {LINE}\n\n# of the id\nid: a\n",
        ),
        (
            f"{BLOCKS}id: a\n",
            BLOCKS + f"    - {BLOCK.replace('; ', f'{chr(10)}      ')}\nid: a\n",
        ),
        (
            f"{NOTES}\nid: a\n",
            NOTES + f"  - {NOTE_SECOND.replace('; ', f'{chr(10)}    ')}\n\nid: a\n",
        ),
        ("id: a\nnote: b\n", f"id: a\ncheck_ins:\n  - {LINE}\nnote: b\n"),
        ("{id: a, note: b}\n", f"{{id: a, check_ins: [{LINE}], note: b}}\n"),
        ("", f"check_ins:\n  - {LINE}\n"),
        ("# nothing yet\n", f"# nothing yet\ncheck_ins:\n  - {LINE}\n"),
    ],
)
def test_an_entry_is_written_in_the_form_that_stands_there(before: str, after: str) -> None:
    assert appended(f"---\n{before}---\n# A\n") == f"---\n{after}---\n# A\n"
    crlf, new = (f"\ufeff---\n{head}---\n# A".replace("\n", "\r\n") for head in (before, after))
    assert appended(crlf) == new


def test_a_nested_item_takes_it_in_its_own_lines() -> None:
    text = "---\nkey_results:\n  - id: KR-1\n    title: One\n  - {id: KR-2, title: Two}\n---\n"
    first = appended(text, ("key_results", 0, "check_ins"))
    assert f"    title: One\n    check_ins:\n      - {LINE}\n  - {{id: KR-2" in first
    second = appended(text, ("key_results", 1, "check_ins"))
    assert f"  - {{id: KR-2, title: Two, check_ins: [{LINE}]}}\n" in second


def test_a_file_without_front_matter_gets_one() -> None:
    assert put("\ufeff# A\n", "state", "mvp") == "\ufeff---\nstate: mvp\n---\n# A\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("state: ready # since May\n", "state: mvp # since May\n"),
        ("state:\n", "state: mvp\n"),
        ("state: # to be said\n", "state: mvp # to be said\n"),
        ("state: 'a b'\nid: a\n", "state: mvp\nid: a\n"),
        ("state: |\n  of several\n  lines\n# so\nid: a\n", "state: mvp\n# so\nid: a\n"),
        ("{state: , id: a}\n", "{state: mvp, id: a}\n"),
        ("id: a\ncheck_ins:\n  - {on: a}\n", "id: a\nstate: mvp\ncheck_ins:\n  - {on: a}\n"),
        ("note: a\n", "note: a\nstate: mvp\n"),
    ],
)
def test_a_value_is_put_in_the_place_of_the_old_one(before: str, after: str) -> None:
    assert put(f"---\n{before}---\n", "state", "mvp") == f"---\n{after}---\n"


def test_a_list_of_names_is_replaced_whole_but_not_with_its_comments() -> None:
    text = "---\nid: a\nowner:\n  - A\n  - B\nnote: b\n---\n"
    assert put(text, "owner", ["C"]) == "---\nid: a\nowner: [C]\nnote: b\n---\n"
    with pytest.raises(EditError, match="only a person"):
        put(text.replace("- B", "- B # the boss\n  - D"), "owner", ["C"])


def test_a_list_of_entries_that_is_replaced_keeps_a_line_for_each() -> None:
    text = "---\nid: a\ncheck_ins:\n  - {on: a}\n  - {on: b}\nnote: b\n---\n"
    assert put(text, "check_ins", [{"on": "c"}, {"on": "d"}]) == (
        "---\nid: a\ncheck_ins:\n  - {on: c}\n  - {on: d}\nnote: b\n---\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id: a\nnote: b\nowner: c\n", "id: a\nowner: c\n"),
        ("note: b\n", ""),
        ("note: b # why\nid: a\n", "note:  # why\nid: a\n"),
        ("note:\nid: a\n", "id: a\n"),
        ("note:\n  - b\n  - c\n# of id\nid: a\n", "# of id\nid: a\n"),
        ("{id: a, note: b, owner: c}\n", "{id: a, owner: c}\n"),
        ("{id: a, note: b}\n", "{id: a}\n"),
        ("{note: b, id: a}\n", "{id: a}\n"),
        ("id: a\n", "id: a\n"),
    ],
)
def test_a_field_is_removed_and_comments_around_it_stay(before: str, after: str) -> None:
    change = FieldChange("remove", ("note",), None, ORDER)
    assert with_change(f"---\n{before}---\n# T\n", change) == f"---\n{after}---\n# T\n"


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        ("---\nid: [a\n---\n", ("check_ins",), "cannot be read"),
        ("---\ncheck_ins: 5\n---\n", ("check_ins",), "no list"),
        ("---\nid: a\n---\n", ("key_results", 3, "check_ins"), "no such place"),
    ],
)
def test_what_cannot_be_changed_is_said(text: str, path: tuple[Any, ...], why: str) -> None:
    with pytest.raises(EditError, match=why):
        appended(text, path)


# Any front matter, in any style ------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
KEYS = st.text(string.ascii_lowercase, min_size=1, max_size=6)
COMMENTS = st.sampled_from(("", "", " # so", " # a: b, [c] {d}"))
LEAVES = st.one_of(
    WORDS, st.integers(-999, 999), st.decimals("-99", "99", places=2), st.dates().map(str)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=6,
)
ENTRIES = st.dictionaries(KEYS, LEAVES, min_size=1, max_size=3)
FIELDS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


def lines_of(value: Any, indent: str, draw: Callable[..., Any]) -> Iterator[str]:
    """A value below its name, in a style that is drawn: block or flow, with comments."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from named(key, entry, indent, draw)
        return
    for entry in value:
        if isinstance(entry, Mapping) and entry and draw(st.booleans()):
            first, *rest = lines_of(entry, f"{indent}  ", draw)
            yield f"{indent}- {first.lstrip(' ')}"
            yield from rest
        else:
            yield f"{indent}- {written(entry)}{draw(COMMENTS)}"


def named(key: str, value: Any, indent: str, draw: Callable[..., Any]) -> Iterator[str]:
    if draw(st.integers(0, 5)) == 0:
        yield f"{indent}# about {key}"
    if isinstance(value, list | Mapping) and value and draw(st.booleans()):
        yield f"{indent}{key_text(key)}:{draw(COMMENTS)}"
        deeper = indent if isinstance(value, list) and draw(st.booleans()) else f"{indent}  "
        yield from lines_of(value, deeper, draw)
    elif isinstance(value, list) and value and draw(st.booleans()):
        yield f"{indent}{key_text(key)}: ["
        *most, last = (f"{indent}  {written(entry)}" for entry in value)
        yield from (f"{line},{draw(COMMENTS)}" for line in most)
        yield f"{last}{draw(st.sampled_from(('', ',')))}{draw(COMMENTS)}"
        yield f"{indent}  ]{draw(COMMENTS)}"
    else:
        yield f"{indent}{key_text(key)}: {written(value)}{draw(COMMENTS)}"


@st.composite
def texts(draw: Callable[..., Any]) -> tuple[str, dict[str, Any]]:
    """A file and the values of its front matter."""
    values = draw(FIELDS)
    flow = draw(st.integers(0, 4)) == 0
    head = [written(values)] if flow else list(named_all(values, draw))
    text = "\n".join(["---", *head, "---", "# A title", draw(st.sampled_from(("", "So\n")))])
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return draw(st.sampled_from(("", "\ufeff"))) + text, values


def named_all(values: Mapping[str, Any], draw: Callable[..., Any]) -> Iterator[str]:
    for key, value in values.items():
        yield from named(key, value, "", draw)
        if draw(st.integers(0, 4)) == 0:
            yield draw(st.sampled_from(("", "  # of the field above", "# between")))


def is_within(old: str, new: str) -> bool:
    """Whether all characters of the one text stand in the other, in their order."""
    rest = iter(new)
    return all(character in rest for character in old)


@settings(deadline=None)
@given(texts(), st.data())
def test_the_edited_file_reads_as_the_old_values_and_the_change(
    drawn: tuple[str, dict[str, Any]], data: st.DataObject
) -> None:
    text, values = drawn
    before = fields_of(plain(text))
    assert not before.faults
    assert same(before.values, as_read(values))
    lists = [key for key, value in values.items() if isinstance(value, list)]
    name = data.draw(st.one_of(KEYS, *([st.sampled_from(lists)] if lists else [])))
    entry = data.draw(ENTRIES)
    kind: Literal["set", "append"] = "append" if name in lists or name not in values else "set"
    new = entry if kind == "append" else data.draw(LEAVES)
    if kind == "set" and isinstance(values[name], list | Mapping):
        new = data.draw(LEAVES)
    order = data.draw(st.permutations(sorted({*values, name})))
    try:
        after = with_change(text, FieldChange(kind, (name,), new, order))
    except EditError:
        assert kind == "set"
        assert isinstance(values[name], list | Mapping)
        assert "#" in text
        return
    wanted = {**values, name: new if kind == "set" else [*(values.get(name) or ()), entry]}
    assert same(fields_of(plain(after)).values, as_read(wanted))
    if kind == "append":
        assert is_within(text, after)
        whole = [line for line in after.splitlines() if line in text.splitlines()]
        assert [line for line in text.splitlines() if line.lstrip().startswith("#")] == [
            line for line in whole if line.lstrip().startswith("#")
        ]
    else:  # only lines of the field itself are other than before
        first, number = before.keys[(name,)].line - 1, len(text.splitlines())
        last = Places(Lines(text), before).end((name,))[0]
        assert after.splitlines()[:first] == text.splitlines()[:first]
        rest = number - last
        assert not rest or after.splitlines()[-rest:] == text.splitlines()[-rest:]
    assert ("\r\n" in after) == ("\r\n" in text)
    assert "\r\n" not in text or after.count("\n") == after.count("\r\n")
    assert after.startswith("\ufeff") == text.startswith("\ufeff")


@settings(deadline=None)
@given(texts(), st.data())
def test_a_field_that_is_removed_takes_nothing_else_with_it(
    drawn: tuple[str, dict[str, Any]], data: st.DataObject
) -> None:
    text, values = drawn
    name = data.draw(st.sampled_from(sorted(values)))
    try:
        after = with_change(text, FieldChange("remove", (name,), None))
    except EditError:
        assert "#" in text or len(values) == 1
        return
    rest = {key: value for key, value in values.items() if key != name}
    left = fields_of(plain(after)).values
    assert same({**left, name: None}, as_read({**rest, name: None}))
    assert is_within(after, text)
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert [line for line in after.splitlines() if line.startswith("#")] == comments


@st.composite
def nested(draw: Callable[..., Any]) -> tuple[str, list[dict[str, Any]]]:
    """A file with two items in a list, and their fields."""
    parts = [draw(FIELDS), draw(FIELDS)]
    head = list(named("parts", parts, "", draw))
    after = draw(st.sampled_from(("", "# at the end", "last: 1")))
    return "\n".join(["---", *head, *([after] if after else []), "---", "# A title\n"]), parts


@settings(deadline=None)
@given(nested(), st.data())
def test_a_nested_item_is_changed_and_nothing_around_it(
    drawn: tuple[str, list[dict[str, Any]]], data: st.DataObject
) -> None:
    text, parts = drawn
    before = fields_of(plain(text))
    assert not before.faults
    number = data.draw(st.integers(0, 1))
    values, entry = parts[number], data.draw(ENTRIES)
    lists = [key for key, value in values.items() if isinstance(value, list)]
    fresh = st.text(string.ascii_lowercase, min_size=7, max_size=7)  # longer than any key
    name = data.draw(st.one_of(fresh, *([st.sampled_from(lists)] if lists else [])))
    order = data.draw(st.permutations(sorted({*values, name})))
    after = with_change(text, FieldChange("append", ("parts", number, name), entry, order))
    changed = {**values, name: [*values.get(name, ()), entry]}
    wanted = {**before.values, "parts": [*parts[:number], changed, *parts[number + 1 :]]}
    assert same(fields_of(plain(after)).values, as_read(wanted))
    assert is_within(text, after)


SCORED = st.sampled_from((
    "id: a\nsize: 1 # why\nscored_on: 2026-01-01\nscored_by: [A, B]\nowner: R\n",
    "{id: a, size: 1, scored_on: 2026-01-01, scored_by: [A], owner: R}\n",
    "scored_by:\n  - A # first\n  - B\nsize:\n  1\nscored_on: 2026-01-01\nid: 'a'\nowner: R\n",
    "size: 1\nscored_on: 2026-01-01\nscored_by: A\nowner: |\n  R\n  S\nid: a\n",
    "id: a\nsize: 1\nowner: R\n",
))  # fmt: skip
NEW_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "size": st.integers(0, 99).map(Decimal), "scored_on": st.dates().map(str),
    "scored_by": st.lists(st.sampled_from(("A", "C: D", "#")), min_size=1, max_size=3),
    "owner": st.sampled_from(("M", "two words", "a: b", "- x")),
}  # fmt: skip


@given(SCORED, st.data())
def test_changes_of_one_act_come_out_as_if_made_one_after_the_other(
    text: str, data: st.DataObject
) -> None:
    names = data.draw(st.permutations(tuple(NEW_VALUES)).map(lambda some: some[:3]))
    changes = [FieldChange("set", (name,), data.draw(NEW_VALUES[name]), ORDER) for name in names]
    whole = f"---\n{text}---\n\nWhy.\n"

    def one_by_one() -> str:
        edited = whole
        for change in changes:
            edited = with_change(edited, change)
        return edited

    assert outcome(lambda: with_changes(whole, changes)) == outcome(one_by_one)


def outcome(edit: Callable[[], str]) -> str:
    """The text after an edit, or why there is none."""
    try:
        return edit()
    except EditError as why:
        return f"refused: {why}"
