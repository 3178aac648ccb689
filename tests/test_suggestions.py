"""Did you mean: what one slip explains is offered; what is only alike is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.read.suggestions import FEW, MOST, Suggestions, did_you_mean, nearest


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("EP-140", ["EP-1", "EP-14", "EP-41"], ("EP-14",)),  # one figure too many
        ("EP-14", ["EP-140", "EP-4"], ("EP-140",)),  # one too few
        ("EP-13", ["EP-31", "EP-12"], ("EP-31",)),  # two that changed places
        ("EP-11", ["EP-1", "EP-12"], ("EP-1",)),  # one twice
        ("EP-140", ["EP-10", "EP-14", "EP-40"], ("EP-14", "EP-10", "EP-40")),
        ("EP-013", ["EP-13", "EP-131"], ("EP-13",)),
        ("ep13", ["EP-13"], ("EP-13",)),
        ("KR-1.2", ["KR-12", "KR-1.12"], ()),  # a point is no slip, and 2 is no slip of 12
        ("PI-206-4", ["PI-2026-4", "PI-2026-3"], ("PI-2026-4",)),
        ("EPP-12", ["EP-12", "KR-12"], ("EP-12",)),
        ("VS-Parcles-2", ["VS-Parcels-1", "VS-Parcels-2"], ("VS-Parcels-2",)),
        ("epics/EP-140.md", ["epics/EP-14.md"], ("epics/EP-14.md",)),
        ("EP-", ["EP-1", "KR-1"], ("EP-1",)),
    ],
)
def test_a_name_with_a_number_is_guessed_where_one_slip_explains_it(
    word: str, known: list[str], meant: tuple[str, ...]
) -> None:
    assert Suggestions(known).some(word) == meant


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("EP-13", ["EP-12", "EP-14", "EP-1", "EP-3", "KR-13"]),
        ("ST-3", ["FT-3"]),
        ("2026-H1", ["2026-H2"]),
        ("EP", [f"EP-{n}" for n in range(FEW + 1)]),
        ("EP-1", [f"EP-{n}1" for n in range(2, 9)]),
        ("1", ["2"]),
        ("", ["EP-1"]),
        ("9" * 50_000, ["EP-1"]),
    ],
)
def test_what_is_only_alike_is_not_guessed(word: str, known: list[str]) -> None:
    assert Suggestions(known).some(word) == ()


def test_a_misspelt_word_is_the_nearest_that_is_known() -> None:
    assert nearest("bussiness_value", ["business_value", "business"]) == "business_value"
    assert nearest("FUNNEL", ["funnel"]) == "funnel"
    assert nearest("soon", ["standard", "expedite"]) is None


def test_a_hint_asks_for_one_or_for_a_few_and_else_says_what_to_do() -> None:
    assert did_you_mean("EP-140", ["EP-14"], "create it") == "did you mean EP-14?"
    few = did_you_mean("EP-140", ["EP-14", "EP-10"], "create it")
    assert few == "did you mean EP-14 or EP-10?"
    assert did_you_mean("EP-140", ["EP-15"], "create it") == "create it"
    assert nearest("EP-140", ["EP-14", "EP-10"]) is None


def test_guessing_ends_however_many_words_are_wrong() -> None:
    guesses = Suggestions(["state"])
    assert guesses.word("stat") == "state"
    for number in range(MOST):
        guesses.some(f"word-{number}")
    assert guesses.some("stte") == ()


@given(st.text(max_size=30), st.lists(st.text(max_size=12), max_size=8))
def test_whatever_is_guessed_is_known(word: str, known: list[str]) -> None:
    found = Suggestions(known).some(word)
    assert len(found) <= FEW
    assert set(found) <= set(known)
