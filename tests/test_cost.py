"""What one hostile file may cost: it is refused, or read, in seconds and within memory.

The limits count steps and characters, so that they hold on every machine; the seconds here are
those of a slow one.
"""

import resource
import time

import pytest

from leanfolio.markdown.scan import scan
from leanfolio.markdown.scan.effort import EFFORT
from leanfolio.pipeline import build
from making import PORTFOLIO, SMALL, TODAY, built, source, sources

SECONDS, MEGABYTES = 5, 512
NEARLY = 990_000  # characters: a file may have 1,000 KB
BODIES = {
    "references to one long address": "[a]" * 50_000 + f"\n\n[a]: /{'x' * 20_000}\n",
    "references without a definition": "[a]" * (NEARLY // 3),
    "images in links": "[![a](b)](c)" * (NEARLY // 12),
    "links in headings": "# [a](b)[a](b)[a](b)\n" * (NEARLY // 21),
    "addresses that never close": "[a](" * (NEARLY // 4),
    "links to items in links": "[[a|[[b|c]]]]" * (NEARLY // 13),
    "code that never closes": "`a``" * (NEARLY // 4),
    "addresses in angles": "<https://a.b>" * (NEARLY // 13),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_read_or_refused_in_seconds_and_within_memory(name: str) -> None:
    start = time.process_time()
    page = source("note.md", "title: A note", BODIES[name])
    found = build([*sources(), page], as_of=TODAY, otherwise=TODAY)
    assert time.process_time() - start < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 < 2 * MEGABYTES
    mine = [problem for problem in found.problems if str(problem.at.path) == "note.md"]
    assert len(mine) < EFFORT // 100


@pytest.mark.parametrize("half", [name for name in BODIES if name.startswith("ref")])
def test_twice_the_text_costs_no_more_than_a_few_times_as_much(half: str) -> None:
    def cost(text: str) -> float:
        start = time.process_time()
        scan(text)
        return time.process_time() - start

    text = BODIES[half]
    assert cost(text) < 6 * cost(text[: len(text) // 2]) + 0.5


def test_a_page_with_thousands_of_links_is_read() -> None:
    prose = scan("[a word](notes/page.md) and [[EP-1]], " * 5_000)
    assert len(prose.links) == 10_000
    assert not prose.over_limit


def test_a_scale_has_at_most_a_hundred_steps() -> None:
    def policy(steps: int) -> str:
        return f"{PORTFOLIO}scale: [{', '.join(map(str, range(1, steps + 1)))}]\n"

    [problem] = [
        problem
        for problem in built({"portfolio.md": policy(101)}).errors
        if problem.rule == "value-wrong"
    ]
    assert problem.message == ("portfolio has `scale` a list, which is of 101 steps, more than 100")
    assert "value-wrong" not in {
        entry.rule for entry in built({"portfolio.md": policy(100)}).errors
    }


def test_a_message_quotes_a_long_scale_shortly() -> None:
    scale = ", ".join(str(10**9 + n) for n in range(100))
    found = built({**SMALL, "portfolio.md": f"{PORTFOLIO}scale: [{scale}]\n"})
    messages = [entry.message for entry in found.problems if entry.rule == "score-off-scale"]
    assert messages
    assert max(map(len, messages)) < 300
