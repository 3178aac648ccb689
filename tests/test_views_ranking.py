import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader, StrictUndefined

from leanfolio.figures.ranking.candidates import rank_open
from leanfolio.figures.ranking.wsjf import rank
from leanfolio.model import CostOfDelay, CutLine, Epic, Feature, Increment, Team, ValueStream
from leanfolio.output.data import as_csv, as_json
from leanfolio.output.html.say import Say
from leanfolio.output.html.small_drawings import interval, spark_height, spark_points
from leanfolio.output.html.template_words import WordedEnvironment
from leanfolio.views.ranking.bump import bump
from leanfolio.views.ranking.figures import rank_places
from leanfolio.views.ranking.places import ranked_places
from leanfolio.views.ranking.ranking import Ranking, ranking_view, ranking_within
from leanfolio.views.ranking.scatter import Box, Plot, box_of, overlap
from leanfolio.views.ranking.what_if import WhatIf
from leanfolio.views.ranking.within import MOST, within_table
from leanfolio.views.ref import Ref
from leanfolio.wording.language import Language
from test_ranking_wsjf import SCALE, a_portfolio, an_epic, epics, ids, money_epic, scores_on_scale

TODAY = date(2026, 11, 20)
FOUR = (
    an_epic("EP-1", (13, 8, 8, 5), title="Shared identity"),
    an_epic("EP-2", (13, 8, 3, 5), title="Self-service returns"),
    an_epic("EP-3", (8, 13, 5, 8), title="Partner onboarding"),
    an_epic("EP-4", (5, 8, 13, 8), title="Fraud signals"),
)


def viewed(*items: Any, **policy: Any) -> Ranking:
    return ranking_view(a_portfolio(*items, **policy), TODAY)


def test_every_row_prints_its_arithmetic_rounded_half_up() -> None:
    row = viewed(an_epic(scores=(13, 8, 5, 8))).items[0]
    assert (str(row.score), row.exact) == ("3.25", Fraction(13, 4))
    assert str(row.arithmetic) == "(13 + 8 + 5) / 8 = 3.25"
    assert str(viewed(an_epic(scores=(1, 0, 0, 8))).items[0].score) == "0.13"


def test_money_prints_its_parts_and_how_a_month_becomes_weeks() -> None:
    delay = CostOfDelay(revenue=Decimal(20000), savings=Decimal("2000.50"), per="month")
    epic = an_epic(cost_of_delay=delay, duration_weeks=Decimal(14))
    week = money_epic("EP-2", 700, 14)
    rows = viewed(epic, week, ranking="money").items
    assert str(rows[0].arithmetic) == "(20000 + 2000.5) × 7 / 30.4375 / 14 = 361.40"
    assert str(rows[1].arithmetic) == "700 / 14 = 50.00"


@given(st.lists(st.tuples(*[st.sampled_from(SCALE)] * 4), max_size=7), st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_what_other_pages_print_of_a_place_is_what_the_ranking_says(
    scores: list[tuple[int, int, int, int]], room: int
) -> None:
    """It is computed without the draws and the sequence of the whole ranking."""
    items = [an_epic(f"EP-{number}", each) for number, each in enumerate(scores)]
    line = CutLine(count=room) if room else None
    portfolio = a_portfolio(*items, **({"cut_line": line} if line else {}))
    whole = ranking_view(portfolio, TODAY).items
    places = ranked_places(
        rank_places(portfolio, rank_open(portfolio, items, "relative", TODAY), TODAY, line)
    )
    assert list(places) == [row.id for row in whole]
    for row, place in zip(whole, places.values(), strict=True):
        for name in ("rank", "score", "arithmetic", "rank_low", "rank_high", "above_cut"):
            assert getattr(place, name) == getattr(row, name)
        assert place.placement == (row.placement if line else None)


def test_items_of_equal_score_are_named_and_share_no_rank() -> None:
    found = viewed(*FOUR).items
    assert [row.tied_with for row in found] == [(), (), ("EP-4",), ("EP-3",)]
    assert [row.rank for row in found] == [1, 2, 3, 4]


def test_the_title_says_what_the_ranking_says() -> None:
    assert str(viewed(*FOUR).finding) == (
        "“Shared identity” leads, but one step in one score is enough to move it to second"
    )


@pytest.mark.parametrize(
    ("items", "finding"),
    [
        ((), "There is nothing to rank"),
        ((an_epic(scores=(1, 1, 1, None)),), "Nothing can be ranked yet"),
        ((an_epic(title="Alone"),), "“Alone” is the only candidate that can be ranked"),
        (
            (an_epic("A"), an_epic("B")),
            "Both candidates score the same: the tie rule alone orders them",
        ),
        (
            (an_epic("A", (20, 20, 20, 1)), an_epic("B", (1, 1, 1, 20))),
            "“A” leads, and no single step in any score moves it",
        ),
        (
            (an_epic("A", (1, 1, 1, 1)), an_epic("B", (3, 1, 1, 2))),
            "“A” leads, but one step in one score is enough to move it to second",
        ),
    ],
)
def test_few_or_equal_candidates_are_said_as_they_are(
    items: tuple[Epic, ...], finding: str
) -> None:
    assert str(viewed(*items).finding) == finding


def test_the_cut_line_says_what_falls_just_below_and_why() -> None:
    found = viewed(*FOUR, cut_line=CutLine(count=2))
    assert found.cut is not None
    assert [row.above_cut for row in found.items] == [True, True, False, False]
    assert found.cut.next_id == "EP-3"
    assert str(found.cut.why) == "EP-3 scores 3.25, 1.55 less than EP-2."
    assert str(found.cut.lifted_by) == "job size from 8 to 5"
    assert str(found.sensitivity.tipping) == (
        "Job size of EP-2 from 5 to 8 (one step) is enough: EP-2 leaves and EP-3 comes in."
    )


def test_a_tie_at_the_cut_line_is_said() -> None:
    found = viewed(*FOUR, cut_line=CutLine(count=3)).cut
    assert found is not None
    assert str(found.why) == "EP-4 scores the same as EP-3, and comes after by the tie rule."


def test_by_money_costs_are_taken_at_a_dated_rate_and_what_has_no_rate_is_told() -> None:
    rates = [{"currency": "USD", "rate": "0.5", "on": "2026-10-01"}]
    items = (
        an_epic("A", (20, 20, 20, 1), cost=Decimal(100), currency="USD"),
        an_epic("B", (8, 8, 8, 1), cost=Decimal(100), currency="GBP"),
        an_epic("C", (1, 1, 1, 1), cost=Decimal(60)),
    )
    found = viewed(*items, rates=rates, cut_line=CutLine(money=Decimal(100)))
    assert found.cut is not None
    assert (found.cut.used, found.cut.unknown) == (Decimal(50), ("B",))
    assert [row.above_cut for row in found.items] == [True, None, False]


def test_without_a_cut_line_nothing_is_above_or_below() -> None:
    found = viewed(*FOUR)
    assert found.cut is None
    assert {row.above_cut for row in found.items} == {None}


def test_the_json_has_the_keys_of_the_contract() -> None:
    answer = json.loads(as_json(viewed(*FOUR, an_epic("EP-5", (1, 1, 1, None))), TODAY))
    assert answer["form"] == "relative"
    row = answer["items"][0]
    assert {key: row[key] for key in ("rank", "id", "score", "exact", "tied_with")} == {
        "rank": 1, "id": "EP-1", "score": "5.80", "exact": "29/5", "tied_with": [],
    }  # fmt: skip
    assert {"above_cut", "rank_low", "rank_high", "sequence", "title"} <= row.keys()
    assert [(e["id"], e["why"]) for e in answer["unranked"]] == [("EP-5", "no job size")]
    assert len(as_csv(viewed(*FOUR).items).splitlines()) == 5


def test_the_sequence_heeds_dependencies_and_says_what_it_saves() -> None:
    first = an_epic("EP-1", (20, 20, 20, 1), depends_on=["EP-2"])
    found = viewed(first, an_epic("EP-2", (1, 1, 1, 8)), an_epic("EP-3", (5, 5, 5, 5)))
    assert [row.item.id for row in found.dependencies.rows] == ["EP-2", "EP-1", "EP-3"]
    assert [(row.id, row.sequence) for row in found.items] == [
        ("EP-1", 2),
        ("EP-3", 3),
        ("EP-2", 1),
    ]
    assert found.dependencies.optimal
    assert str(found.dependencies.finding) == (
        "Dependencies move EP-2 the furthest, from third to first; "
        "the proposed order saves 18.9 % of the delay cost of the naive one."
    )


def test_value_streams_work_side_by_side_on_as_many_as_they_have_teams() -> None:
    streams = [ValueStream(id="VS-1", title="Retail"), ValueStream(id="VS-2", title="Returns")]
    teams = [Team(id=f"T-{n}", title="Any", value_stream="VS-1") for n in range(2)]
    items = [an_epic(f"EP-{n}", value_stream="VS-1" if n < 2 else "VS-2") for n in range(3)]
    found = viewed(*streams, *teams, *items).dependencies.lanes
    assert found is not None
    assert tuple(map(str, found.lanes)) == (
        "Retail: two items at once",
        "Returns: one item at once",
    )
    assert [(row.item.id, row.start, row.end) for row in found.rows] == [
        ("EP-0", Decimal(0), Decimal(5)), ("EP-1", Decimal(0), Decimal(5)),
        ("EP-2", Decimal(0), Decimal(5)),
    ]  # fmt: skip


def test_features_are_ranked_within_an_epic_or_an_increment_without_a_cut_line() -> None:
    features = [
        Feature(
            id=f"FT-{n}", title="Any", epic="EP-1", increment="PI-1", state="backlog",
            size=Decimal(n), business_value=Decimal(5), time_criticality=Decimal(5),
            risk_opportunity=Decimal(5),
        )
        for n in (3, 1, 2)
    ]  # fmt: skip
    portfolio = a_portfolio(
        an_epic(), Increment(id="PI-1", title="Any"), *features, cut_line=CutLine(count=1)
    )
    for within in ("EP-1", "PI-1"):
        found = ranking_within(portfolio, within, TODAY)
        assert [row.id for row in found.items] == ["FT-1", "FT-2", "FT-3"]
        assert found.cut is None


def test_epics_are_ranked_within_their_value_stream() -> None:
    stream = ValueStream(id="VS-1", title="Retail")
    portfolio = a_portfolio(stream, an_epic("A", value_stream="VS-1"), an_epic("B"))
    assert [row.id for row in ranking_within(portfolio, "VS-1", TODAY).items] == ["A"]


def test_the_table_on_an_items_page_has_the_order_of_the_ranking_within_it() -> None:
    streams = [ValueStream(id="VS-1", title="Retail")]
    found = [each.model_copy(update={"value_stream": "VS-1"}) for each in FOUR]
    lost = an_epic("EP-9", (None, 1, 1, 1), value_stream="VS-1")
    portfolio = a_portfolio(*streams, *found, lost)
    table = within_table(portfolio, "Epic", portfolio.members_of("VS-1", Epic), TODAY)
    within = ranking_within(portfolio, "VS-1", TODAY)
    assert table.rows == tuple(
        (
            Ref(row.id, "epic", "epic", row.title, row.url),
            row.rank,
            row.score,
            row.arithmetic,
        )
        for row in within.items
    )
    assert str(table.note).endswith("Without a score: one epic.")


@pytest.mark.parametrize(("items", "rows"), [(0, 0), (1, 0), (2, 2), (MOST + 7, MOST)])
def test_one_candidate_needs_no_order_and_of_many_the_first_are_listed(
    items: int, rows: int
) -> None:
    portfolio = a_portfolio(*(an_epic(f"EP-{n}") for n in range(items)))
    table = within_table(portfolio, "Epic", portfolio.items_of(Epic), TODAY)
    assert len(table.rows) == rows
    assert ("7 more come after these" in str(table.note)) == (items > MOST)


def test_other_forms_stand_beside_the_one_that_rules() -> None:
    found = {row.form: row for row in viewed(*FOUR).agreements}
    assert set(found) == {"money", "value-urgency"}
    assert str(found["money"].finding).startswith("No candidates have the parts for both")
    assert str(found["value-urgency"].tau) == "0.80"
    assert "Kendall's tau-b is 0.80" in str(found["value-urgency"].finding)


def test_what_moved_since_an_increment_is_told_with_its_cause() -> None:
    before = a_portfolio(an_epic("A", (8, 1, 1, 2)), an_epic("B", (5, 1, 1, 2)))
    now = a_portfolio(an_epic("A", (2, 1, 1, 2)), an_epic("B", (5, 1, 1, 2)))
    found = ranking_view(now, TODAY, past=[("PI-3", before)])
    assert found.drift is not None
    assert [(row.item.id, str(row.words)) for row in found.drift.rows] == [
        ("B", "up 1: other candidates moved, came or left"),
        ("A", "down 1: business value from 8 to 2"),
    ]
    assert found.bump is not None
    assert [(line.id, line.ranks) for line in found.bump.lines] == [("B", (2, 1)), ("A", (1, 2))]


def test_a_line_of_ranks_breaks_where_the_item_was_in_no_ranking() -> None:
    a, b = an_epic("A"), an_epic("B", (1, 1, 1, 8))
    orders = [rank(each, "relative") for each in ([a, b], [b], [a, b])]
    found = bump([(str(n), order) for n, order in enumerate(orders)])
    assert [line.ranks for line in found.lines] == [(1, None, 1), (2, 1, 2)]
    assert [len(stroke.dots) for stroke in found.strokes(found.lines[0])] == [1, 1]
    assert len({(x, y) for _, x, y in found.labels}) == len(found.lines)


def boxes(plot: Plot) -> Iterator[Box]:
    """Everything in the drawing that must not cover anything else."""
    for point in plot.points:
        yield point.x - 5, point.y - 5, point.x + 5, point.y + 5
        if point.id:
            yield box_of(point.id, point.label_x, point.label_y, point.anchor)
    for guide in plot.guides:
        yield box_of(str(guide.text), guide.text_x, guide.text_y, "end")


@given(st.lists(scores_on_scale, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_no_label_covers_another_or_a_dot_or_leaves_the_drawing(scores: list[Any]) -> None:
    plot = viewed(*(an_epic(f"EP-{n}", each) for n, each in enumerate(scores))).scatter
    assert plot is not None
    found = list(boxes(plot))
    assert not any(overlap(one, two) for one, two in combinations(found, 2))
    assert all(box[0] >= 0 and box[2] <= plot.width + 5 and box[1] >= 0 for box in found)


@pytest.mark.parametrize("size", [Decimal("0.001"), Decimal(1), Decimal(10**9)])
def test_axes_fit_any_size(size: Decimal) -> None:
    plot = viewed(an_epic(scores=(5, 5, 5, size))).scatter  # type: ignore[arg-type]
    assert plot is not None
    assert 2 <= len(plot.x_ticks) <= 10
    assert len({text for _, text in plot.x_ticks}) == len(plot.x_ticks)


def test_worthless_candidates_can_be_drawn() -> None:
    assert viewed(an_epic(scores=(0, 0, 0, 5))).scatter is not None


def ranked_by_the_browser(data: WhatIf, changed: dict[str, tuple[int, ...]]) -> list[str]:
    """The rule that the browser follows, in whole numbers alone."""

    def goes_first(item: Any) -> tuple[Fraction, int, int, int, int]:
        numbers = changed.get(item.id) or tuple(map(int, item.numbers))
        cost, urgency, size = sum(numbers[:-1]), numbers[1], numbers[-1]
        if data.form == "value-urgency":
            cost = numbers[0] * numbers[1]
        if data.form == "money":
            cost, urgency = numbers[0], int(item.stated)
        return Fraction(-cost, size), -cost, -urgency, size, int(item.last)

    return [item.id for item in sorted(data.items, key=goes_first)]


@given(epics(most=8), st.data())
@settings(max_examples=60, deadline=None)
def test_a_browser_that_follows_the_rule_ranks_as_we_do(items: list[Epic], any: Any) -> None:
    data = viewed(*items).what_if
    unit = int(data.unit)
    changed, anew = {}, []
    for item in items:
        scores = any.draw(st.none() | scores_on_scale)
        if scores:
            changed[item.id] = tuple(int(score * unit) for score in scores)
        anew.append(an_epic(item.id, scores, due=item.due) if scores else item)
    assert ranked_by_the_browser(data, changed) == ids(anew)


def test_a_browser_is_told_the_scale_and_the_capacity_in_the_same_unit() -> None:
    half = an_epic(scores=(Decimal("0.5"), 1, 1, 1))  # type: ignore[arg-type]
    data = viewed(half, cut_line=CutLine(size=Decimal(3))).what_if
    assert (data.unit, data.capacity, data.measure) == ("2", "6", "size")
    assert data.scale == tuple(str(int(2 * each)) for each in SCALE)


def test_the_view_is_the_same_whatever_the_order_of_files() -> None:
    assert as_json(viewed(*FOUR), TODAY) == as_json(viewed(*FOUR[::-1]), TODAY)


@pytest.mark.parametrize(
    "ranking",
    [
        viewed(),
        viewed(an_epic(scores=(1, 1, 1, None))),
        viewed(an_epic("A", depends_on=["B"]), an_epic("B", depends_on=["A"]), cut_line=1),
        ranking_view(
            a_portfolio(
                *FOUR,
                an_epic("EP-9", due=date(2027, 1, 1), urgency="fixed-date", depends_on=["EP-1"]),
                cut_line=CutLine(money=Decimal(5)),
            ),
            TODAY,
            flow_days=Fraction(80),
            past=[("PI-3", a_portfolio(*FOUR[:2]))],
        ),
        viewed(*(an_epic(f"EP-{n}", (n % 20, 5, 5, 1 + n % 7)) for n in range(200)), cut_line=99),
    ],
    ids=["nothing", "none scored", "a ring", "everything", "many"],
)
def test_the_page_prints_whatever_the_ranking_is(ranking: Ranking) -> None:
    html = printed(ranking)
    assert "style=" not in html
    assert str(ranking.tie_rule) in html or not ranking.items
    for row in ranking.visible_items:
        assert str(row.arithmetic) in html
    for unranked in ranking.unranked:
        assert str(unranked.why) in html


def test_of_many_the_first_are_shown_and_those_around_the_cut_line() -> None:
    items = [an_epic(f"EP-{n}", (5, 5, 5, 5)) for n in range(200)]
    assert [row.rank for row in viewed(*items, cut_line=9).visible_items] == list(range(1, 49))
    deep = [row.rank for row in viewed(*items, cut_line=99).visible_items]
    assert deep == [*range(1, 29), *range(90, 110)]


def test_a_browser_gets_the_numbers_of_those_without_a_row_unless_they_are_too_many() -> None:
    def many(number: int) -> Ranking:
        return viewed(*(an_epic(f"EP-{n}", (n % 20, 5, 5, 1 + n % 7)) for n in range(number)))

    some = many(60)
    assert len(some.hidden_numbers) == 60 - len(some.visible_items)
    assert some.hidden_numbers[0].packed in printed(some)
    assert "what-if.js" in scripts(some)
    lone = many(1)
    assert not lone.can_be_tried
    assert "data-numbers" in printed(lone)
    assert "what-if.js" not in scripts(lone)


def printed(ranking: Ranking) -> str:
    """The page's own part, without the frame around it."""
    return block(ranking, "main")


def scripts(ranking: Ranking) -> str:
    return block(ranking, "scripts")


def block(ranking: Ranking, name: str) -> str:
    folder = Path(__file__).parents[1] / "templates"
    frameless = DictLoader({"layout.html.jinja": f"{{% block {name} %}}{{% endblock %}}"})
    environment = WordedEnvironment(
        loader=ChoiceLoader([frameless, FileSystemLoader(folder)]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    say = Say(Language("en"))
    environment.filters.update(
        label=say.language.label, day=say.day, number=say.number, text=say.text, interval=interval,
        spark_height=spark_height, spark_points=spark_points,
    )  # fmt: skip
    environment.filters["said"] = lambda value, root: say.value(root)(value)
    template = environment.get_template("ranking.html.jinja")
    theme = {"what_if": "what-if.js"}
    return template.render(ranking=ranking, page={"root": ""}, site={"theme": theme})
