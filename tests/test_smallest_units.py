"""Amounts in the smallest unit of their currency: converted, shared, printed; halves go up."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.figures.funding.currency import exchange
from leanfolio.figures.funding.split import split
from leanfolio.model import Policy
from leanfolio.output.html.say import Say
from leanfolio.wording import Money, cents, percent
from leanfolio.wording.language import MINUS, Language
from leanfolio.wording.smallest_units import printed_decimals
from making import TODAY, built

CURRENCIES = st.sampled_from(("EUR", "JPY", "KWD", "CLF"))
AMOUNTS = st.decimals(min_value=-(10**7), max_value=10**7, places=5)


def policy(currency: str, rate: str) -> Policy:
    rates = [{"currency": "USD", "rate": rate, "on": "2026-01-01"}]
    return Policy.model_validate(
        {"id": "portfolio", "title": "P", "currency": currency, "rates": rates}
    )


@pytest.mark.parametrize(
    ("currency", "rate", "amount", "worth"),
    [
        ("EUR", "0.5", "0.01", "0.01"),  # half a cent
        ("EUR", "0.5", "-0.01", "-0.01"),
        ("EUR", "0.9", "0.05", "0.05"),  # 0.045
        ("JPY", "150.5", "1", "151"),
        ("JPY", "150.49", "1", "150"),
        ("KWD", "0.3075", "1", "0.308"),
    ],
)
def test_what_is_converted_is_rounded_half_up_to_the_unit_of_the_portfolio(
    currency: str, rate: str, amount: str, worth: str
) -> None:
    rates = exchange(policy(currency, rate), TODAY)
    assert rates.worth(Decimal(amount), "USD") == Decimal(worth)
    assert rates.worth_on(Decimal(amount), "USD", TODAY) == Decimal(worth)


@given(AMOUNTS, st.decimals(min_value="0.001", max_value=200, places=3), CURRENCIES)
def test_every_converted_amount_is_a_whole_number_of_units_and_the_nearest(
    amount: Decimal, rate: Decimal, currency: str
) -> None:
    worth = exchange(policy(currency, str(rate)), TODAY).worth(amount, "USD")
    unit = Fraction(1, 10 ** printed_decimals(currency))
    exact = Fraction(amount) * Fraction(rate)
    assert worth is not None
    assert (Fraction(worth) / unit).denominator == 1
    assert abs(Fraction(worth) - exact) <= unit / 2
    if abs(Fraction(worth) - exact) == unit / 2:
        assert abs(Fraction(worth)) > abs(exact)  # away from zero


@given(st.integers(0, 10**9), st.lists(st.integers(1, 99), min_size=2, max_size=6), CURRENCIES)
def test_shares_are_whole_units_and_add_up(units: int, weights: list[int], currency: str) -> None:
    places = printed_decimals(currency)
    amount = Decimal(units).scaleb(-places)
    shares = {n: Fraction(weight, sum(weights)) for n, weight in enumerate(weights)}
    parts = split(amount, shares, currency)
    assert sum(parts.values()) == amount
    assert all(part == part.quantize(Decimal(1).scaleb(-places)) for part in parts.values())


@given(AMOUNTS, CURRENCIES)
def test_money_is_printed_to_its_unit_with_halves_up(amount: Decimal, currency: str) -> None:
    places = printed_decimals(currency)
    near = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    language = Language("en")
    for text in (Say(language, currency).money(amount), language.text(Money(amount, currency))):
        digits = "".join(each for each in text if each.isdigit() or each == ".")
        assert Decimal(digits) == abs(near)
        assert (MINUS in text) == (near < 0)  # what rounds to zero has no sign


def test_a_digit_of_a_currency_with_three_decimals_is_not_lost() -> None:
    assert Say(Language("en"), "KWD").money(Decimal("1.234")) == "1.234"
    assert Language("en").text(Money(Decimal("1.5"), "KWD")).endswith("1.500")
    assert Say(Language("en"), "JPY").money(Fraction(301, 2)) == "151"


def test_halves_go_up_where_pages_reckon_with_fractions() -> None:
    assert cents(Fraction(1, 200)) == Decimal("0.01")
    assert cents(Fraction(-1, 200)) == Decimal("-0.01")
    assert percent(Fraction(1, 200)) == "1 %"
    assert percent(Fraction(5, 10_000), 1) == "0.1 %"


def test_a_yen_stays_whole_from_the_file_to_the_page() -> None:
    yen = built({
        "portfolio.md": "title: P\nowner: B\ncurrency: JPY\n"
        "rates: [{currency: USD, rate: 150.5, on: 2026-01-01}]",
        "objectives/OBJ-1.md": "title: O\nowner: A\nperiod: 2026-H2\nkey_results: ["
        "{id: KR-1, title: R, owner: A}, {id: KR-2, title: R, owner: A}]",
        "epics/EP-1.md": "title: E\nowner: A\nstate: mvp\nvalue_stream: VS-1\ncurrency: USD\n"
        "approved: 1.01\nkey_results: [KR-1, KR-2]",
    }).figures.funding  # fmt: skip
    [total] = {row.approved for row in yen.rows if row.id == "EP-1"}
    assert total == 152  # 152.005
    cut = next(cut for cut in yen.cuts if cut.name == "objective")
    amounts = [row.approved for row in cut.rows if row.approved is not None]
    assert sum(amounts) == cut.total.approved
    assert [amount % 1 for amount in amounts] == [0] * len(amounts)
