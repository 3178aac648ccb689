"""Data quality and decisions: their sentences at nought, one, two and many."""

from datetime import timedelta
from pathlib import PurePosixPath

import pytest

from leanfolio.problem import Place, Problem
from leanfolio.views.home.decisions import time_left
from leanfolio.views.problems import MOST_PROBLEMS, problems_finding, problems_view
from making import TODAY


@pytest.mark.parametrize(
    ("errors", "warnings", "finding"),
    [(0, 0, "No rule is broken"), (1, 0, "One error in the content"),
     (0, 2, "Two warnings in the content"), (2, 1, "Two errors and one warning in the content"),
     (13, 0, "13 errors in the content")],
)  # fmt: skip
def test_the_finding_counts_errors_and_warnings(errors: int, warnings: int, finding: str) -> None:
    assert str(problems_finding(errors, warnings, partial=False)) == finding


@pytest.mark.parametrize(("more", "words"), [(0, None), (1, "1 more is in"), (2, "2 more are in")])
def test_the_page_counts_what_it_leaves_to_its_data(more: int, words: str | None) -> None:
    problems = [
        Problem(Place(PurePosixPath("a.md"), line), "orphan", "it hangs", "link it")
        for line in range(1, MOST_PROBLEMS + more + 1)
    ]
    view = problems_view(problems, {"orphan": "Every item serves another."})
    assert len(view.visible_rows) == MOST_PROBLEMS
    assert (None if view.more is None else str(view.more)) == words
    assert view.visible_rows[0].place == "content/a.md:1:1"
    assert view.visible_rows[0].fix == "Link it"


@pytest.mark.parametrize(
    ("left", "tone", "words"),
    [(None, "plain", "no day set"), (-2, "bad", "2 days late"), (-1, "bad", "1 day late"),
     (0, "warn", "today"), (1, "warn", "in 1 day"), (14, "warn", "in 14 days"),
     (15, "plain", "in 15 days")],
)  # fmt: skip
def test_a_decision_says_how_soon_it_is_due(left: int | None, tone: str, words: str) -> None:
    by = None if left is None else TODAY + timedelta(days=left)
    printed_tone, due = time_left(by, TODAY)
    assert (printed_tone, str(due)) == (tone, words)
