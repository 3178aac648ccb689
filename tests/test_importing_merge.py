"""The merge of a field is a function of three values and of its owner; no word of a person is lost
without being told."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from leanfolio.importing.exchange_map import Owner
from leanfolio.importing.merge import Value, merged

VALUES: tuple[Value, ...] = (None, "a", "b", "c")
OWNERS: tuple[Owner, ...] = ("source", "here", "shared")
A_VALUE = st.sampled_from(VALUES)
AN_OWNER = st.sampled_from(OWNERS)


def test_of_both_alike_nothing_is_to_do() -> None:
    for base, value, owner in product(VALUES, VALUES, OWNERS):
        outcome = merged(base, value, value, owner)
        assert (outcome.how, outcome.here, outcome.base) == (None, value, value)


def test_where_only_the_source_moved_its_owner_decides() -> None:
    assert merged("a", "a", "b", "source").here == "b"
    assert merged("a", "a", "b", "shared").how == "taken"
    assert merged("a", "a", "b", "here").here == "a"


def test_where_only_a_person_moved_it_here_the_source_puts_back_only_its_own() -> None:
    assert merged("a", "mine", "a", "shared").here == "mine"
    assert merged("a", "mine", "a", "here").here == "mine"
    back = merged("a", "mine", "a", "source")
    assert (back.how, back.here) == ("put-back", "a")


def test_where_both_moved_each_owner_has_its_own_end() -> None:
    ends = {owner: merged("a", "mine", "theirs", owner) for owner in OWNERS}
    assert {owner: (each.how, each.here) for owner, each in ends.items()} == {
        "source": ("replaced", "theirs"), "here": ("kept", "mine"),
        "shared": ("conflict", "mine"),
    }  # fmt: skip
    assert ends["shared"].base == "a"  # so that it is told again until people agree


@given(A_VALUE, A_VALUE, A_VALUE, AN_OWNER)
def test_to_repeat_a_merge_changes_nothing(
    base: Value, here: Value, source: Value, owner: Owner
) -> None:
    first = merged(base, here, source, owner)
    again = merged(first.base, first.here, source, owner)
    assert (again.here, again.base) == (first.here, first.base)
    assert again.how == (first.how if first.how == "conflict" else None)


@given(A_VALUE, A_VALUE, A_VALUE, AN_OWNER)
def test_what_stood_here_stays_or_is_told(
    base: Value, here: Value, source: Value, owner: Owner
) -> None:
    outcome = merged(base, here, source, owner)
    assert outcome.here in (here, source)
    if outcome.here != here:
        assert outcome.how in ("taken", "put-back", "replaced")
    if outcome.how == "taken":  # nobody here had changed it
        assert here == base
    if source not in (outcome.here, base) and owner != "here":
        assert outcome.how in ("kept", "conflict")


@given(A_VALUE, st.lists(A_VALUE, max_size=4), AN_OWNER)
def test_after_any_run_of_answers_the_source_has_what_it_owns(
    here: Value, answers: list[Value], owner: Owner
) -> None:
    base: Value = None
    for source in answers:
        outcome = merged(base, here, source, owner)
        base, here = outcome.base, outcome.here
    if owner == "source" and answers:
        assert here == answers[-1]
