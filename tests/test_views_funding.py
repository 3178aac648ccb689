"""The funding page: what it finds, what it prints, and what it never does."""

import json
import re
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.columns import NAMES
from leanfolio.figures.funding.currency import exchange
from leanfolio.figures.funding.ledger import book, read_actuals
from leanfolio.model import Item, KeyResult, Objective, Theme
from leanfolio.model.portfolio import Portfolio
from leanfolio.output.data import as_csv, as_json
from leanfolio.views.built import Built
from leanfolio.views.funding.funding import Funding, funding_view
from leanfolio.views.funding.guardrails import guardrails_finding, not_judged_summary
from leanfolio.views.funding.missing import COLUMNS as MISSING_COLUMNS
from leanfolio.views.funding.money_flow import BESIDE, FlowPicture
from leanfolio.views.funding.pages import CUTS, MOST_ROWS, PACE, addresses
from leanfolio.views.lines import in_lines, width
from leanfolio.wording import rounded
from making import built
from test_funding_table import a_portfolio, a_stream, an_epic, portfolios

AS_OF = date(2026, 11, 20)
H1 = {"period": "2026-H1", "target": 900, "approved": 900, "forecast": 900, "actual": 900}
H2 = {"period": "2026-H2", "target": 1200, "approved": 1000, "forecast": 1100, "actual": 500}
RULES: dict[str, Any] = {
    "horizons": {"targets": {3: 10, 2: 20, 1: 70, 0: 0}, "tolerance": 5},
    "epic_threshold": 400,
}


def the_view(*items: Item, **policy: Any) -> Funding:
    return funding_view(Facts(a_portfolio(*items, **policy), AS_OF))


def test_the_title_says_who_is_over() -> None:
    assert str(the_view(a_stream("VS-1", H2)).finding) == "VS-1 is forecast over its approved money"
    two = the_view(a_stream("VS-1", H2), a_stream("VS-2", H2), a_stream("VS-3", H1))
    assert str(two.finding) == (
        "Both value streams are forecast over their approved money in 2026-H2"
    )
    assert str(two.finding_of("total")) == (
        "Two of three value streams are forecast over their approved money over all periods"
    )
    assert str(two.finding_of("2026-H1")) == (
        "Every value stream is forecast within its approved money in 2026-H1"
    )
    assert str(the_view(a_stream("VS-1", H1)).finding) == (  # it is over: it needs its name
        "Every value stream is forecast within its approved money in 2026-H1"
    )


def test_the_amount_of_a_horizon_unfolds_to_its_epics() -> None:
    over_budgets = {"period": "2026-H2", "approved": 30}, {"period": "2026-H1", "approved": 60}
    found = the_view(
        a_stream("VS-1", H1, H2),
        an_epic("EP-1", approved=300, horizon=1),
        an_epic("EP-2", budgets=list(over_budgets), horizon=1),
        an_epic("EP-3", approved=70, horizon=3),
        an_epic("EP-4", approved=5),
        an_epic("EP-5", horizon=1),
        guardrails={"horizons": {"targets": {3: 20, 1: 80}, "tolerance": 5}},
    )
    (rail,) = found.guardrails
    sums = {part.name: part.how for part in rail.parts if part.how is not None}
    assert {part.name for part in rail.parts if part.amount} == sums.keys()
    for part in rail.parts:
        lines = sums[part.name].lines if part.amount else ()
        assert sum(line.part.amount for line in lines) == part.amount  # type: ignore[misc, union-attr]
    one = sums["Horizon 1, investing or extracting"]
    assert (str(one.arithmetic), [line.item.id for line in one.lines]) == (
        "EUR 300 + EUR 30 = EUR 330", ["EP-1", "EP-2"],
    )  # fmt: skip
    assert sums["Horizon 3, evaluating"].arithmetic == ""


def test_what_cannot_be_judged_is_not_called_within_its_money() -> None:
    stream = a_stream("VS-1", {"period": "2026-H2"})
    within = an_epic("EP-1", approved=100, actual=0, cost=90)
    one = the_view(stream, within, an_epic("EP-2", cost=500, actual=0))
    assert str(one.finding) == (
        "Whether the approved money is enough cannot be judged: one epic states no approved money"
    )
    two = the_view(stream, within, an_epic("EP-2", approved=5), an_epic("EP-3", approved=5))
    assert str(two.finding) == (
        "Whether the approved money is enough cannot be judged: two epics state no forecast"
    )
    beside = the_view(stream, a_stream("VS-2", H2 | {"forecast": 5}), an_epic("EP-2", approved=5))
    assert str(beside.finding) == (
        "No value stream is over its approved money; 1 of 2 cannot be judged: "
        "one epic states no forecast"
    )


def test_there_is_no_pace_where_spending_is_not_known() -> None:
    [stream] = the_view(a_stream("VS-1", {"period": "2026-H2", "approved": 9}),
                        an_epic("EP-1", approved=4, actual=2), an_epic("EP-2")).streams  # fmt: skip
    assert (stream.burn, stream.at_this_pace, stream.runway_days) == (None, None, None)


def test_the_title_says_how_many_guardrails_are_broken() -> None:
    found = the_view(a_stream("VS-1", H1), an_epic(approved=500), guardrails=RULES)
    assert str(found.finding).endswith("; two guardrails are broken")


def test_a_waiver_quiets_a_guardrail_until_its_day_and_is_shown() -> None:
    waiver = {"rule": "guardrail-threshold", "reason": "Law", "approver": "Board",
              "until": "2026-12-31"}  # fmt: skip
    epic = an_epic(approved=500, horizon=1, waivers=[waiver])
    rail = next(
        guardrail
        for guardrail in the_view(epic, guardrails=RULES).guardrails
        if guardrail.rule == "guardrail-threshold"
    )
    assert (rail.pass_, rail.word, rail.broken) == (False, "waived", False)
    assert rail.waiver is not None
    assert rail.waiver.approver == "Board"
    over = an_epic(approved=500, waivers=[waiver | {"until": "2026-11-19"}])
    words = [guardrail.word for guardrail in the_view(over, guardrails=RULES).guardrails]
    assert words == ["broken", "broken", "not judged"]  # the epic has no owner


EVERY_RULE: dict[str, Any] = {
    **RULES, "capacity": {"targets": {"feature": 60, "enabler": 40}, "tolerance": 5},
    "concentration": {"epic": 50, "vendor": 50}, "engagement": 100,
}  # fmt: skip


def test_a_share_that_is_just_off_is_printed_with_the_digits_that_show_it() -> None:
    rules = {"horizons": {"targets": {3: 10, 1: 90}, "tolerance": 5}}
    over = [
        an_epic("EP-1", approved=150007, horizon=3),
        an_epic("EP-2", approved=849993, horizon=1),
    ]
    [rail] = the_view(*over, guardrails=rules).guardrails
    assert str(rail.detail) == (
        "horizon 3 has 15.001 %, above its target of 10.0 % ± 5.0 points; "
        "horizon 1 has 84.999 %, below its target of 90.0 % ± 5.0 points"
    )


def test_a_guardrail_with_nothing_to_judge_says_so_and_why() -> None:
    rails = the_view(guardrails=EVERY_RULE).guardrails
    assert {(rail.rule, rail.pass_, rail.word, rail.broken) for rail in rails} == {
        (f"guardrail-{name}", None, "not judged", False)
        for name in (
            "horizons", "capacity", "threshold", "salami", "concentration-epic",
            "concentration-vendor", "engagement",
        )
    }  # fmt: skip
    assert {str(rail.detail) for rail in rails} == {
        "no epic states money that is committed in this period",
        "no feature is planned in an increment to come, or was in the last that ended",
        "no epic that runs, or has approved money, states its amount",
        "no open epic has an owner and states its amount",
        "no increment has begun",
    }
    assert str(guardrails_finding(rails)) == "No guardrail can be judged yet"
    said = json.loads(as_json(the_view(guardrails=EVERY_RULE), AS_OF))["guardrails"]
    assert {each["pass"] for each in said} == {None}


def test_guardrails_that_are_not_judged_count_with_neither_side() -> None:
    epic = an_epic(approved=300, horizon=1)
    rails = the_view(epic, guardrails=RULES).guardrails
    assert [rail.word for rail in rails] == ["broken", "kept", "not judged"]
    assert str(guardrails_finding(rails)) == "1 of 2 guardrails holds"
    assert str(not_judged_summary(rails)) == (
        "No epic is cut small is not judged: no open epic has an owner and states its amount."
    )
    summary = not_judged_summary(the_view(guardrails=EVERY_RULE).guardrails)
    assert str(summary).startswith("Seven guardrails")
    assert str(guardrails_finding(())) == "This portfolio has set no guardrails"
    assert str(not_judged_summary(())) == ""


def test_a_page_says_the_days_of_its_period_and_both_years_of_a_fiscal_year() -> None:
    files = {
        "portfolio.md": """
            title: P
            owner: A
            fiscal_year_start: "10-01"
            fiscal_year_named_by: end
            """,
        "value-streams/VS-1.md": """
            title: A stream
            owner: A
            budgets: [{period: 2026, approved: 5}, {period: 2028-Q2, approved: 5},
              {period: {start: 2027-01-01, end: 2027-01-31}, approved: 5}]
            """,
    }
    view = built(files, date(2025, 11, 15)).figures.funding
    days = {name: str(view.section(name).days) for name in view.periods}
    assert view.period == "2026"
    assert days == {
        "2026": "fiscal year 2025/26, 2025-10-01 to 2026-09-30",
        "2028-Q2": "2028-01-01 to 2028-03-31",
        "2027-01-01 to 2027-01-31": "",
    }


def test_what_is_to_stay_as_it_is_has_no_price_per_point() -> None:
    objective = """
        title: An objective
        period: 2026-H2
        key_results:
          - {id: KR-1, title: A, kind: KIND, start: 0, target: 10, low: 4, high: 6,
             check_ins: [{on: 2026-11-10, value: 5}]}
        """
    prices = {}
    for kind in ("metric", "maintain"):
        files = {
            "objectives/OBJ-1.md": objective.replace("KIND", kind),
            "epics/EP-2.md": "title: A\nkey_results: [KR-1]\napproved: 900\nactual: 500",
            "epics/EP-1.md": "title: A",
        }
        [row] = built(files).figures.funding.outcomes
        prices[kind] = row.per_point
    assert prices == {"metric": 10, "maintain": None}


def test_the_lede_counts_what_nobody_states() -> None:
    assert str(the_view(a_stream("VS-1", {"period": "2026-H2", "approved": 5})).summary) == (
        "Not stated, and so in no sum: the forecast of VS-1; the actual amount of VS-1."
    )


def test_the_sums_are_called_complete_only_where_every_cell_is_stated() -> None:
    whole = an_epic("EP-1", approved=600, actual=1, cost=1)
    assert str(the_view(a_stream("VS-1", H2), whole).summary) == (
        "Every amount is stated; all sums are complete."
    )
    complete = "The sums of what is approved, forecast and spent are complete; in"
    silent = an_epic("EP-2", approved=9, cost=1)
    one = the_view(a_stream("VS-1", H2), whole, silent, an_epic("EP-3", state="funnel", cost=5))
    assert str(one.summary).startswith(f"{complete} ")
    asking = the_view(a_stream("VS-1", H2), whole, an_epic("EP-3", state="funnel"))
    assert str(asking.summary).startswith(f"{complete} ")
    assert str(the_view().summary) == "No amount is stated yet."


def test_a_sum_names_what_is_not_stated() -> None:
    """The stream by its epics and, over all periods, by its periods; the whole by its streams."""
    bare = {"period": "2026-H2"}
    found = the_view(
        a_stream("VS-1", H1, bare), a_stream("VS-2", H1, H2),
        *(an_epic(f"EP-{n}", approved=5) for n in range(1, 7)), an_epic("EP-7", approved=1, cost=1),
    )  # fmt: skip
    said = {(row.level, row.id, row.period): row for row in (*found.rows, *found.totals)}
    own = said["value-stream", "VS-1", "2026-H2"]
    assert str(own.lacking("forecast")) == "EP-1, EP-2, EP-3 and three more not stated"
    assert said["unallocated", "VS-1", "2026-H2"].lacking("variance") == own.lacking("forecast")
    assert str(said["value-stream", "VS-1", "total"].lacking("forecast")) == "2026-H2 not stated"
    assert str(said["value-stream", "total", "2026-H2"].lacking("forecast")) == "VS-1 not stated"
    assert str(said["value-stream", "total", "total"].lacking("forecast")) == "2026-H2 not stated"
    assert str(said["value-stream", "VS-2", "total"].lacking("forecast")) == ""
    [lack] = [each for each in own.lacks if each.column == "forecast"]
    assert lack.id == "forecast: EP-1, EP-2, EP-3, EP-4, EP-5, EP-6"
    assert lack.id in as_csv(found.rows)


@settings(max_examples=40)
@given(portfolios())
def test_wherever_an_epic_or_a_period_is_missing_the_sum_names_it(portfolio: Portfolio) -> None:
    found = funding_view(Facts(portfolio, AS_OF))
    for row in found.rows:
        parts = [
            each.id
            for each in found.rows
            if (each.level, each.stream, each.period) == ("epic", row.stream, row.period)
            and each.unknown.forecast
        ]
        if row.level == "value-stream" and row.period != "total":
            named = [lack.of for lack in row.lacks if lack.column == "forecast"]
            assert named == ([tuple(parts)] if parts else [])


def test_variance_has_a_sign_and_a_word() -> None:
    found = the_view(
        a_stream("VS-1", H1), a_stream("VS-2", H2), a_stream("VS-3"), an_epic("EP-1", "VS-3")
    )
    said = {
        row.id: (row.variance_word, row.difference and (row.difference.sign, row.difference.size))
        for row in found.rows
        if row.level == "value-stream" and row.period == "total"
    }
    assert said["VS-1"] == ("on plan", ("", Decimal(0)))
    assert said["VS-2"] == ("over", ("−", Decimal(100)))
    assert said["VS-3"] == ("not stated", None)


def test_burn_stands_beside_elapsed_time_and_the_pace_that_follows() -> None:
    [stream] = the_view(a_stream("VS-1", H2)).streams
    assert (stream.burn, stream.elapsed) == (Decimal("0.5"), Decimal("0.7772"))  # 143 of 184 days
    assert stream.at_this_pace == Decimal("643.36")
    assert stream.runway_days == 41  # to the end of the period


def test_the_json_is_that_of_the_contract() -> None:
    found = the_view(a_stream("VS-1", H2), an_epic(approved=600, actual=0), guardrails=RULES)
    said = json.loads(as_json(found, AS_OF))
    assert set(said) >= {"currency", "periods", "rows", "totals", "guardrails", "as_of"}
    assert said["periods"] == ["2026-H2"]
    columns = {"level", "id", "period", "target", "approved", "committed", "forecast", "actual",
               "remaining", "variance"}  # fmt: skip
    assert all(columns <= set(row) for row in said["rows"] + said["totals"])
    assert said["rows"][0]["approved"] == "1000"
    assert said["rows"][1]["target"] is None
    assert all({"name", "pass", "detail"} <= set(rail) for rail in said["guardrails"])
    assert "graphs" not in said
    assert as_csv(found.rows).splitlines()[0].startswith("level,id,title,url,stream,period,target")


def pages(found: Funding) -> list[tuple[str, str, str]]:
    return [(str(page.title), page.url, str(page.word)) for page in found.pages if page.period]


def test_a_lone_period_is_told_once_and_of_several_the_current_stands_first() -> None:
    lone = the_view(a_stream("VS-1", H2))
    assert pages(lone) == [("2026-H2", "funding.html", "")]
    next = {"period": "2027-H1", "approved": 1}
    assert pages(the_view(a_stream("VS-1", H1, H2, next))) == [
        ("2026-H2", "funding.html", "now"),
        ("2026-H1", "funding/2026-H1.html", "over"),
        ("2027-H1", "funding/2027-H1.html", "to come"),
        ("All periods", "funding/all-periods.html", ""),
    ]
    early = pages(the_view(a_stream("VS-1", {"period": "2025-H2"}, H1)))
    assert early[:2] == [
        ("2026-H1", "funding.html", "the last"), ("2025-H2", "funding/2025-H2.html", "over"),
    ]  # fmt: skip
    assert pages(the_view()) == [("All periods", "funding.html", "")]


def test_no_two_pages_share_an_address_on_a_disk_that_knows_no_case() -> None:
    names = ["2026-H2", "PI 1", "PI-1", "pi/1", "pace", "CUTS", "all-periods", "…"]
    urls = [*addresses(names).values(), PACE, CUTS]
    assert len({url.casefold() for url in urls}) == len(urls)
    assert all(re.fullmatch(r"funding/[A-Za-z0-9.-]+\.html", url) for url in urls)


def test_a_page_that_would_be_too_long_counts_what_it_leaves_out() -> None:
    epics = [an_epic(f"EP-{n}", approved=1) for n in range(MOST_ROWS)]
    found = the_view(a_stream("VS-1", H1, H2), *epics)
    folded = [found.section(page.period).folded for page in found.pages if page.period]
    assert folded == [MOST_ROWS, 0, MOST_ROWS]
    whole = found.section("total")
    assert (len(whole.rows), whole.without_rest) == (2, False)
    many = the_view(*(a_stream(f"VS-{n}", H2) for n in range(50)), *epics).section("2026-H2")
    assert (len(many.rows), many.folded, many.without_rest) == (50, MOST_ROWS, True)


def test_of_many_proposals_the_page_holds_those_that_ask_for_most() -> None:
    ideas = [an_epic(f"EP-{n}", state="funnel", cost=n) for n in range(30)]
    found = the_view(a_stream("VS-1", H2), *ideas, an_epic("EP-X", state="funnel"))
    shown = found.largest_proposals
    assert len(found.proposals) == 31
    assert [int(row.asked or 0) for row in shown] == list(range(29, 9, -1))


def test_amounts_that_no_sum_holds_are_listed_with_the_reason() -> None:
    dollars = an_epic(approved=9, cost=3, currency="CHF")
    year = {"period": "2026", "approved": 9}
    found = the_view(a_stream("VS-1", H2, year), dollars)
    assert [(each.id, each.what, each.currency) for each in found.not_summed] == [
        ("EP-1", "approved", "CHF"), ("EP-1", "cost", "CHF"), ("VS-1", "approved", "EUR"),
    ]  # fmt: skip


def test_a_rate_is_printed_with_its_day_where_it_was_used() -> None:
    rates = [{"currency": code, "rate": "0.9", "on": "2026-10-01"} for code in ("USD", "SEK")]
    found = the_view(an_epic(approved=9, currency="USD"), rates=rates)
    assert [(rate.currency, rate.on) for rate in found.rates] == [("USD", date(2026, 10, 1))]


def test_an_empty_portfolio_has_a_page() -> None:
    found = the_view()
    assert (str(found.finding), found.rows) == ("No value stream has a budget yet", ())
    assert found.graphs.flow is None


def test_an_epic_that_spends_before_the_period_of_its_approval_is_not_called_over() -> None:
    budgets = [{"period": "2026-H2", "approved": 800}]
    portfolio = a_portfolio(a_stream("VS-1", H1, H2), an_epic(budgets=budgets, cost=100))
    text = "date,item,amount,currency\n2026-05-01,EP-1,500,EUR\n"
    records, _ = read_actuals(text, PurePosixPath("a.csv"))
    ledger, _ = book(records, portfolio, exchange(portfolio.policy, AS_OF), AS_OF)
    found = funding_view(Facts(portfolio, AS_OF, shared_ledger=ledger))
    [early] = [row for row in found.rows if (row.id, row.period) == ("EP-1", "2026-H1")]
    assert early.variance == -500
    assert early.variance_word == "approved in another period"
    assert early.difference is not None
    assert early.difference.tone == "plain"
    assert not early.proposed


def test_booked_spending_grows_day_by_day() -> None:
    portfolio = a_portfolio(a_stream("VS-1", {"period": "2026-H2", "approved": 100}))
    text = "date,item,amount,currency\n2026-07-05,VS-1,10,EUR\n2026-10-05,VS-1,30,EUR\n"
    records, _ = read_actuals(text, PurePosixPath("a.csv"))
    ledger, _ = book(records, portfolio, exchange(portfolio.policy, AS_OF), AS_OF)
    chart = funding_view(Facts(portfolio, AS_OF, shared_ledger=ledger)).graphs.burn_up
    assert chart is not None
    assert [amount for _, amount in chart.points] == [10, 40]
    assert funding_view(Facts(portfolio, AS_OF)).graphs.burn_up is None


# Drawings ---------------------------------------------------------------------------------------


def picture(*items: Item) -> FlowPicture:
    found = the_view(*items).graphs.flow
    assert found is not None
    return found


def test_the_flow_picture_holds_the_amounts_of_its_table() -> None:
    goals: list[Item] = [
        Theme(id="TH-1", title="T"),
        Objective(id="OBJ-1", title="First"),
        KeyResult(id="KR-1", title="K", objective="OBJ-1"),
    ]
    drawn = picture(a_stream("VS-1", H2), *goals, an_epic(approved=600, key_results=["KR-1"]))
    assert [(row.source, row.to) for row in drawn.rows] == [
        ("P", "VS-1"), ("VS-1", "First"), ("VS-1", "Not committed"),
    ]  # fmt: skip
    assert [row.amount for row in drawn.rows] == [1000, 600, 400]
    assert {place.id for place in drawn.places} == {"portfolio", "VS-1", "OBJ-1", "not-committed"}


def test_every_place_stands_inside_the_picture() -> None:
    drawn = picture(*(a_stream(f"VS-{n}", H2) for n in range(40)))
    assert len(drawn.places) <= 30


def test_the_flow_picture_is_of_the_current_period_and_says_so() -> None:
    drawn = picture(a_stream("VS-1", H1, H2))
    assert {row.period for row in drawn.rows} == {"2026-H2"}
    assert [row.amount for row in drawn.rows] == [1000, 1000]  # and not 1900


@pytest.mark.parametrize("title", [
    "The locker is the natural choice", "Straßenverkehrsordnungsänderungsgesetz und mehr",
    "安全な配達のための新しいロッカー網を北欧全体に広げる", "A", "x" * 70,
])  # fmt: skip
def test_no_label_is_cut_and_every_line_of_it_has_room(title: str) -> None:
    for room in BESIDE:
        lines = in_lines(title, room)
        assert max(map(width, lines)) <= room
        joined = " ".join(lines).replace("- ", "") if width(title) > room else title
        assert joined.replace(" ", "") == title.replace(" ", "")


def test_labels_do_not_run_into_one_another() -> None:
    drawn = picture(*(a_stream(f"VS-{n}", {**H2, "approved": n}) for n in range(1, 9)))
    for column in (19, 185, 435):
        own = [place for place in drawn.places if place.label_x == column]
        for above, below in pairwise(own):
            assert above.y.decimal + 25 * (len(above.lines) + 1) <= below.y.decimal
        last = own[-1]
        assert last.y.decimal + 25 * (len(last.lines) + 1) <= drawn.height


def test_every_place_stands_within_the_height_of_the_picture() -> None:
    drawn = picture(*(a_stream(f"VS-{n}", H2) for n in range(40)))
    for place in drawn.places:
        assert 0 <= place.y.decimal <= place.y.decimal + place.height.decimal <= drawn.height


@given(st.decimals(-(10**12), 10**12, allow_nan=False), st.integers(0, 4))
def test_a_number_is_rounded_as_a_calculator_does_it(value: Decimal, places: int) -> None:
    exact = Context(prec=60)
    expected = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, exact)
    for given_as in (value, Fraction(value)):
        assert Decimal(rounded(given_as, places)) == expected


def test_what_is_missing_is_counted_under_the_name_of_its_column() -> None:
    assert MISSING_COLUMNS == NAMES


@settings(max_examples=40)
@given(portfolios())
def test_any_portfolio_has_a_page_and_the_same_one_twice(portfolio: Portfolio) -> None:
    first, second = (as_json(funding_view(Facts(portfolio, AS_OF)), AS_OF) for _ in range(2))
    assert first == second
    json.loads(first)


# Templates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "funding.html.jinja",
        "funding_pace.html.jinja",
        "funding_cuts.html.jinja",
        "guardrails.html.jinja",
        "parts/money.html.jinja",
        "parts/bars.html.jinja",
    ],
)
def test_templates_carry_no_style_and_no_script(root: Path, name: str) -> None:
    text = (root / "templates" / name).read_text()
    assert not re.search(r"style=|<script|\bon\w+=|\|\s*safe", text)


# The cost of all years ---------------------------------------------------------------------------

WHOLE = """
title: A fleet
owner: A
state: {state}
value_stream: VS-1
whole_life_cost: {whole}
approved: {approved}
actual: 40
decisions: {decisions}
"""


def with_whole_life(whole: object, approved: int = 90, decisions: str = "[]") -> Built:
    text = WHOLE.format(state="mvp", whole=whole, approved=approved, decisions=decisions)
    policy = "title: P\nowner: B\nguardrails: {epic_threshold: 500}"
    return built({"portfolio.md": f"type: portfolio\n{policy}", "epics/EP-1.md": text})


def test_a_whole_life_cost_stands_beside_the_budgets_and_in_no_sum() -> None:
    funding = with_whole_life(1600).figures.funding
    without = with_whole_life("").figures.funding
    [row] = funding.whole_life
    assert [row.whole_life_cost, row.approved, row.actual] == [1600, 90, 40]
    assert row.spent_share == Decimal("0.025")
    assert funding.rows == without.rows
    assert without.whole_life == ()


def test_what_an_epic_costs_in_all_its_years_needs_a_go() -> None:
    """A tenth of it a year would never reach the threshold."""
    go = "[{on: 2026-10-01, kind: go, by: Board}]"
    rules = [
        {problem.rule for problem in with_whole_life(*asked).problems} & {"guardrail-threshold"}
        for asked in ((1600,), (1600, 90, go), (499,), ("",))
    ]
    assert rules == [{"guardrail-threshold"}, set(), set(), set()]


def test_a_whole_life_cost_without_a_rate_is_not_known() -> None:
    text = WHOLE.format(state="mvp", whole=1600, approved=90, decisions="[]") + "currency: CHF"
    funding = built({"epics/EP-1.md": text}).figures.funding
    assert [row.whole_life_cost for row in funding.whole_life] == [None]
    assert "whole_life_cost" in {entry.what for entry in funding.not_summed}


def test_a_terminal_names_who_does_not_state_a_figure() -> None:
    stream = a_stream("VS-1", {"period": "2026-H2", "approved": 600000, "actual": 250000})
    rows = the_view(stream, an_epic("EP-3", approved=200000)).rows
    [rest] = [row for row in rows if row.level == "unallocated" and row.period == "2026-H2"]
    assert rest.remaining is None
    assert "actual: EP-3; remaining: EP-3" in str(rest.unstated)
    [own] = [row for row in rows if row.level == "epic" and row.period == "2026-H2"]
    assert "actual; remaining" in str(own.unstated)
