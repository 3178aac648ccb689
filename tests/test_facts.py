"""Facts: one answer for rules and pages, and each figure computed once."""

import dataclasses
import sys
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import cached_property
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from leanfolio.disk.files import Project
from leanfolio.disk.project import load
from leanfolio.figures.columns import BOARDS, columns
from leanfolio.figures.facts import Facts
from leanfolio.figures.flow.courses import courses
from leanfolio.figures.funding.guardrails import verdicts
from leanfolio.figures.funding.ledger import book
from leanfolio.figures.funding.overspending import budget_lines, overspent_epics, spent_on_epics
from leanfolio.figures.funding.queue import queue_of
from leanfolio.figures.funding.table import funding
from leanfolio.figures.okr.outcome import mean_score
from leanfolio.figures.okr.score import score_all
from leanfolio.figures.thresholds import OUTCOME_FROM
from leanfolio.model import Origin, Story
from leanfolio.output.data_files import data_files
from leanfolio.pipeline import published
from leanfolio.views.built import Built
from leanfolio.views.okr.trend import POINTS
from making import built
from pages import pages
from test_site import REPOSITORY

OBJECTIVE = """
title: An objective
owner: A
themes: [TH-1]
period: 2026-H2
key_results:
  - {{id: KR-1, title: A measure, owner: A, unit: points, start: 0, target: 100,
     check_ins: [{{on: 2026-11-10, value: {value}}}]}}
"""
EPIC = """
title: An epic
owner: A
value_stream: VS-1
key_results: [KR-1]
state: done
"""


def with_score(value: object) -> Built:
    """A portfolio whose only epic is done, and whose key result scores so many percent."""
    return built({"objectives/OBJ-1.md": OBJECTIVE.format(value=value), "epics/EP-1.md": EPIC})


# Rules and pages agree ---------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0, 34, 35, 37, 39.99, 40, 41, 100])
def test_check_and_pages_agree_on_output_without_outcome(value: float) -> None:
    """Below 0.4 exactly: 0.37 rounds to the band yellow, and is still no outcome."""
    found = with_score(value)
    reported = any(problem.rule == "output-without-outcome" for problem in found.problems)
    assert reported == (Fraction(str(value)) / 100 < OUTCOME_FROM)
    assert found.figures.key_results["KR-1"].output_without_outcome is reported


@given(st.integers(1, 6), st.integers(0, 8), st.integers(0, 3))
def test_check_and_board_agree_on_columns_over_their_limit(
    limit: int, standard: int, expedited: int
) -> None:
    epics = {
        f"epics/EP-{n}.md": f"""
            title: Epic {n}
            owner: A
            state: analyzing
            urgency: {"expedite" if n > standard else "standard"}
            """
        for n in range(1, standard + expedited + 1)
    }
    states = f"[{{name: analyzing, category: waiting, limit: {limit}}}]"
    found = built({**epics, "portfolio.md": f"title: A portfolio\ncurrency: EUR\nstates: {states}"})
    over = [problem for problem in found.problems if problem.rule == "wip-exceeded"]
    [column] = found.figures.board.columns
    assert column.over == bool(over) == (standard > limit)


def test_mean_score_and_mean_pace_are_of_the_same_objectives() -> None:
    """An objective that has not reported has no part in either."""
    waiting = OBJECTIVE.replace("KR-1", "KR-2").replace("2026-H2", "2027-H1")
    waiting = waiting.replace("[{{on: 2026-11-10, value: {value}}}]", "[]").format()
    facts = built(
        {"objectives/OBJ-1.md": OBJECTIVE.format(value=65), "objectives/OBJ-2.md": waiting}
    ).facts
    [reported] = [each for each in facts.objectives if each.score is not None]
    assert facts.mean_score.score == Fraction(65, 100)
    assert facts.mean_score.pace == reported.pace


# Each figure once --------------------------------------------------------------------------------


def counted(monkeypatch: pytest.MonkeyPatch, *functions: Callable[..., Any]) -> Counter[str]:
    """Count the calls of these functions, by whichever module."""
    calls: Counter[str] = Counter()

    def counting(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            calls[function.__name__] += 1
            return function(*given, **named)

        return call

    for function in functions:
        wrapped = counting(function)
        for name, module in list(sys.modules.items()):
            if name.startswith("leanfolio") and vars(module).get(function.__name__) is function:
                monkeypatch.setattr(module, function.__name__, wrapped)
    return calls


def test_one_build_computes_money_once_for_the_present_and_once_for_each_scenario(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Check, every page and every data file of the sample, from one set of figures."""
    calls = counted(monkeypatch, funding, verdicts, book)
    site = published(load(Project.at(REPOSITORY))[1], "public")
    assert dict(pages(site))
    assert data_files(site)
    allocations = 1 + len(site.records.alternatives)
    assert allocations > 1
    assert calls == {"funding": allocations, "verdicts": allocations, "book": 1}


def test_one_build_computes_each_figure_of_facts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by no other way than Facts: the function behind a figure runs once for the present.

    The trend of the objectives needs their scores on five earlier days, too, and trends need their
    mean at the end of each increment; what was forecast when an increment began needs the courses
    of epics and features up to that day.
    """
    made: Counter[str] = Counter()

    def counting(name: str, compute: Callable[[Facts], Any]) -> cached_property[Any]:
        def call(facts: Facts) -> Any:
            made[name] += facts.shared_ledger is None  # those of scenarios are others
            return compute(facts)

        return cached_property(call)

    figures = {
        name: figure for name, figure in vars(Facts).items() if isinstance(figure, cached_property)
    }
    for name, figure in figures.items():
        again = counting(name, figure.func)
        again.__set_name__(Facts, name)
        monkeypatch.setattr(Facts, name, again)
    calls = counted(
        monkeypatch, budget_lines, columns, mean_score, overspent_epics, queue_of, score_all,
        spent_on_epics, courses,
    )  # fmt: skip
    site = published(load(Project.at(REPOSITORY))[1], "public")
    assert dict(pages(site))
    assert data_files(site)
    days = len(site.figures.trends.rows)  # the last of them is that of the build
    assert days > 1
    scores = ("objectives", "running_objectives", "mean_score")
    assert made == dict.fromkeys(figures, 1) | dict.fromkeys(scores, days)
    assert calls.pop("score_all") == POINTS + days - 1
    assert calls.pop("mean_score") == days
    assert calls.pop("courses") == len(BOARDS) + 2 * len(site.figures.forecast_records)
    assert calls == dict.fromkeys(calls, 1)
    assert len(calls) == 5


def test_figures_of_an_audience_are_computed_anew_only_where_something_is_withheld() -> None:
    open_to_all = built()
    assert published(open_to_all, "public").facts is open_to_all.facts
    secret = built({"epics/EP-2.md": "title: Secret\nowner: A\nvisibility: confidential"})
    public = published(secret, "public")
    assert [epic.id for epic in public.facts.epics] == ["EP-1"]
    assert [epic.id for epic in secret.facts.epics] == ["EP-1", "EP-2"]


def test_views_read_prose_from_the_portfolio_and_never_through_facts() -> None:
    """What a page reads of a portfolio is recorded for later builds; what it asks Facts is not."""

    class WithoutProse(Origin):
        @property
        def body(self) -> str:
            if sys._getframe(1).f_code is dataclasses.replace.__code__:
                return ""  # a copy, which nobody can read either
            raise AssertionError("prose was read through Facts")

        @body.setter
        def body(self, value: str) -> None: ...

    whole = load(Project.at(REPOSITORY))[1]
    items = {}
    for id, item in whole.portfolio.items.items():
        items[id] = item.model_copy()
        items[id]._origin = WithoutProse(*(getattr(item.origin, n) for n in Origin.__slots__))
    facts = replace(whole.facts, portfolio=whole.portfolio.with_items(items))
    site = replace(whole, facts=facts)
    with pytest.raises(AssertionError):
        assert facts.epics[0].origin.body
    own_pages = [item for item in items.values() if not isinstance(item, Story)]
    assert len(dict(pages(site))) > len(own_pages) > 100
