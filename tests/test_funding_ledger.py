"""Actuals from CSV: every row counts once, or is a problem with its place and a cure."""

from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.figures.funding.burnup import burn_up
from leanfolio.figures.funding.currency import exchange
from leanfolio.figures.funding.ledger import Ledger, book, disagreements, read_actuals
from leanfolio.figures.funding.table import funding
from leanfolio.model import Feature, Policy
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from test_funding_table import a_portfolio, a_stream, an_epic, row

AS_OF = date(2026, 11, 20)
PATH = PurePosixPath("actuals/2026.csv")
HEAD = "date,item,amount,currency,note\n"


def booked(portfolio: Portfolio, *rows: str) -> tuple[Ledger, list[Problem]]:
    records, problems = read_actuals(HEAD + "\n".join(rows), PATH)
    assert problems == []
    return book(records, portfolio, exchange(portfolio.policy, AS_OF), AS_OF)


def faults(*rows: str) -> list[tuple[int, str, str]]:
    _, problems = read_actuals(HEAD + "\n".join(rows), PATH)
    return [(problem.at.line, problem.message, problem.hint) for problem in problems]


def test_a_row_is_a_record_with_its_place() -> None:
    [record], problems = read_actuals(HEAD + "2026-10-05,EP-1,1250.50,EUR,Licences\n", PATH)
    assert problems == []
    assert (record.item, record.amount) == ("EP-1", Decimal("1250.50"))
    assert str(record.at) == "actuals/2026.csv:2:12"


def test_columns_may_stand_in_any_order_with_semicolons_and_a_byte_order_mark() -> None:
    text = "\ufeffAmount;Currency;Value stream;Date\r\n12.5;EUR;VS-1;2026-10-05\r\n"
    [record], problems = read_actuals(text, PATH)
    assert (problems, record.item, record.amount) == ([], "VS-1", Decimal("12.5"))


@pytest.mark.parametrize(
    ("amount", "cure"),
    [
        ("TBD", "leave the row out until the amount is known"),
        ("50%", "write the amount of money itself, not a share"),
        ('"$75,000-$120,000"', "write one amount; a range belongs in"),
        ('"$75,000"', "write digits alone, and the currency in its own column: 75000"),
        ("1e400", "write digits alone"),
        ("NaN", "leave the row out"),
        ("", "leave the row out until the amount is known"),
        ("-50", "write a note; or correct the sign"),
    ],
)
def test_what_is_no_amount_is_told_with_its_cure(amount: str, cure: str) -> None:
    [(line, _, hint)] = faults("2026-10-01,EP-1,10,EUR,x", f"2026-10-05,EP-1,{amount},EUR,")
    assert line == 3
    assert hint.startswith(cure)


def test_money_that_comes_back_is_booked_with_a_note() -> None:
    ledger, problems = booked(
        a_portfolio(an_epic()), "2026-10-05,EP-1,50,EUR,", "2026-10-09,EP-1,-20,EUR,credit note"
    )
    assert problems == []
    assert ledger.of_epic == {"EP-1": 30}


@pytest.mark.parametrize(
    ("row", "cure"),
    [
        ("05.10.2026,EP-1,5,EUR,", "write 2026-10-05 for 5 October, or 2026-05-10 for 10 May"),
        ("2026-02-30,EP-1,5,EUR,", "write 2026-02-28 for its last day, or the day that is meant"),
    ],
)
def test_a_day_that_is_none_is_a_problem(row: str, cure: str) -> None:
    assert faults(row)[0][2] == cure


def test_a_missing_currency_is_never_a_default() -> None:
    assert faults("2026-10-05,EP-1,5,,")[0][2] == "write the currency of the amount: EUR"
    assert faults("2026-10-05,EP-1,5,euro,")[0][2] == "write three letters: EUR"


def test_a_header_without_a_column_reads_nothing() -> None:
    records, problems = read_actuals("date,item,amont\n2026-10-05,EP-1,5\n", PATH)
    assert records == ()
    assert [problem.message for problem in problems] == [
        "the column 'amont' is unknown",
        "the column currency is missing",
    ]


def test_a_row_with_too_many_values_is_a_problem_and_the_next_one_counts() -> None:
    records, problems = read_actuals(
        HEAD + "2026-10-05,EP-1,1,200,EUR,x\n2026-10-06,EP-1,2,EUR,\n", PATH
    )
    assert [record.amount for record in records] == [2]
    assert problems[0].at.line == 2


def test_a_row_parted_by_the_other_mark_is_one_problem() -> None:
    assert faults("2026-10-05; EP-1,12,EUR,Licences", "2026-10-05,EP-1,12,EUR") == [
        (
            2,
            (
                "the row has 4 values, and the header names 5;"
                " a semicolon stands in '2026-10-05; EP-1'"
            ),
            "part the values with `,`, as the header does",
        )
    ]
    assert faults("2026-10-05,EP-1,12,EUR,one; two") == []


def test_a_value_that_is_quoted_does_not_part_the_message_from_its_cure() -> None:
    [(_, message, hint)] = faults("today; or so,EP-1,12,EUR,Licences")
    assert message.startswith("'today; or so' is not a date")
    assert hint.startswith("write ")


def test_a_note_of_two_lines_does_not_shift_the_lines_below() -> None:
    [(line, _, _)] = faults('2026-10-05,EP-1,1,EUR,"two\nlines"', "2026-10-06,EP-1,TBD,EUR,")
    assert line == 4


def test_the_same_money_is_booked_once() -> None:
    again = "2026-10-05,EP-1,50,EUR,June"
    ledger, [problem] = booked(a_portfolio(an_epic()), again, again.replace("50", "50.00"))
    assert ledger.of_epic == {"EP-1": 50}
    assert (problem.rule, problem.at.line, problem.related[0].at.line) == ("actual-twice", 3, 2)


def test_an_unknown_id_is_told_with_the_near_one() -> None:
    ledger, [problem] = booked(a_portfolio(an_epic("EP-12")), "2026-10-05,EPP-12,50,EUR,")
    assert ledger.bookings == ()
    assert (problem.rule, problem.hint) == ("actual-misplaced", "did you mean EP-12?")


def test_spending_on_a_feature_is_its_epics() -> None:
    feature = Feature(id="FT-1", title="F", epic="EP-1")
    ledger, _ = booked(a_portfolio(an_epic(), feature), "2026-10-05,FT-1,50,EUR,")
    assert ledger.of_epic == {"EP-1": 50}


def test_spending_after_an_epic_was_closed_counts_and_is_asked_about() -> None:
    closed = an_epic(state="done", history=[{"state": "done", "on": "2026-09-01"}])
    ledger, [problem] = booked(a_portfolio(closed), "2026-10-05,EP-1,50,EUR,")
    assert ledger.of_epic == {"EP-1": 50}
    assert (problem.rule, problem.severity) == ("actual-after-close", "warning")


def test_spending_to_come_is_not_spent() -> None:
    ledger, [problem] = booked(a_portfolio(an_epic()), "2026-12-05,EP-1,50,EUR,")
    assert (ledger.bookings, problem.rule) == ((), "actual-in-the-future")


def test_spending_without_a_rate_is_listed_and_not_summed() -> None:
    ledger, _ = booked(a_portfolio(an_epic()), "2026-10-05,EP-1,50,CHF,")
    assert ledger.of_epic == {}
    assert [each.amount for each in ledger.not_summed] == [50]


def test_the_ledger_speaks_where_the_item_is_silent() -> None:
    portfolio = a_portfolio(
        a_stream("VS-1", {"period": "2026-H2", "approved": 1000}),
        an_epic("EP-1", approved=400, cost=100),
        an_epic("EP-2", approved=100, actual=7),
    )
    ledger, _ = booked(
        portfolio,
        "2026-10-05,EP-1,50,EUR,",
        "2026-10-05,EP-2,9,EUR,",
        "2026-10-06,VS-1,30,EUR,",
    )
    table = funding(portfolio, AS_OF, ledger)
    assert row(table, "epic", "EP-1").columns.actual.amount == 50
    assert row(table, "epic", "EP-1").columns.forecast.amount == 150
    assert row(table, "epic", "EP-2").columns.actual.amount == 7
    assert row(table, "value-stream", "VS-1").columns.actual.amount == 87
    assert row(table, "unallocated", "VS-1").columns.actual.amount == 30
    [problem] = disagreements(portfolio, ledger, exchange(portfolio.policy, AS_OF))
    assert (problem.rule, problem.message) == (
        "actual-differs", "EP-2 states EUR 7 spent, and EUR 9 is booked",
    )  # fmt: skip


def test_money_spent_before_the_records_begin_counts_as_a_record_of_its_day() -> None:
    portfolio = a_portfolio(
        a_stream("VS-1", {"period": "2025-H2", "approved": 90}, {"period": "2026-H2"}),
        an_epic("EP-1", cost=100, opening_balance={"on": "2025-12-31", "amount": 60}),
    )
    ledger, problems = booked(portfolio, "2026-10-05,EP-1,40,EUR,")
    assert not problems
    assert ledger.of_epic == {"EP-1": 100}
    table = funding(portfolio, AS_OF, ledger)
    spent = {name: row(table, "epic", "EP-1", name).columns.actual.amount
             for name in ("2025-H2", "2026-H2")}  # fmt: skip
    assert spent == {"2025-H2": 60, "2026-H2": 40}
    assert row(table, "epic", "EP-1").columns.forecast.amount == 200


def test_nobody_is_told_to_drop_what_was_spent_before_the_records_begin() -> None:
    more = a_portfolio(an_epic("EP-1", actual=100))
    ledger, _ = booked(more, "2026-10-05,EP-1,40,EUR,")
    [problem] = disagreements(more, ledger, exchange(more.policy, AS_OF))
    assert "opening_balance" in problem.hint
    assert "take actual out" not in problem.hint


def test_the_forecast_of_a_stream_holds_what_was_booked_on_the_stream_itself() -> None:
    for budget in ({"period": "2026-H2", "approved": 1000}, {"period": "2026-H2"}):
        portfolio = a_portfolio(a_stream("VS-1", budget), an_epic(approved=0, cost=300))
        ledger, _ = booked(portfolio, "2026-10-06,VS-1,900,EUR,")
        table = funding(portfolio, AS_OF, ledger)
        stream = row(table, "value-stream", "VS-1", "2026-H2").columns
        assert stream.forecast.amount == 1200
        assert stream.variance.amount == (-200 if "approved" in budget else -1200)
        rest = row(table, "unallocated", "VS-1", "2026-H2").columns
        assert rest.forecast.amount == rest.actual.amount == 900


def test_spending_is_converted_by_the_rate_of_its_day() -> None:
    rates = [
        {"currency": "USD", "rate": "0.5", "on": "2026-01-01"},
        {"currency": "USD", "rate": "0.9", "on": "2026-10-01"},
    ]
    portfolio = a_portfolio(an_epic(), rates=rates)
    ledger, _ = booked(
        portfolio,
        "2026-03-01,EP-1,100,USD,",
        "2026-11-01,EP-1,100,USD,",
        "2025-12-01,EP-1,100,USD,before any rate",
    )
    assert [booking.amount for booking in ledger.bookings] == [50, 90, 50]


def test_what_an_epic_states_beyond_its_bookings_stands_on_the_day_of_its_work() -> None:
    portfolio = a_portfolio(a_stream("VS-1", *HALVES), an_epic(approved=800, actual=700))
    ledger, _ = booked(portfolio, "2026-05-01,EP-1,500,EUR,", "2026-08-01,EP-1,150,EUR,")
    table = funding(portfolio, AS_OF, ledger)
    spent = [row(table, "epic", "EP-1", p).columns.actual for p in ("2026-H1", "2026-H2", "total")]
    assert [each.amount for each in spent] == [500, 200, 700]


HALVES = ({"period": "2026-H1", "approved": 1000}, {"period": "2026-H2", "approved": 1000})


def test_spending_stands_in_the_period_of_the_day_on_which_it_was_booked() -> None:
    portfolio = a_portfolio(a_stream("VS-1", *HALVES), an_epic(approved=800, cost=100))
    ledger, _ = booked(
        portfolio,
        "2026-05-01,EP-1,500,EUR,",
        "2026-08-01,EP-1,200,EUR,",
        "2026-05-02,VS-1,50,EUR,",
        "2026-08-03,VS-1,70,EUR,",
    )
    table = funding(portfolio, AS_OF, ledger)
    first, second = (row(table, "value-stream", "VS-1", f"2026-H{n}").columns for n in (1, 2))
    assert [each.actual.amount for each in (first, second)] == [550, 270]
    epic = [row(table, "epic", "EP-1", period).columns for period in ("2026-H1", "2026-H2")]
    assert [each.actual.amount for each in epic] == [500, 200]
    assert [each.approved.amount for each in epic] == [500, 300]
    assert [each.forecast.amount for each in epic] == [500, 300]
    assert row(table, "epic", "EP-1").columns.remaining.amount == 100
    days = table.periods["2026-H2"].days
    assert days is not None
    assert burn_up(ledger.bookings, days, None).points[-1][1] == second.actual.amount


@given(st.lists(st.tuples(st.dates(date(2026, 1, 1), AS_OF), st.integers(1, 999)), max_size=9))
def test_table_and_drawing_agree_on_every_period(spendings: list[tuple[date, int]]) -> None:
    portfolio = a_portfolio(a_stream("VS-1", *HALVES), an_epic(approved=800, cost=100))
    rows = [f"{on},EP-1,{amount},EUR,{n}" for n, (on, amount) in enumerate(spendings)]
    ledger, _ = booked(portfolio, *rows)
    table = funding(portfolio, AS_OF, ledger)
    for name, period in table.periods.items():
        assert period.days is not None
        points = burn_up(ledger.bookings, period.days, None).points
        if points:
            assert row(table, "epic", "EP-1", name).columns.actual.amount == points[-1][1]


def test_the_burn_up_only_grows_with_what_is_booked_in_its_period() -> None:
    portfolio = a_portfolio(an_epic(), a_stream("VS-1", {"period": "2026-H2"}))
    ledger, _ = booked(
        portfolio,
        "2026-06-30,EP-1,99,EUR,",
        "2026-10-05,EP-1,30,EUR,",
        "2026-07-01,VS-1,10,EUR,",
        "2026-10-05,VS-1,5,EUR,",
    )
    days = funding(portfolio, AS_OF).periods["2026-H2"].days
    assert days is not None
    assert burn_up(ledger.bookings, days, None).points == (
        (date(2026, 7, 1), Decimal(10)), (date(2026, 10, 5), Decimal(45)),
    )  # fmt: skip


@given(st.text(max_size=200))
def test_any_text_is_read_or_told(text: str) -> None:
    portfolio = a_portfolio(an_epic())
    for whole in (text, HEAD + text):
        records, problems = read_actuals(whole, PATH)
        assert all(problem.at.line >= 1 for problem in problems)
        book(records, portfolio, exchange(Policy(id="p", title="P"), AS_OF), AS_OF)
