"""The apostrophe before a formula: it comes off again, and no other does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attacks import OWN
from leanfolio.output.data import guarded
from leanfolio.output.table_guard import guard, unguard

TEXTS = st.text(alphabet="'=+-@＝;\t\n 1.9ax") | st.text()


@given(TEXTS)
def test_what_is_guarded_comes_back_as_it_was(text: str) -> None:
    assert unguard(guard(text)) == text.replace("\r\n", "\n").replace("\r", "\n")


@given(TEXTS)
def test_no_guarded_text_is_run_by_a_spreadsheet(text: str) -> None:
    assert guarded(guard(text)) == guard(text)


def test_every_payload_comes_back() -> None:
    for text in OWN:
        assert unguard(guard(text)) == text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"), ("'=1+1", "''=1+1"), ("it's", "it's"), ("'quoted'", "'quoted'"),
        ("-5", "-5"), ("-five", "'-five"), ("a; =b", "a; '=b"), ("a; '=b", "a; ''=b"),
    ],
)  # fmt: skip
def test_only_what_would_be_run_is_guarded(text: str, cell: str) -> None:
    assert guard(text) == cell
