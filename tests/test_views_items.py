"""Pages of items and lists of them: sentences for none, one, two and many; what is folded."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, get_args

import pytest
from msgspec.structs import replace

import pages
from leanfolio.figures.facts import Facts
from leanfolio.figures.flow.predictability import Delivery
from leanfolio.model import Evidence, Item
from leanfolio.model.portfolio import Edge, Portfolio
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.html.site import Site
from leanfolio.views.built import Built
from leanfolio.views.cell import SourceRef, Tag, figure
from leanfolio.views.coverage import MOST_ELEMENTS
from leanfolio.views.increments.delivered import delivery_words, gap, share_or_gap
from leanfolio.views.item_graphs import BESIDE, DRAWN, UPWARD, around, folded_sentences
from leanfolio.views.items.epic import since
from leanfolio.views.items.item import ItemView, item_view
from leanfolio.views.items.page_parts import measure
from leanfolio.views.items.work_tables import not_listed
from leanfolio.views.lists import epic_list, increment_list
from leanfolio.views.okr.green import green_of
from leanfolio.views.story_words import points
from leanfolio.views.strategy import strategy_view
from leanfolio.views.trace import MOST_REFS, closed_note, ref_list, trace_finding, trace_view
from leanfolio.wording import Percent
from leanfolio.wording.evidence import EVIDENCE
from making import TODAY, built
from pages import Columns, records
from test_site import sample

NO_EPIC = {"epics/EP-1.md": ""}


def epic(id: str, more: str = "", *, state: str = "funnel") -> dict[str, str]:
    text = f"title: An epic\nowner: A\nstate: {state}\nkey_results: [KR-1]\n{more}"
    return {f"epics/{id}.md": text}


def epics(number: int, more: str = "") -> dict[str, str]:
    """So many epics, the one of the small portfolio among them."""
    return {
        path: text
        for each in range(1, number + 1)
        for path, text in epic(f"EP-{each}", more).items()
    }


def view_of(whole: Built, id: str) -> ItemView:
    return item_view(whole.portfolio, whole.portfolio[id], whole.figures)


def without_epics(whole: Built) -> Portfolio:
    items: Mapping[str, Item] = {
        id: item for id, item in whole.portfolio.items.items() if item.TYPE != "epic"
    }
    edges = tuple(edge for edge in whole.portfolio.edges if not edge.source.startswith("EP-"))
    return Portfolio(whole.portfolio.policy, items, edges)


# None, one, two, many -----------------------------------------------------------------------------


def test_the_list_of_epics_is_right_for_none_one_and_many() -> None:
    whole = built()
    assert str(epic_list(without_epics(whole), whole.figures).finding) == "There are no epics yet"
    assert str(epic_list(whole.portfolio, whole.figures).finding) == "One epic, none in work"
    two = built(epics(2))
    assert str(epic_list(two.portfolio, two.figures).finding) == "Two epics, none in work"
    working = built({**epics(12), **epic("EP-13", state="mvp")})
    assert str(epic_list(working.portfolio, working.figures).finding) == "13 epics, one in work"


def test_the_list_of_increments_is_right_for_none_one_and_two() -> None:
    past = "title: An increment\nstart: 2026-0{}-01\nend: 2026-0{}-20"
    files = {f"increments/PI-{n}.md": past.format(n, n) for n in (1, 2)}
    one = {"increments/PI-1.md": files["increments/PI-1.md"]}
    running = {"increments/PI-3.md": "title: Autumn\nstart: 2026-11-01\nend: 2026-11-30"}
    assert [
        str(increment_list((made := built(each)).portfolio, made.figures).finding)
        for each in (None, one, files, running)
    ] == [
        "There are no increments yet",
        "One increment, none running today",
        "Two increments, none running today",
        "Autumn, day 20 of 30: no objectives are set",
    ]


def test_the_strategy_is_right_for_none_one_and_many_epics() -> None:
    whole = built()
    okrs = whole.figures.okrs

    def finding(portfolio: Portfolio) -> str:
        return str(strategy_view(Facts(portfolio, TODAY), okrs).finding)

    assert finding(without_epics(whole)) == "There is no open epic"
    assert finding(whole.portfolio) == "The one open epic moves a key result"
    assert finding(built(epics(2)).portfolio) == "Each of the 2 open epics moves a key result"
    idle = {"epics/EP-2.md": "title: Idle\nowner: A\nstate: funnel"}
    assert finding(built(idle).portfolio) == (
        "One epic moves no key result, and should not be built"
    )
    assert str(strategy_view(whole.facts, okrs).summary) == (
        "One theme, one objective, one key result, one epic, no features, no stories. "
        "Open a line to see what serves it."
    )


@pytest.mark.parametrize(
    ("orphans", "childless", "finding"),
    [
        (0, 0, "Every item serves an objective, and every objective is served"),
        (1, 0, "One item serves nothing"),
        (2, 1, "Two items serve nothing; one item is served by nothing"),
        (0, 13, "13 items are served by nothing"),
    ],
)
def test_what_hangs_in_the_air_is_counted(orphans: int, childless: int, finding: str) -> None:
    assert str(trace_finding(built().portfolio, orphans, childless)) == finding


def test_a_portfolio_without_items_is_not_praised() -> None:
    empty = Portfolio(built().portfolio.policy, {})
    assert str(trace_finding(empty, 0, 0)) == "There is nothing to trace yet"


def test_sentences_about_a_number_of_things_are_right_for_each() -> None:
    assert [str(closed_note(n)) for n in (0, 1, 2)] == [
        "None",
        "One epic that is done or cancelled is left out.",
        "Two epics that are done or cancelled are left out.",
    ]
    assert [str(not_listed(n)) for n in (0, 1, 2)] == [
        "",
        "1 more is not listed here; data/items.csv has them all.",
        "2 more are not listed here; data/items.csv has them all.",
    ]
    shares = ((0, 0), (1, 1), (0, 2), (1, 2), (2, 2), (3, 3), (0, 3))
    assert [str(green_of(*share)) for share in shares] == [
        "there are no objectives",
        "the one objective is green",
        "neither of the two objectives is green",
        "one of two objectives is green",
        "both objectives are green",
        "all three objectives are green",
        "none of three objectives is green",
    ]  # fmt: skip
    assert [str(points(Decimal(n))) for n in ("0", "1", "2", "0.5")] == [
        "0 points", "1 point", "2 points", "points: 0.5",
    ]  # fmt: skip
    assert str(since(TODAY, TODAY)) == "0 since then"


def test_a_list_names_how_many_it_leaves_out() -> None:
    ref = view_of(built(), "EP-1").item
    assert ref_list([ref] * MOST_REFS).more is None
    assert str(ref_list([ref] * (MOST_REFS + 1)).more) == "1 more is in the data."
    assert len(ref_list([ref] * (MOST_REFS + 2)).refs) == MOST_REFS


def test_a_number_keeps_its_decimals_and_its_unit() -> None:
    assert [str(figure(Decimal(n))) for n in ("8", "8.00", "0.125", "1200")] == [
        "8", "8", "0.125", "1200",
    ]  # fmt: skip
    assert figure(None) is None
    assert str(measure(figure(Decimal(24)), "EUR")) == "24 EUR"
    assert str(measure(figure(Decimal(24)), None)) == "24"


# Increments ------------------------------------------------------------------------------------


def values(planned: str, actual: str, unplanned: int = 0, unrated: int = 0) -> Delivery:
    known = [tuple(map(Decimal, text.split())) for text in (planned, actual)]
    return Delivery(known[0], known[1], unplanned, unrated)


def test_a_share_of_an_increment_is_stated_or_its_gap_is_named() -> None:
    assert share_or_gap(values("5 5", "9 1"), over=True) == Percent(Fraction(1), 1)
    assert str(gap(values("5 5", "9", unrated=1), over=True)) == (
        "one objective has no actual value"
    )
    assert gap(values("5 5", "9", unrated=1), over=False) is None
    assert str(gap(values("5", "9 4", unplanned=2, unrated=2), over=True)) == (
        "two committed objectives have no planned value; two objectives have no actual value"
    )
    missing = share_or_gap(values("5", "9 4", unplanned=1), over=False)
    assert isinstance(missing, Tag)
    assert str(missing.word) == "not stated: one committed objective has no planned value"
    assert share_or_gap(values("5 5", "", unrated=2), over=False) is None
    assert share_or_gap(values("", ""), over=True) is None


def test_the_arithmetic_of_an_increment_names_what_is_not_in_it() -> None:
    assert str(delivery_words(values("5 5", "9 1"), over=True)) == "(9 + 1) / (5 + 5) = 10 / 10"
    assert str(delivery_words(values("5 5", "9", unrated=1), over=False)) == (
        "(9) / (5 + 5) = 9 / 10; one objective is not rated yet"
    )
    assert str(delivery_words(values("5 5", "9", unrated=1), over=True)) == (
        "(9) / (5 + 5) = 9 / 10: one objective has no actual value"
    )


def test_an_increment_without_all_values_says_so_in_its_title() -> None:
    over = """
        title: Summer
        start: 2026-07-01
        end: 2026-09-20
        objectives:
          - {title: One, team: T-1, planned_value: 5, actual_value: 9}
          - {title: Two, team: T-1, planned_value: 5}
        """
    view = view_of(built({"increments/PI-1.md": over}), "PI-1")
    assert str(view.finding) == (
        "Summer: how much of the planned value was delivered is not stated, "
        "as one objective has no actual value"
    )
    rows = records(next(table for table in view.tables if table.anchor == "predictability"))
    assert [str(row["Team"]) for row in rows] == ["T-1", "All together, pooled"]
    for row in rows:
        assert [str(row[label].word) for label in ("Actual over planned", "Band")] == [  # type: ignore[union-attr]
            "not stated: one objective has no actual value", "not known",
        ]  # fmt: skip


# Epics -----------------------------------------------------------------------------------------


def test_every_piece_of_evidence_has_its_words() -> None:
    assert EVIDENCE.keys() == set(get_args(Evidence))


@pytest.mark.parametrize(
    ("state", "label"),
    [("mvp", "Likely cost of what remains"), ("rejected", "Last estimate of its cost")],
)
def test_nothing_remains_of_an_epic_that_is_closed(state: str, label: str) -> None:
    whole = built(epic("EP-1", "cost: 500", state=state))
    view = view_of(whole, "EP-1")
    assert label in {fact.label for fact in view.facts}
    assert bool(view.missing_evidence) == (state == "mvp")


def test_beside_what_was_spent_the_cost_of_a_closed_epic_is_what_remained() -> None:
    whole = built(epic("EP-1", "cost: 0\nactual: 500", state="rejected"))
    labels = {fact.label for fact in view_of(whole, "EP-1").facts}
    assert "Last estimate of what remained" in labels
    assert "Last estimate of its cost" not in labels


# Drawings --------------------------------------------------------------------------------------


def test_a_drawing_names_all_that_it_leaves_out() -> None:
    portfolio = built({**epics(20), **epic("EP-21", state="done")}).portfolio
    ids = [f"EP-{n}" for n in range(1, 22)]
    closed, rest = (str(each) for each in folded_sentences(portfolio, ids))
    assert closed == "Not drawn, being done or cancelled: EP-21."
    assert rest == f"Not drawn, for want of room: {', '.join(ids[:12])} and 8 more."
    assert folded_sentences(portfolio, ()) == ()


class Counting(Portfolio, frozen=True):
    """A portfolio that counts the links that are looked at."""

    looked_at: ClassVar = 0

    def edges_to_of_kind(self, id: str, kind: object) -> tuple[Edge, ...]:
        found = super().edges_to_of_kind(id, kind)  # type: ignore[arg-type]
        Counting.looked_at += len(found)
        return found

    def edges_to(self, id: str, *kinds: object) -> tuple[Edge, ...]:
        raise AssertionError("a drawing looks at links of one kind alone")


@pytest.mark.parametrize("number", [100, 400])
def test_an_epic_is_drawn_without_a_look_at_those_that_share_its_key_result(number: int) -> None:
    chain = {
        path: text
        for n in range(1, number + 1)
        for path, text in epic(f"EP-{n}", f"depends_on: [EP-{n - 1}]" if n > 1 else "").items()
    }
    whole = built(chain).portfolio
    counting = Counting(whole.policy, whole.items, whole.edges)
    Counting.looked_at = 0
    graph = around(counting, f"EP-{number // 2}")
    assert Counting.looked_at < 20
    assert {node.id for node in graph.nodes} == {
        "KR-1", "OBJ-1", *(f"EP-{number // 2 + n}" for n in range(-2, 3)),
    }  # fmt: skip


def test_links_of_one_kind_are_those_of_all() -> None:
    portfolio = built({**epics(3), **epic("EP-4", "depends_on: [EP-1]")}).portfolio
    for id in portfolio.items:
        for kind in DRAWN:
            assert portfolio.edges_to_of_kind(id, kind) == portfolio.edges_to(id, kind)
    assert set(UPWARD) | set(BESIDE) == set(DRAWN)


# The matrix ------------------------------------------------------------------------------------


def large(themes: int, results: int, each: int) -> dict[str, str]:
    """So many themes, each with an objective of so many key results that so many epics move."""
    files: dict[str, str] = {}
    for t in range(1, themes + 1):
        files[f"themes/TH-{t}.md"] = f"title: Theme {t}\nowner: A"
        ids = [f"KR-{t}.{n}" for n in range(1, results + 1)]
        lines = "".join(
            f"\n  - {{id: {id}, title: M, owner: A, start: 0, target: 9}}" for id in ids
        )
        files[f"objectives/OBJ-{t}.md"] = (
            f"title: O\nowner: A\nthemes: [TH-{t}]\nperiod: 2026-H2\nkey_results:{lines}"
        )
        for n in range(1, each + 1):
            files[f"epics/EP-{t}{n:03}.md"] = (
                f"title: An epic\nowner: A\nstate: funnel\nkey_results: [{ids[n % results]}]"
            )
    return files


def test_a_theme_says_where_no_objective_has_reported_yet() -> None:
    assert str(view_of(built(large(1, 1, 1)), "TH-1").finding) == (
        "Theme 1: no objective has reported yet"
    )


def test_a_small_matrix_is_whole() -> None:
    page = trace_view(built(epics(3)).portfolio).page
    (matrix,) = page.matrices.shown
    assert (len(matrix.rows), matrix.rows[0].cells, page.matrices.notes) == (3, (100,), ())


def test_a_large_matrix_is_divided_by_theme_and_what_has_no_room_is_named() -> None:
    trace = trace_view(built(large(4, 20, 40)).portfolio)
    matrices = trace.page.matrices
    assert [matrix.about.id for matrix in matrices.shown if matrix.about] == ["TH-1"]
    assert sum(matrix.elements for matrix in matrices.shown) <= MOST_ELEMENTS
    text = " ".join(map(str, matrices.notes))
    assert "161 open epics by 80 key results are too many for one table" in text
    assert "One open epic moves no key result." in text
    assert "TH-2 Theme 2 (40 open epics by 20 key results)" in text
    shown = {row.epic.id for matrix in matrices.shown for row in matrix.rows}
    assert len(shown) == 40
    assert len(trace.matrix) == 161


def test_no_page_of_the_strategy_grows_with_the_portfolio() -> None:
    site = pages.site(built(large(60, 6, 12)))
    for url in ("trace.html", "objectives.html", "strategy.html"):
        page = next(site.html(slot) for slot in site.slots if slot.url == url)
        assert 300 < page.count("<") - page.count("</") <= 3_000, url
        if url != "trace.html":
            assert all(f"OBJ-{number}.html" in page for number in range(1, 61))


def test_themes_without_a_drawing_are_named() -> None:
    trace = trace_view(built(large(12, 6, 12)).portfolio)
    assert len(trace.graphs) == 4  # of 20 items each, and 80 have room
    assert str(trace.page.undrawn) == (
        "Not drawn, for want of room: TH-5, TH-6, TH-7, TH-8, TH-9, TH-10, TH-11 and TH-12."
    )


def test_a_theme_that_is_too_large_is_divided_by_objective() -> None:
    files = large(1, 30, 100)
    files |= {"objectives/OBJ-2.md": files["objectives/OBJ-1.md"].replace("KR-1.", "KR-2.")}
    files |= {"epics/EP-9.md": "title: E\nowner: A\nstate: funnel\nkey_results: [KR-2.1]"}
    matrices = trace_view(built(files).portfolio).page.matrices
    assert [matrix.about.id for matrix in matrices.shown if matrix.about] == ["OBJ-2"]
    assert "OBJ-1 O (100 open epics by 30 key results)" in " ".join(map(str, matrices.notes))


def test_the_data_of_the_matrix_hold_only_what_is_stated() -> None:
    rows = trace_view(built(large(2, 5, 3)).portfolio).matrix
    assert sorted(len(row.shares) for row in rows) == [0, *([1] * 6)]


# Titles that are written from the right --------------------------------------------------------


def test_an_id_does_not_decide_the_direction_of_a_title() -> None:
    files = {"themes/TH-1.md": "title: שם בעברית (Q3)\nowner: A"}
    site = Site(built(files), SiteSettings("Any portfolio", "abc12345"), Columns())
    page = next(site.html(slot) for slot in site.slots if slot.url == "trace.html")
    assert '<bdi>TH-1</bdi> <bdi dir="auto">שם בעברית (Q3)</bdi>' in page


def test_what_is_done_is_not_said_to_be_better_left_unbuilt() -> None:
    files = {f"epics/EP-{n}.md": f"title: A\nstate: {state}"
             for n, state in ((1, "done"), (2, "rejected"))}  # fmt: skip
    whole = built(files)
    assert str(strategy_view(whole.facts, whole.figures.okrs).finding) == "There is no open epic"


def test_a_budget_says_on_which_line_it_is_written() -> None:
    """Of a value stream and of an epic: each entry has a line of its own."""
    entries = "budgets:\n  - {period: 2026-H1, approved: 1}\n  - {period: 2026-H2, approved: 2}"
    files = {
        "value-streams/VS-9.md": f"title: Nine\nowner: A\n{entries}",
        "epics/EP-9.md": f"title: Nine\nstate: funnel\n{entries}",
    }
    whole = built(files)
    for path, id in (("value-streams/VS-9.md", "VS-9"), ("epics/EP-9.md", "EP-9")):
        view = item_view(whole.portfolio, whole.portfolio[id], whole.figures)
        [table] = [table for table in view.tables if table.anchor == "budgets"]
        assert [row[-1] for row in table.rows] == [SourceRef(path, 5), SourceRef(path, 6)]


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ((), "A feature"),
        (("done",), "A feature: 1 of 1 story is done"),
        (("ready", "done"), "A feature: 1 of 2 stories are done"),
        (("ready", "ready", "ready"), "A feature: 0 of 3 stories are done"),
    ],
)
def test_a_feature_is_headed_by_how_many_of_its_stories_are_done(
    states: tuple[str, ...], said: str
) -> None:
    stories = "".join(
        f"\n  - {{id: ST-{n}, title: A, state: {state}}}" for n, state in enumerate(states, 1)
    )
    told = f"\nstories:{stories}" if stories else ""
    files = {"features/FT-1.md": f"title: A feature\nepic: EP-1\nstate: ready{told}"}
    whole = built(files)
    assert str(view_of(whole, "FT-1").finding) == said
    hidden = replace(whole.portfolio, partial=True)
    partial = item_view(hidden, hidden["FT-1"], whole.figures)
    assert str(partial.finding) == "A feature"


def test_an_overloaded_iteration_is_told_where_the_whole_increment_fits() -> None:
    for id, title in (("VS-Lockers", "Teams"), ("T-Sites", "Increments")):
        table = next(each for each in view_of(sample(), id).tables if each.title == title)
        over = {str(row["Over capacity in"]) for row in map(dict, records(table))} - {"None"}
        assert over == {"4 (load 15 of 8)"}, id
    calm = next(each for each in view_of(sample(), "T-Core").tables if each.title == "Increments")
    assert "Over capacity in" not in [head.label for head in calm.headers]


def test_an_epic_says_on_which_side_of_the_line_it_is_and_when_it_is_decided_on() -> None:
    facts = {fact.label: fact.value for fact in view_of(sample(), "EP-14").facts}
    assert isinstance(facts["Cut line"], Tag) and str(facts["Cut line"].word) == "below"
    assert facts["To be decided by"] == date(2026, 11, 26)
    plain = {fact.label for fact in view_of(built(), "EP-1").facts}
    assert not plain & {"Cut line", "To be decided by"}
