"""What is left out of answers, whatever they hold: pictures, addresses of people, moving values."""

import json
from http.client import HTTPMessage
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from leanfolio.fetching.cleaning import LEFT_OUT, MAIL, as_bytes, as_json, cleaned
from leanfolio.fetching.jira import ordered
from leanfolio.fetching.waiting import seconds_asked

MAILS = some.from_regex(r"\A[a-z.]{1,8}@[a-z]{1,8}\.[a-z]{2,4}\Z")
NAMES = some.sampled_from(("name", "key", "id", "displayName", "fields", *sorted(LEFT_OUT)))
TEXTS = some.text(max_size=8) | MAILS | MAILS.map(lambda mail: f"R. Ahmed <{mail}>")
LEAVES = some.none() | some.booleans() | some.integers() | TEXTS
ANSWERS = some.recursive(
    LEAVES, lambda each: some.lists(each, max_size=3) | some.dictionaries(NAMES, each, max_size=4)
)


def texts_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(text for each in value.values() for text in texts_in(each))]
    if isinstance(value, list):
        return [text for each in value for text in texts_in(each)]
    return [value] if isinstance(value, str) else []


@given(ANSWERS)
@example({"displayName": "R. Ahmed", "name": ["ra@example.invalid", "<ra@example.invalid>"]})
def test_no_address_of_a_person_is_left_and_cleaning_again_changes_nothing(answer: Any) -> None:
    once = cleaned(answer)
    assert cleaned(once) == once
    for text in texts_in(once):
        assert not MAIL.match(text)
        assert "<" not in text or not text.startswith("R. Ahmed <")


@given(ANSWERS)
def test_an_answer_is_one_line_that_reads_back_as_itself(answer: Any) -> None:
    line = as_json(answer)
    assert "\n" not in line
    assert json.loads(as_bytes(line)) == answer


def test_half_a_character_is_written_as_its_escape() -> None:
    assert json.loads(as_bytes(as_json(["\ud83d"]))) == ["\ud83d"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("R. Ahmed <ra@example.invalid>", "R. Ahmed"),
        ("ra@example.invalid <ra@example.invalid>", "ra"),
        ("<ra@example.invalid>", "ra"),
        ("ra@example.invalid", "ra"),
        ("@ra", "@ra"),
        ("a@b", "a@b"),
    ],
)
def test_a_value_that_is_an_address_keeps_what_stands_before_the_sign(text: str, kept: str) -> None:
    assert cleaned(text) == kept


def test_a_picture_that_is_written_out_in_prose_is_left_out() -> None:
    prose = 'See <img src="data:image/png;base64,AAAA"> and mail me at a@example.invalid today.'
    assert cleaned(prose) == 'See <img src="data:,"> and mail me at a@example.invalid today.'


@pytest.mark.parametrize(
    ("retry", "date", "seconds"),
    [
        ("12", "", 12),
        (" 0 ", "", 0),
        ("Fri, 27 Nov 2026 10:00:30 GMT", "Fri, 27 Nov 2026 10:00:00 GMT", 30),
        ("Fri, 27 Nov 2026 09:00:30 GMT", "Fri, 27 Nov 2026 10:00:00 GMT", 0),
        ("Fri, 27 Nov 2026 10:00:30 GMT", "", None),
        ("soon", "Fri, 27 Nov 2026 10:00:00 GMT", None),
        ("99999999999999999999", "", None),
        ("-5", "", None),
        ("", "", None),
    ],
)
def test_how_long_an_answer_asks_to_wait(retry: str, date: str, seconds: int | None) -> None:
    headers = HTTPMessage()
    headers["Retry-After"] = retry
    headers["Date"] = date
    assert seconds_asked(headers) == seconds


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("project = APP", "project = APP ORDER BY key ASC"),
        ("project = APP order by rank", "project = APP ORDER BY key ASC"),
        ("project = APP\nORDER\tBY rank ASC, due DESC", "project = APP ORDER BY key ASC"),
        ("ORDER BY created", "ORDER BY key ASC"),
        ('text ~ "order by phone"', 'text ~ "order by phone" ORDER BY key ASC'),
        ("text ~ 'x' AND order_by = 3", "text ~ 'x' AND order_by = 3 ORDER BY key ASC"),
    ],
)
def test_a_query_has_one_order(query: str, asked: str) -> None:
    assert ordered(query) == asked
