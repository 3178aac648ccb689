"""How values, lists, plurals and shares of a whole are printed."""

import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.wording import (
    PLAIN,
    Message,
    Money,
    Part,
    Percent,
    Rounded,
    capitalized,
    cents,
    days,
    formula,
    grouped,
    heading,
    in_context,
    isolated,
    joined,
    listed,
    many,
    message,
    of_all,
    percent,
    plain,
    plural,
    quoted,
    readable,
    rounded,
    some,
    trimmed,
)
from leanfolio.wording.language import Language, catalogue

ENGLISH = Language("en")
GERMAN = Language("de")
MINUS = "\u2212"

FRACTIONS = st.fractions(min_value=-10_000, max_value=10_000, max_denominator=10_000)
DECIMALS = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


# Numbers ----------------------------------------------------------------------------------------


@given(DECIMALS, st.integers(0, 3))
def test_rounding_is_half_up_as_a_calculator_does(value: Decimal, places: int) -> None:
    expected = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert Decimal(rounded(value, places)) == expected


@given(FRACTIONS, st.integers(0, 4))
def test_what_rounds_to_zero_has_no_sign(value: Fraction, places: int) -> None:
    text = rounded(value, places)
    assert not (text.startswith("-") and Decimal(text) == 0)


@given(DECIMALS)
def test_a_plain_number_says_the_same_with_the_fewest_digits(value: Decimal) -> None:
    assert Decimal(plain(value)) == value == trimmed(value)
    assert "." not in plain(value) or plain(value)[-1] not in "0."
    assert Decimal(grouped(value).replace(",", "")) == value


def test_numbers_for_programs() -> None:
    assert [plain(each) for each in (None, 0, 100, Decimal("0.50"), Fraction(1, 3))] == [
        "", "0", "100", "0.5", "0.33",
    ]  # fmt: skip
    assert grouped(Decimal(1_200_000)) == "1,200,000"
    assert percent(Fraction(5, 8)) == "63 %"
    assert percent(Fraction(5, 8), 1) == "62.5 %"
    assert percent(Fraction(62, 100), 1) == "62.0 %"
    assert percent(Fraction(62, 100), 1, trim=True) == "62 %"
    assert percent(Fraction(-1, 10_000), 1, trim=True) == "0 %"
    assert cents(Fraction(-1, 1000)) == 0
    assert str(cents(Fraction(-1, 1000))) == "0.00"
    assert PLAIN.number(Decimal("-0.00")) == "0.00"


def test_days_are_counted() -> None:
    assert [str(days(each)) for each in (0, 1, 2, 1200)] == [
        "0 days", "1 day", "2 days", "1,200 days",
    ]  # fmt: skip


def test_names_as_a_sentence_holds_them() -> None:
    assert str(readable("in-progress")) == "in progress"
    assert str(readable("mvp")) == "MVP"
    assert readable("in-review") == "in review"  # a state of a portfolio's own
    assert str(heading("in-progress")) == "In progress"
    assert capitalized("on EP-1") == "On EP-1"


# Messages ---------------------------------------------------------------------------------------


def test_a_message_keeps_its_values_and_prints_them_by_the_language() -> None:
    said = message(
        "{item} costs {cost} until {day}, {share} of it by {days} days",
        item="EP-{1}", cost=Money(Decimal("1200000"), "EUR"), day=date(2026, 10, 5),
        share=Percent(Fraction(5, 8), 1), days=Decimal("1234.50"),
    )  # fmt: skip
    assert str(said) == "EP-{1} costs EUR 1,200,000 until 2026-10-05, 62.5 % of it by 1234.50 days"
    assert ENGLISH.text(said) == (
        "EP-{1} costs €1,200,000 until 5 Oct 2026, 62.5\u00a0% of it by 1,234.50 days"
    )
    assert GERMAN.text(said) == (
        "EP-{1} costs 1.200.000\xa0€ until 5. Okt. 2026, 62,5\u00a0% of it by 1.234,50 days"
    )


def test_a_plural_has_the_form_of_its_count() -> None:
    def blocked(number: int) -> Message:
        return plural("{n:spelled} epic is blocked", "{n:spelled} epics are blocked", number)

    assert [str(blocked(each)) for each in (0, 1, 2, 12, 13)] == [
        "no epics are blocked", "one epic is blocked", "two epics are blocked",
        "twelve epics are blocked", "13 epics are blocked",
    ]  # fmt: skip
    assert ENGLISH.text(blocked(1000).sentence()) == "1,000 epics are blocked"
    assert str(blocked(0).sentence()) == "No epics are blocked"


def test_a_number_without_its_noun_is_none_and_not_no() -> None:
    money = [message("{n:pronoun} waiting", n=each) for each in (0, 1, 2, 13)]
    assert [*map(str, money)] == ["none waiting", "one waiting", "two waiting", "13 waiting"]


def test_places_in_an_order() -> None:
    numbers = (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111, 1003)
    digits = "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 101st 111th 1003rd"
    assert " ".join(map(PLAIN.ordinal_digits, numbers)) == digits
    places = [str(message("{rank:ordinal}", rank=each)) for each in (1, 12, 13, 21)]
    assert places == ["first", "twelfth", "13th", "21st"]
    assert Language("de").text(message("{n:ordinal_digits}", n=2)) == "2nd"


def test_lists_end_with_a_word() -> None:
    colours = ("red", "amber", "green")
    assert [str(listed(colours[:each])) for each in range(4)] == [
        "", "red", "red and amber", "red, amber and green",
    ]  # fmt: skip
    assert str(listed(colours, "or")) == "red, amber or green"
    assert str(message("It lacks {all}", all=listed((days(1), 2, None)))) == (
        "It lacks 1 day, 2 and not stated"
    )
    assert str(some(map(str, range(6)))) == "0, 1, 2, 3, 4 and 5"
    assert str(some(map(str, range(8)))) == "0, 1, 2, 3, 4 and 3 more"
    assert str(joined((days(1), "EP-1"), "; ")) == "1 day; EP-1"
    assert str(quoted("Buy now")) == "“Buy now”"


@given(st.lists(st.text(), max_size=20), st.integers(1, 9))
def test_a_shortened_list_never_leaves_out_just_one(items: list[str], most: int) -> None:
    short = some(items, most)
    assert not isinstance(short, Message) or short.count > 1


def test_arithmetic_is_printed_by_the_language_and_plainly_for_programs() -> None:
    score = formula(
        "(", 1300, " + ", Decimal("0.5"), ") / ", 8, " = ", Rounded(Fraction(13005, 80))
    )
    assert str(score) == "(1300 + 0.5) / 8 = 162.56"
    assert GERMAN.text(score) == "(1.300 + 0,5) / 8 = 162,56"
    assert str(formula(joined((1, Fraction(1, 3)), " × "))) == "1 × 0.33"
    with pytest.raises(ValueError, match="no operator"):
        formula("13 + 8")


GREEN = {
    (0, 0): "no objective is set",
    (0, 1): "the one objective is not green",
    (1, 1): "the one objective is green",
    (0, 2): "neither objective is green",
    (1, 2): "one of two objectives is green",
    (2, 2): "both objectives are green",
    (0, 6): "none of six objectives are green",
    (1, 6): "one of six objectives is green",
    (2, 6): "two of six objectives are green",
    (6, 6): "all six objectives are green",
    (1000, 1000): "all 1,000 objectives are green",
}


def green_of(green: int, objectives: int) -> Message:
    return of_all(
        green,
        objectives,
        empty=message("no objective is set"),
        only=message("the one objective is green"),
        only_not=message("the one objective is not green"),
        both=message("both objectives are green"),
        neither=message("neither objective is green"),
        every=many("all {n:spelled} objectives are green", objectives),
        none=many("none of {n:spelled} objectives are green", objectives),
        some=plural(
            "{n:pronoun} of {whole:spelled} objectives is green",
            "{n:pronoun} of {whole:spelled} objectives are green",
            green,
            whole=objectives,
        ),
    )


@pytest.mark.parametrize("share", GREEN)
def test_a_share_of_a_whole_is_right_for_each_case(share: tuple[int, int]) -> None:
    assert ENGLISH.text(green_of(*share)) == GREEN[share]


def test_what_is_no_share_of_a_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="3 is no share of 2"):
        green_of(3, 2)


@pytest.mark.parametrize("msgid", ("", "{}", "{0}", "{a.b}", "{a!r}", "{a:>5}", "{a[0]}", "{a"))
def test_a_part_without_a_name_or_with_an_unknown_format_is_refused(msgid: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        message(msgid, a=1)


def test_the_values_of_a_message_are_those_that_it_names() -> None:
    with pytest.raises(TypeError, match="differ in b"):
        message("{a}", a=1, b=2)
    with pytest.raises(TypeError, match="differ in a"):
        message("{a}")
    with pytest.raises(TypeError, match="differ in n"):
        plural("{n} epic", "{n} epics", 1, n=1)
    with pytest.raises(ValueError, match="cannot count -1"):
        plural("{n} epic", "{n} epics", -1)
    with pytest.raises(TypeError, match="whole things"):
        plural("{n} epic", "{n} epics", Decimal(1))  # type: ignore[arg-type] # what is refused


def test_messages_are_equal_by_value_and_sort_by_their_text() -> None:
    first, second = message("{id} is late", id="EP-1"), message("{id} is late", id="EP-2")
    assert first == message("{id} is late", id="EP-1")
    assert len({first, message("{id} is late", id="EP-1"), second}) == 2
    assert sorted([second, days(2), first]) == [days(2), first, second]


# Values -----------------------------------------------------------------------------------------


@given(FRACTIONS, FRACTIONS, st.integers(0, 3))
def test_a_rounded_number_sorts_by_its_exact_value(a: Fraction, b: Fraction, places: int) -> None:
    assert (Rounded(a, places) < Rounded(b, places)) == (a < b)
    assert str(Rounded(a, places)) == rounded(a, places) == PLAIN.text(Rounded(a, places))


def test_what_is_not_known_is_empty_in_data_and_not_stated_to_a_reader() -> None:
    unknown: tuple[Part, ...] = (Money(None, "EUR"), Percent(None))
    assert [*map(str, unknown)] == ["", ""]
    for printer in (PLAIN, ENGLISH):
        assert {printer.text(each) for each in (*unknown, None)} == {"not stated"}
    assert ENGLISH.amount(None) == ENGLISH.short_number(None) == "not stated"


def test_money_is_rounded_half_up_to_the_cent() -> None:
    def euros(amount: str) -> str:
        return ENGLISH.text(Money(Decimal(amount), "EUR"))

    assert euros("1000.125") == "€1,000.13"
    assert euros("1000.005") == "€1,000.01"
    assert euros("-0.001") == euros("-0.00") == euros("0") == "€0"
    assert euros("-1200.5") == f"{MINUS}€1,200.50"
    assert euros("1200") == "€1,200"
    assert GERMAN.text(Money(Decimal("1200.5"), "EUR")) == "1.200,50\xa0€"
    assert ENGLISH.text(Money(Decimal("1000.125"), "")) == "1,000.13"
    assert ENGLISH.amount(Fraction(-1, 3)) == f"{MINUS}0.33"
    assert str(Money(Decimal("1200.50"), "EUR")) == "EUR 1200.5"
    assert str(Money(Decimal("1200.50"), "")) == "1200.5"


@given(st.decimals(min_value=-(10**7), max_value=10**7, places=3))
def test_money_on_a_page_is_the_amount_to_the_cent(amount: Decimal) -> None:
    text = ENGLISH.text(Money(amount, "USD")).replace(MINUS, "-").replace("$", "").replace(",", "")
    assert Decimal(text) == amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert not (text.startswith("-") and Decimal(text) == 0)


def test_numbers_on_a_page() -> None:
    assert ENGLISH.text(Decimal("-1234.50")) == f"{MINUS}1,234.50"
    assert ENGLISH.text(Fraction(100_001, 3)) == "33,333.67"
    assert ENGLISH.text(Rounded(Fraction(3))) == "3.00"
    assert ENGLISH.short_number(Decimal("1.005")) == "1.01"
    assert ENGLISH.short_number(Decimal("12.50")) == "12.5"


# Languages --------------------------------------------------------------------------------------

POLISH = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : "
"n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"

msgid "{n:spelled} epic is late"
msgid_plural "{n:spelled} epics are late"
msgstr[0] "{n} epik jest spóźniony"
msgstr[1] "{n} epiki są spóźnione"
msgstr[2] "{n} epików jest spóźnionych"

msgid "{items} and {last}"
msgstr "{items} i {last}"

msgctxt "a title inside a sentence"
msgid "“{title}”"
msgstr "„{title}”"

msgctxt "place in an order, all other categories"
msgid "{n}th"
msgstr "{n}."

msgid "{item} ends on {day}"
msgstr "{day}: koniec {item}"
"""


def test_another_language_has_its_own_plural_forms_and_order() -> None:
    polish = Language("pl", catalogue(POLISH.encode()))
    late = [
        polish.text(plural("{n:spelled} epic is late", "{n:spelled} epics are late", each))
        for each in (0, 1, 2, 5, 12, 22, 25)
    ]
    assert late == [
        "0 epików jest spóźnionych", "1 epik jest spóźniony", "2 epiki są spóźnione",
        "5 epików jest spóźnionych", "12 epików jest spóźnionych", "22 epiki są spóźnione",
        "25 epików jest spóźnionych",
    ]  # fmt: skip
    assert polish.text(listed((quoted("A"), 1000, Decimal("0.5")))) == "„A”, 1\xa0000 i 0,5"
    assert polish.text(message("{n:ordinal_digits}", n=1)) == "1."
    end = message("{item} ends on {day}", item="EP-1", day=date(2026, 10, 5))
    assert polish.text(end) == "5 paź 2026: koniec EP-1"
    assert polish.text(message("a sentence that nobody translated")) == (
        "a sentence that nobody translated"
    )


def test_words_of_one_spelling_are_told_apart_by_their_context() -> None:
    po = 'msgctxt "state of a risk"\nmsgid "open"\nmsgstr "otwarte"\n'
    polish = Language("pl", catalogue(po.encode()))
    assert polish.text(in_context("state of a risk", "open")) == "otwarte"
    assert polish.text(in_context("an order", "open")) == polish.text(message("open")) == "open"


@pytest.mark.parametrize("words", ("{other}", "{day} {item:loud}", "{}", "{day", "{day!r}"))
def test_a_translation_that_cannot_be_printed_is_refused_with_its_line(words: str) -> None:
    po = POLISH.replace("{day}: koniec {item}", words)
    line = next(n for n, each in enumerate(po.splitlines(), 1) if "ends on" in each)
    with pytest.raises(ValueError, match=f"^line {line}: "):
        catalogue(po.encode())


# From right to left --------------------------------------------------------------------------

HEBREW = "\u05e8\u05e9\u05ea (Q3) 20%"


@given(st.text())
def test_isolating_a_text_adds_two_marks_or_nothing(text: str) -> None:
    assert isolated(text) in (text, f"\u2068{text}\u2069")
    assert isolated(text) == text or any(
        unicodedata.bidirectional(each) not in ("L", "N") for each in text
    )


@pytest.mark.parametrize(
    "text", ["Repairs", "\u0141\u00f3d\u017a", "\u9805\u76ee", "\u0417\u0430\u043a\u0430\u0437"]
)
def test_text_from_left_to_right_stays_as_it_is(text: str) -> None:
    assert isolated(text) == text


@pytest.mark.parametrize("text", [HEBREW, "\u0639\u0627\u0626\u062f\u0627\u062a", "x \u05d0"])
def test_a_title_from_right_to_left_is_isolated_in_a_sentence_for_readers(text: str) -> None:
    sentence = message("{item} leads", item=quoted(text))
    assert ENGLISH.text(sentence) == f"\u201c\u2068{text}\u2069\u201d leads"
    assert str(sentence) == f"\u201c{text}\u201d leads"  # a program gets what was written
