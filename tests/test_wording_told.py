"""Problems are English text that remembers its sentence, which a site says in its language."""

import pickle
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath

import pytest

from leanfolio.cache.check_result import CheckResult, decode, encode
from leanfolio.disk.translations import read_translations
from leanfolio.problem import Place, Problem
from leanfolio.views.problems import problem_row
from leanfolio.wording import Money, Part, Percent, Rounded, days, listed, plural, tell
from leanfolio.wording.language import Language, catalogue
from leanfolio.wording.told_json import as_json, from_json

SENTENCE = tell("{risk} was due on {due}, {days} ago, and is {status}",
                risk="RK-1", due=date(2026, 3, 5), days=days(1200), status="owned")  # fmt: skip
GERMAN = "RK-1 war am 5. März 2026 fällig, das liegt 1.200 Tage zurück, und ist owned"


def german(words: Part) -> str:
    """A sentence in German, its no-break spaces as blanks."""
    return Language("de", catalogue(read_translations("de"))).text(words).replace("\u00a0", " ")


def test_a_problem_is_english_text_to_all_who_take_it_for_text() -> None:
    assert SENTENCE == "RK-1 was due on 2026-03-05, 1,200 days ago, and is owned"


def test_a_site_says_a_problem_in_its_language() -> None:
    assert german(SENTENCE) == GERMAN


def test_a_problem_inside_of_another_is_said_in_its_language_too() -> None:
    outer = tell("{problem}.", problem=SENTENCE)
    assert german(outer) == f"{GERMAN}."


def test_what_stands_in_code_is_written_as_a_file_has_it() -> None:
    hint = tell("add `end: {day}`, or its real last day: that is after {length} days, as usual",
                day=date(2026, 3, 5), length=Decimal("1200"))  # fmt: skip
    assert "`end: 2026-03-05`" in german(hint)
    assert "1.200 Tagen" in german(hint)


@pytest.mark.parametrize(
    "value",
    [
        1, "a", None, Decimal("1.50"), Fraction(1, 3), date(2026, 3, 5), Money(None, "EUR"),
        Percent(Fraction(1, 8), 1, trim=True), Rounded(Fraction(2, 3)),
        listed(("a", SENTENCE), "or"), plural("{n} epic", "{n} epics", 2),
    ],
)  # fmt: skip
def test_a_value_survives_the_cache(value: Part) -> None:
    assert from_json(as_json(value)) == value


def test_a_result_that_is_kept_is_said_in_german_as_a_new_one_is() -> None:
    problem = Problem(Place(PurePosixPath("a.md")), "risk-overdue", SENTENCE, "mend it")
    kept = decode(encode(CheckResult(date(2026, 1, 1), (problem,), {}))).problems[0]
    assert kept == problem
    assert german(problem_row(kept).said) == GERMAN
    assert german(pickle.loads(pickle.dumps(SENTENCE))) == GERMAN
