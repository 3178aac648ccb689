"""Anchors of table rows: each row has one, it stays when a title changes, and none stands twice."""

from lxml import html as parser

from leanfolio.output.row_anchors import with_row_anchors
from making import built
from pages import every, page_at
from test_site import sample_pages

ROW = '<tr role="row"><th scope="row"{}>{}</th><td>1</td></tr>'


def anchors(*rows: str) -> list[str]:
    """The anchors of rows below one heading."""
    page = with_row_anchors(f'<h2 id="list">List</h2><table>{"".join(rows)}</table>')
    return [str(each) for each in every(parser.document_fromstring(page), "//tr/@id")]


def test_a_row_is_called_by_its_item_its_day_or_its_words() -> None:
    item = '<a href="x"><span class="id">EP-1</span> <bdi>Any &amp; all</bdi></a>'
    day = ROW.format(' data-value="2026-10-19"', "19 Oct 2026")
    found = anchors(ROW.format("", item), day, ROW.format("", "Any &amp; all"))
    assert found == ["list.EP-1", "list.2026-10-19", "list.any--all"]


def test_no_two_rows_have_one_anchor_and_one_that_stands_is_kept() -> None:
    kept = '<tr id="list.a"><th scope="row">A</th></tr>'
    found = anchors(ROW.format("", "A"), kept, ROW.format("", "A"), ROW.format("", "…"))
    assert found == ["list.a.2", "list.a", "list.a.3", "list.section"]


def test_a_row_of_a_table_in_prose_and_a_head_are_left_alone() -> None:
    page = "<table><thead><tr><th scope='col'>A</th></tr></thead><tr><td>B</td></tr></table>"
    assert with_row_anchors(page) == page


def test_a_table_of_many_columns_in_prose_is_read_once() -> None:
    page = f"<table><tr>{'<td>1</td>' * 200}</tr></table>"  # each column once doubled the time
    assert with_row_anchors(page) == page


def test_every_row_with_a_header_can_be_linked_to() -> None:
    for url, text in sample_pages().items():
        rows = every(parser.document_fromstring(text), "//tr[th[@scope='row']][not(@id)]")
        assert rows == [], url


def test_an_anchor_stays_when_the_title_of_an_item_changes() -> None:
    epic = "owner: A\nstate: funnel\n"
    before, after = (
        every(
            parser.document_fromstring(
                page_at(built({"epics/EP-1.md": f"title: {title}\n{epic}"}), "gaps.html")
            ),
            "//tr/@id",
        )
        for title in ("One", "Another title")
    )
    assert before == after != []
