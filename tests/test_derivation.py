"""How figures came about: each offers its arithmetic and its lines, and both are right."""

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import html as parser

from leanfolio.views.cell import Derived, SourceLine
from leanfolio.views.derivation import (
    MOST_LINES,
    derivation,
    line_of,
    mean_of_sum,
    place_of,
    sum_of,
)
from leanfolio.views.home import home_view
from leanfolio.views.items.item import item_view
from leanfolio.views.okr.arithmetic import mean_arithmetic
from leanfolio.wording import Percent, Text, message, rounded
from leanfolio.wording.language import Language
from making import built
from pages import every
from test_site import sample, sample_pages

ROOT = Path(__file__).parents[1]
SCORES = st.lists(st.fractions(0, 1, max_denominator=90), min_size=1, max_size=30)
PAIR = re.compile(r"^(?P<left>[^=]*) = (?P<right>[^=]*)$")


def printed(text: Text) -> str:
    return Language("en").text(text)


def value(text: str) -> Fraction:
    """What an arithmetic of numbers, +, −, / and brackets gives, as a calculator would."""
    tokens = re.findall(r"[\d.]+|[-+()/]", text.replace("−", "-").replace(",", ""))
    code = "".join(f"F('{token}')" if token[0].isdigit() else token for token in tokens)
    return Fraction(eval(code, {"F": Fraction}))


@given(SCORES)
def test_a_mean_that_is_typed_again_gives_what_is_printed(scores: list[Fraction]) -> None:
    mean = sum(scores, Fraction(0)) / len(scores)
    for arithmetic in (mean_arithmetic(scores), mean_of_sum(scores, mean)):
        match = PAIR.match(printed(arithmetic))
        assert match
        assert rounded(value(match["left"])) == match["right"] == rounded(mean)


@given(st.lists(st.integers(0, 99), max_size=20))
def test_a_sum_names_its_parts_unless_they_are_none_or_many(parts: list[int]) -> None:
    text = printed(sum_of(parts, sum(parts)))
    assert ("=" in text) == (0 < len(parts) <= MOST_LINES)
    assert value(text.split(" = ")[0]) == sum(parts)


def test_of_many_lines_the_first_are_listed_and_the_others_counted() -> None:
    epic = built({"epics/EP-1.md": "title: One\nowner: A\nstate: funnel"}).portfolio["EP-1"]
    line = line_of(epic, "state", "funnel")
    for number, left in ((0, ""), (MOST_LINES, ""), (MOST_LINES + 1, "One more is counted in")):
        found = derivation("", [line] * number)
        assert len(found.lines) == min(number, MOST_LINES)
        assert str(found.left).startswith(left)
    assert str(place_of(epic, "state")) == "epics/EP-1.md:4"
    assert str(place_of(epic, "approved")) == "epics/EP-1.md:1"  # nobody states it: the item's


def test_every_figure_of_the_sample_unfolds_to_its_arithmetic_or_its_section() -> None:
    seen = 0
    for url, text in sample_pages().items():
        page = parser.document_fromstring(text)
        for figure in every(page, "//section[@class='figure']"):
            seen += 1
            where = f"{url}: {figure.text_content()[:60]}"
            assert figure.get("id"), where
            assert every(figure, ".//*[contains(@class, 'why')]"), where
            assert every(figure, ".//details[contains(@class, 'how')]"), where
            lines, sections = every(figure, ".//details//code"), every(figure, "./p/bdi/a/@href")
            assert lines or sections, where
    assert seen > 15


def test_every_line_that_is_named_states_what_it_is_named_for() -> None:
    site = sample()
    home = home_view(site.portfolio, site.facts, site.figures)
    lines: list[SourceLine] = [
        line for figure in home.figures if figure.how for line in figure.how.lines
    ]
    assert len(lines) > 10
    for line in lines:
        text = (ROOT / "content" / line.place.file).read_text(encoding="utf-8").splitlines()
        assert 0 < line.place.line <= len(text)
    for id in ("EP-7", "KR-2.1", "FT-128", "T-Sites", "RK-1", "PI-2026-4", "OBJ-1"):
        item = site.portfolio[id]
        assert item_view(site.portfolio, item, site.figures).sources, id
        for label, place in item_view(site.portfolio, item, site.figures).sources:
            text = (ROOT / "content" / place.file).read_text(encoding="utf-8").splitlines()
            assert ":" in text[place.line - 1], (id, label, place)


def test_figures_in_cells_unfold_to_lines_that_add_up() -> None:
    site = sample()
    parts = [
        (part, part.how)
        for rail in site.figures.funding.guardrails
        for part in rail.parts
        if part.how
    ]
    assert len(parts) > 20
    for part, how in parts:
        amounts: list[Any] = [getattr(line.part, "amount", line.part) for line in how.lines]
        assert how.more or sum(amounts) == part.amount, part.name


def test_the_age_of_open_work_is_the_sum_of_what_it_unfolds_to() -> None:
    flow = sample().figures.flow
    for board in flow.graphs:
        facts = {fact.label: fact.value for fact in board.facts}
        age, share = facts["Total age"], facts["Flow efficiency"]
        assert isinstance(age, Derived)
        assert isinstance(share, Derived)
        assert len(age.how.lines) + age.how.more == facts["Load"]
        left, right = printed(share.how.arithmetic).split(" = ")
        assert isinstance(share.figure, Percent)
        assert right == printed(message("{share}", share=share.figure))
        assert f"{float(value(left)) * 100:.1f}\N{NO-BREAK SPACE}%" == right


def test_home_says_how_often_a_mean_was_taken() -> None:
    files = {
        f"objectives/OBJ-{n}.md": f"title: O{n}\nowner: A\nperiod: 2026-H2\nkey_results:\n"
        f"  - {{id: KR-{n}, title: K, start: 0, target: 4, owner: A,"
        f" check_ins: [{{on: 2026-10-01, value: {n}}}]}}"
        for n in (1, 2)
    }
    site = built(files)
    home = home_view(site.portfolio, site.facts, site.figures)
    [figure] = [figure for figure in home.figures if figure.key == "mean-score"]
    assert figure.how is not None
    assert printed(figure.how.arithmetic) == "(0.25 + 0.50) / 2 = 0.38"
    assert [line.item.id for line in figure.how.lines] == ["OBJ-1", "OBJ-2"]
    assert Decimal(str(figure.value)) == Decimal("0.38")
