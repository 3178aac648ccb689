"""Sections that a phone folds: which they are, and that each says what it holds."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import html as parser

from leanfolio.views.cell import LONG, LONG_PAIR, WORST_FIRST, Table, Tag, headers, rows_by_status
from pages import every
from test_site import sample_pages

TAGS = st.sampled_from([Tag(tone, f"is {tone}") for tone in WORST_FIRST])


def a_table(rows: int, columns: int, *, folds: bool = True) -> Table:
    labels = headers(*(f"C{number}" for number in range(columns)))
    return Table("T", labels, (("x",) * columns,) * rows, anchor="t", folds=folds)


def test_a_table_folds_where_it_is_long_and_not_what_the_page_is_opened_for() -> None:
    assert not a_table(LONG, 4).is_long
    assert a_table(LONG + 1, 4).is_long
    assert not a_table(LONG + 1, 4, folds=False).is_long
    assert not a_table(LONG_PAIR, 2).is_long  # lines, not cards
    assert a_table(LONG_PAIR + 1, 2).is_long


@given(st.lists(TAGS, max_size=30))
def test_rows_are_counted_by_status_the_worst_first(tags: list[Tag]) -> None:
    text = str(rows_by_status([("any", tag, Tag("bad", "no first one")) for tag in tags]))
    assert text.startswith("1 row:" if len(tags) == 1 else f"{len(tags)} row")
    assert "no first one" not in text
    counts = [(tone, sum(tag.tone == tone for tag in tags)) for tone in WORST_FIRST]
    there = [f"{n} is {tone}" for tone, n in counts if n]
    assert text.endswith("; ".join(there[:3]))
    assert ("among them" in text) == (len(there) > 3)


def test_rows_without_a_status_are_counted() -> None:
    assert [str(rows_by_status([("x",)] * n)) for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]


def test_every_folded_section_of_the_sample_has_a_heading_and_says_what_it_holds() -> None:
    seen = 0
    for url, text in sample_pages().items():
        if 'class="fold"' not in text:
            continue
        for fold in every(parser.document_fromstring(text), "//details[@class='fold']"):
            seen += 1
            (summary,) = every(fold, "./summary")
            (heading,) = every(summary, "./h2 | ./h3")
            assert heading.get("id"), url
            assert heading.tail.strip(), (url, heading.get("id"))
            assert every(summary, ".//a | .//button") == [], url  # a summary holds no link
            assert not fold.get("open"), url
    assert seen > 60


def test_what_an_increment_is_opened_for_is_not_folded() -> None:
    page = parser.document_fromstring(sample_pages()["increments/PI-2026-4.html"])
    assert every(page, "//details[@class='fold']//h2[@id='objectives']") == []
    assert every(page, "//h2[@id='objectives']")
    assert every(page, "//details[@class='fold']//h2[@id='board']")
