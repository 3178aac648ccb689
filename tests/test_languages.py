"""The languages that travel with the package: German whole, Arabic from right to left."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path, PurePosixPath

import pytest
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po

from leanfolio.disk.translations import LOCALES, read_translations
from leanfolio.model.source import Source
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.script_words import script_messages, words_file
from leanfolio.pipeline import build
from leanfolio.views.items.page_parts import measure
from leanfolio.views.okr.chart import with_unit
from leanfolio.wording import (
    Message,
    Money,
    Percent,
    days,
    in_context,
    listed,
    message,
    plural,
    quoted,
)
from leanfolio.wording.language import Language, catalogue
from making import built
from pages import page_in

ROOT = Path(__file__).parents[1]
ARABIC = Path(__file__).parent / "fixtures" / "arabic" / "content"
LATER = Path(__file__).parent / "fixtures" / "untranslated.txt"
MOST_LATER = 40  # sentences that wait for a translator; no release has any
WHOLE = ("de",)  # catalogues that have every sentence


@cache
def language(name: str) -> Language:
    return Language(name, catalogue(read_translations(name)))


def german(words: Message) -> str:
    return language("de").text(words.sentence()).replace("\u00a0", " ")


def read(path: Path) -> Catalog:
    return read_po(BytesIO(path.read_bytes()), abort_invalid=True)


def is_translated(entry: Entry | None) -> bool:
    """Whether all forms of a sentence are there, none of them marked as doubtful."""
    if entry is None or entry.fuzzy:
        return False
    forms = entry.string or ""
    return bool(forms) and (isinstance(forms, str) or all(forms))


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_catalogue_has_every_sentence(name: str) -> None:
    known = read(LOCALES / name / "LC_MESSAGES" / "leanfolio.po")
    english = [entry for entry in read(LOCALES.parent / "leanfolio.pot") if entry.id]
    missing = [
        entry.id for entry in english if not is_translated(known.get(entry.id, entry.context))
    ]
    later = LATER.read_text(encoding="utf-8").split("\n")[1:-1]
    singular = sorted(each if isinstance(each, str) else each[0] for each in missing)
    assert singular == sorted(later), "translate them, or name them in fixtures/untranslated.txt"
    assert len(later) <= MOST_LATER


@pytest.mark.parametrize("path", sorted(LOCALES.rglob("*.po")), ids=lambda path: path.parts[-3])
def test_a_catalogue_holds_no_sentence_that_is_no_more(path: Path) -> None:
    known = {(entry.context, entry.id) for entry in read(LOCALES.parent / "leanfolio.pot")}
    stale = [
        entry.id for entry in read(path) if entry.id and (entry.context, entry.id) not in known
    ]
    assert stale == []
    assert catalogue(path.read_bytes()).gettext("Ranking") != "Ranking"


@pytest.mark.parametrize("path", sorted(LOCALES.rglob("*.po")), ids=lambda path: path.parts[-3])
def test_a_catalogue_says_a_sentence_once(path: Path) -> None:
    parts = [part.split("\nmsgstr")[0] for part in path.read_text(encoding="utf-8").split("\n\n")]
    assert [part for part, times in Counter(parts).items() if times > 1] == []


# German -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "blocked", "green"),
    [
        (0, "Keine Epics sind blockiert", "Keine von 12 Zielen sind grün"),
        (1, "Ein Epic ist blockiert", "Eines von 12 Zielen ist grün"),
        (2, "Zwei Epics sind blockiert", "Zwei von 12 Zielen sind grün"),
        (12, "Zwölf Epics sind blockiert", "Zwölf von 12 Zielen sind grün"),
        (13, "13 Epics sind blockiert", "13 von 12 Zielen sind grün"),
    ],
)
def test_german_counts(n: int, blocked: str, green: str) -> None:
    assert (
        german(plural("{n:spelled} epic is blocked", "{n:spelled} epics are blocked", n)) == blocked
    )
    share = plural(
        "{n:pronoun} of {whole:spelled} objectives is green",
        "{n:pronoun} of {whole:spelled} objectives are green",
        n,
        whole=12,
    )
    assert german(share) == green


def test_german_lists_quotes_places_and_days() -> None:
    assert (
        german(message("It lacks {evidence}", evidence=listed(("A", "B", "C"))))
        == "Es fehlt: A, B und C"
    )
    assert german(quoted("Checkout")) == "„Checkout“"
    ranked = "{title}: {rank:ordinal_digits} of {candidates} in the ranking"
    place = in_context("place in an order, all other categories", "{n}th", n=3)
    assert german(place) == "3."
    assert language("de").words(ranked) == "{title}: Platz {rank} von {candidates} in der Rangfolge"
    assert [german(days(n)) for n in (0, 1, 1200)] == ["0 Tage", "1 Tag", "1.200 Tage"]
    assert german(in_context("state of a dependency", "late")) == "Verspätet"


def test_labels_of_views_and_states_are_translated_and_names_are_not() -> None:
    label = language("de").label
    english = ("Days in state", "Ready", "In progress", "MVP", "Our own", "")
    own = ["Tage im Status", "Bereit", "In Arbeit", "MVP", "Our own", ""]
    assert list(map(label, english)) == own


def test_a_german_page_has_german_words_around_what_authors_wrote() -> None:
    page = page_in(
        built({"epics/EP-1.md": "title: Ready\nowner: A\nstate: ready"}),
        "epics/EP-1.html",
        SiteSettings("Any portfolio", language="de-AT", translations=read_translations("de-AT")),
    )
    assert '<html lang="de-AT" dir="ltr"' in page
    for words in ("Menü</button>", "<dt>Verantwortlich</dt>", ">bereit<", "EP-1 Ready"):
        assert words in page
    assert 'src="../words.js"' in page


# Days, money and numbers by CLDR ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "day", "money", "share"),
    [
        ("en", "5 Mar 2026", "€1,234.50", "62.5\u00a0%"),
        ("de", "5. März 2026", "1.234,50\u00a0€", "62,5\u00a0%"),
        ("de-AT", "5. März 2026", "€\u00a01.234,50", "62,5\u00a0%"),
        ("fr", "5 mars 2026", "1\u202f234,50\u00a0€", "62,5\u00a0%"),
        ("ar", "5 مارس 2026", "\u200f1,234.50\u00a0€", "62.5\u00a0%"),
        ("ja", "2026年3月5日", "€1,234.50", "62.5\u00a0%"),
    ],
)
def test_days_money_and_shares_are_written_as_the_locale_has_them(
    name: str, day: str, money: str, share: str
) -> None:
    printer = Language(name)
    assert printer.text(date(2026, 3, 5)) == day
    assert printer.text(Money(Decimal("1234.5"), "EUR")) == money
    assert printer.text(Percent(Decimal("0.625"), 1)) == share


@pytest.mark.parametrize("name", ["en", "de", "ar"])
def test_no_line_ends_between_a_number_and_its_unit(name: str) -> None:
    printer = Language(name)
    for said in (with_unit(Decimal("11.9"), "parcels"), measure(Decimal("11.9"), "parcels")):
        number, unit = printer.text(said).split("\u00a0")
        assert number.startswith("11") and "parcels" in unit


# Scripts ----------------------------------------------------------------------------------------


def test_words_of_scripts_are_found_where_a_reader_sees_them() -> None:
    script = """
      make("p", { text: "As published.", class: "said", "aria-label": "Hits" }, ["Filter", field]);
      many(n, "row", "rows"); say(t(n > 1 ? "{n} others" : "{n} other", { n: n })); t(name);
    """
    found = ("{n} others", "{n} other", "row", "rows", "As published.", "Hits", "Filter")
    assert script_messages(script) == found


def test_only_a_language_that_differs_has_words_for_scripts() -> None:
    assert words_file(Language("en")) == {}
    assert words_file(Language("fr")) == {"words.js": 'window.leanfolio_words={".":","};\n'}
    assert '"Filter":' not in words_file(language("de"))["words.js"]  # the same word
    assert '"rows":"Zeilen"' in words_file(language("de"))["words.js"]


# From right to left -------------------------------------------------------------------------------


def arabic_sources() -> list[Source]:
    paths = sorted(ARABIC.rglob("*.md"))
    return [Source(PurePosixPath(each.relative_to(ARABIC)), each.read_bytes()) for each in paths]


def test_a_portfolio_in_arabic_is_laid_out_from_right_to_left() -> None:
    whole = build(arabic_sources(), as_of=date(2026, 11, 20), otherwise=date(2026, 11, 20))
    assert [problem for problem in whole.problems if problem.severity == "error"] == []
    frame = SiteSettings("محفظة", language="ar", translations=read_translations("ar"))
    for url in ("index.html", "board.html", "ranking.html", "roadmap.html", "epics/EP-1.html"):
        page = page_in(whole, url, frame)
        assert '<html lang="ar" dir="rtl"' in page
        assert ">الترتيب<" in page
    names = re.findall(
        r'<span class="id">[^<]*</span> <bdi dir="auto">', page_in(whole, "epics.html", frame)
    )
    assert len(names) >= 3


def test_names_with_digits_are_isolated_where_words_run_from_right() -> None:
    assert Language("ar").text("2026-H2") == "\u20682026-H2\u2069"
    assert Language("en").text("2026-H2") == "2026-H2"
    assert Language("ar").text("Checkout") == "Checkout"
