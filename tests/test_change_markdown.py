"""A comment on a pull request: within the host's limit, and nothing in content can act in it."""

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec.structs import replace
from pydantic import BaseModel

from leanfolio.figures.change.comparison import Comparison
from leanfolio.figures.change.revision import Revision
from leanfolio.figures.facts import Facts
from leanfolio.model.source import Commit
from leanfolio.output.change.as_json import as_json
from leanfolio.output.change.inert import MarkdownLanguage, inert
from leanfolio.output.change.markdown import LIMIT, MARKER, Links, as_markdown
from leanfolio.output.change.text import as_text
from leanfolio.problem import Place, Problem
from leanfolio.views.change import ChangeStory, tell_story
from leanfolio.views.change_story import ChangeLine
from leanfolio.views.ref import Ref
from leanfolio.wording import PLAIN, Money, joined, message, quoted
from making import SMALL, built
from test_hostile import PAYLOADS

HOST = 65_536  # characters that GitHub takes in a comment
ACTING = (
    *PAYLOADS,
    "@everyone", "thanks @octocat and @org/team", "a@b", "</details>", "</summary><b>", "\n/close",
    "\n\n# Heading", "#1", "see org/repo#12", "GH-7", "!5 %3 ~bug &9 $4 ^alert", "/approve",
    "https://evil.example/x", "www.evil.example", "mailto:a@evil.example", ":+1: :smile:",
    "deadbeef1234567", "[text](https://evil.example)", "![x](https://evil.example/x.png)",
    "[ref]: https://evil.example", "``` fence", "`` ` ``", "`", "~~~", "| a | b |", "* list",
    "1. one", "---", "<!-- leanfolio diff -->", "-->", "$x^2$", "**bold** _it_ ~~gone~~", "\\",
    "\\`", "&#64;all", "&lt;b&gt;", "\u202e@all", "\x1b[31m", "a\r\nb", "   ", "\t@x",
    "x" * 5_000, "@" * 500,
)  # fmt: skip
SHOWN = MarkdownIt("gfm-like", {"html": True, "linkify": False})
PINGS = re.compile(r"@\w|#\d|\b[\w-]+/[\w.-]+#\d|GH-\d|https?:|www\.|mailto:")


def flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from flat(token.children or [])


def acts(markdown: str) -> list[str]:
    """What a host would do with Markdown beside showing text; our own folds are left out."""
    found = []
    for token in flat(SHOWN.parse(markdown)):
        if token.type in ("link_open", "image", "fence", "code_block", "table_open", "hr"):
            found.append(f"{token.type} {token.attrs}")
        elif token.type in ("strong_open", "em_open", "s_open", "blockquote_open"):
            found.append(token.type)
        elif token.type in ("html_inline", "html_block"):
            found.append(f"html {token.content.strip()}")
        elif token.type == "text" and PINGS.search(token.content):
            found.append(f"text {token.content}")
    return found


def test_text_that_acts_is_noticed() -> None:
    """Without being made inert these do something, so the tests below can fail."""
    assert sum(bool(acts(f"- EP-1 {text} moved")) for text in ACTING) > 25
    for text in ("@everyone", "[text](https://evil.example)", "#1", "<b>", "**bold**", "GH-7"):
        assert acts(f"- EP-1 {text} moved"), text


@pytest.mark.parametrize("text", ACTING, ids=range(len(ACTING)))
def test_what_content_says_shows_and_does_nothing(text: str) -> None:
    line = f"- EP-1 “{inert(text)}” moved {inert(text)}"
    assert acts(line) == []
    assert "\n" not in line
    assert len(SHOWN.parse(line)) == len(SHOWN.parse("- plain"))


@given(st.text(st.sampled_from("@#/<>`[]()!*_~|\\&$%^:.-w\n\r\t 1aé\u202e\u200b"), max_size=40))
def test_no_text_at_all_acts(text: str) -> None:
    assert acts(f"- EP-1 {inert(text)} moved") == []
    shown = list(flat(SHOWN.parse(f"- EP-1 {inert(text)} moved")))
    assert [token.type for token in shown].count("list_item_open") == 1


def test_plain_words_stay_as_they_are() -> None:
    for text in (
        "Label-free returns by QR code",
        "Rises to 92 %",
        "Größe (neu), bald",
        "D. Kowalczyk",
    ):
        assert inert(text) == text


# Every text of every item, in every place of the story -------------------------------------------

FIXED = {"id", "type", "confidential", "currency", "fiscal_year_start", "state", "name", "period"}


def with_payload(value: Any, text: str) -> Any:
    """A model's value with each of its texts replaced."""
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(with_payload(entry, text) for entry in value)
    if isinstance(value, BaseModel):
        parts = {
            name: with_payload(getattr(value, name), text)
            for name in type(value).model_fields
            if name not in FIXED and str not in get_args(value)
        }
        return value.model_copy(update=parts)
    return value


def hostile_story(text: str) -> ChangeStory:
    """A story in which every title, owner, state and message is this text."""
    before = built(
        {"epics/EP-2.md": "title: Two\nstate: funnel", "risks/R-1.md": "title: R\nowner: A"}
    )
    moved = SMALL["objectives/OBJ-1.md"].replace("60", "55")
    after = built({"epics/EP-3.md": "title: Three\nstate: mvp\napproved: 5",
                   "portfolio.md": "title: P\nowner: B\ncut_line: 0",
                   "objectives/OBJ-1.md": moved})  # fmt: skip
    items = {id: with_payload(item, text) for id, item in after.portfolio.items.items()}
    epic = items["EP-1"].model_copy(update={"state": text, "owner": text, "tags": (text,)})
    portfolio = after.portfolio.with_items({**items, "EP-1": epic})
    problem = Problem(Place(SMALL_PATH, 3), "rule", text, text)
    comparison = Comparison(before.facts, Facts(portfolio, after.as_of))
    first = Revision(text, Commit("c" * 40, 1), date(2026, 1, 1))
    return tell_story(comparison, first, first, ((), (problem,)))


SMALL_PATH = built().portfolio["EP-1"].origin.path


@pytest.mark.parametrize("text", ACTING, ids=range(len(ACTING)))
def test_no_text_of_an_item_acts_in_the_comment(text: str) -> None:
    story = hostile_story(text)
    markdown = as_markdown(story, MarkdownLanguage("en"), Links())
    ours = ["html <!-- leanfolio diff -->", "strong_open"]
    folds = re.compile(
        r"html (<details>|<summary>.*</summary>|</details>|<details>\n<summary>.*)", re.S
    )
    wrong = [entry for entry in acts(markdown) if entry not in ours and not folds.fullmatch(entry)]
    assert wrong == []
    opened, closed = markdown.count("\n<details>\n"), markdown.count("\n</details>\n")
    assert opened == closed <= 2
    assert markdown.startswith(MARKER + "\n") and "\r" not in markdown
    assert all(line.isprintable() for line in as_text(story, PLAIN, every=True).splitlines())


def test_links_lead_to_the_repository_alone() -> None:
    links = Links("https://host.example/o/r", "sub dir/content/")
    markdown = as_markdown(hostile_story("[x](y) @z"), MarkdownLanguage("en"), links)
    addresses = [entry for entry in acts(markdown) if entry.startswith("link_open")]
    assert addresses
    assert all("'https://host.example/o/r/blob/" in entry for entry in addresses)
    assert "sub%20dir/content/epics/EP-3.md" in markdown


# The limit ---------------------------------------------------------------------------------------


def long_story(lines: int, problems: int, folded: int) -> ChangeStory:
    ref = Ref("EP-1", "epic", "epic", "T", "epics/EP-1.html")
    text = message("{item} moved", item=quoted("long words " * 15))
    line = ChangeLine("state", text, ref)
    decision = ChangeLine("decision", text, ref)
    problem = Problem(Place(SMALL_PATH, 1), "rule", "wrong " * 30, "fix")
    side = Revision("x", Commit("d" * 40, 1), date(2026, 1, 1))
    every = (decision, *[line] * lines)
    return ChangeStory(
        message("Much changed"), message("From a to b."), side, side, (decision,), every,
        (line,) * folded, (problem,) * problems, (problem,) * problems,
    )  # fmt: skip


@pytest.mark.parametrize("size", [(9, 0, 0), (9, 3, 2000), (9, 2000, 2000), (9, 100_000, 100_000)])
def test_a_comment_is_within_the_limit_of_its_host(size: tuple[int, int, int]) -> None:
    markdown = as_markdown(long_story(*size), MarkdownLanguage("en"), Links())
    assert len(markdown) <= LIMIT < HOST
    assert "**Needs a decision**" in markdown
    assert markdown.count("<details>") == markdown.count("</details>")


def test_what_weighs_least_is_left_out_first() -> None:
    markdown = as_markdown(long_story(9, 50, 2000), MarkdownLanguage("en"), Links())
    decision, new, changed, more, gone = (
        markdown.index(head)
        for head in ("Needs a decision", "The check finds 50 new", "What changed",
                     "2,000 more changes", "50 problems are gone")
    )  # fmt: skip
    assert decision < new < changed < more < gone
    assert (
        markdown[new:changed].count("\n- warning") + markdown[new:changed].count("\n- error") == 50
    )
    assert "more lines are left out here" in markdown[more:gone]
    assert "50 more lines are left out here" in markdown[gone:]


def test_a_line_that_is_too_long_says_so() -> None:
    story = long_story(0, 0, 0)
    ref = Ref("EP-1", "epic", "epic", "T", "u")
    endless = quoted(", ".join(["word"] * 10))
    wide = ChangeLine("state", joined([endless] * 200, "; "), ref)
    markdown = as_markdown(replace(story, lines=(wide,)), MarkdownLanguage("en"), Links())
    assert "EP-1 T: too much changed for one line" in markdown


def test_money_has_no_dollar_sign_that_could_begin_a_formula() -> None:
    assert MarkdownLanguage("en").text(Money(Decimal(1200), "USD")) == "USD 1,200"
    assert MarkdownLanguage("en").text(Money(Decimal(1200), "EUR")) == "€1,200"


def test_json_holds_every_change_with_exact_values() -> None:
    one = built({"epics/EP-1.md": SMALL["epics/EP-1.md"] + "\n        approved: 10.50"})
    other = built(
        {
            "epics/EP-1.md": SMALL["epics/EP-1.md"]
            + "\n        approved: 12\n        due: 2027-01-01"
        }
    )
    comparison = Comparison(one.facts, other.facts)
    side = Revision("x", None, date(2026, 1, 1))
    answer = json.loads(as_json(comparison, tell_story(comparison, side, side)))
    names = ("id", "kind", "field", "before", "after")
    assert [tuple(change[name] for name in names) for change in answer["changes"]] == [
        ("EP-1", "date", "due", None, "2027-01-01"), ("EP-1", "money", "approved", "10.5", "12"),
    ]  # fmt: skip
    assert {"leanfolio", "as_of", "ranks", "crossed", "money", "problems"} <= answer.keys()
