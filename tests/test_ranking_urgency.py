from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from leanfolio.figures.ranking.curve import SHAPES, Shape, curve
from leanfolio.figures.ranking.urgency import Urgencies, latest_start, urgencies
from leanfolio.model import Epic
from test_ranking_wsjf import a_portfolio, an_epic

TODAY = date(2026, 11, 20)


def urgent(*items: Epic, flow_days: int | None = 30) -> Urgencies:
    days = None if flow_days is None else Fraction(flow_days)
    return urgencies(a_portfolio(*items), items, TODAY, days)


def test_a_fixed_date_is_to_be_started_a_usual_flow_time_before_it_is_due() -> None:
    found = urgent(an_epic(urgency="fixed-date", due=date(2026, 12, 31))).fixed_date[0]
    assert (found.start_by, found.days_left) == (date(2026, 12, 1), 11)


def test_a_part_of_a_day_of_flow_time_counts_as_a_day() -> None:
    assert latest_start(date(2026, 12, 31), Fraction(61, 2)) == date(2026, 11, 30)


def test_flow_time_before_the_calendar_begins_is_no_trouble() -> None:
    assert latest_start(date(2026, 12, 31), Fraction(10**9)) == date.min


def test_what_should_have_been_started_is_late_unless_it_was() -> None:
    due = date(2026, 11, 30)
    waiting = an_epic("A", urgency="fixed-date", due=due)
    started = an_epic("B", urgency="fixed-date", due=due, state="mvp")
    found = urgent(waiting, started)
    assert [each.item.id for each in found.late] == ["A"]
    assert [each.started for each in found.fixed_date] == [False, True]


def test_without_a_due_date_or_a_flow_time_nothing_is_said() -> None:
    undated = urgent(an_epic(urgency="fixed-date")).fixed_date[0]
    unknown = urgent(an_epic(urgency="fixed-date", due=TODAY), flow_days=None).fixed_date[0]
    assert undated.start_by is unknown.start_by is None


def test_two_cannot_both_be_expedited() -> None:
    one, two = an_epic("A", urgency="expedite"), an_epic("B", urgency="expedite")
    assert not urgent(one).too_many
    assert urgent(one, two).too_many


def test_what_is_over_is_not_urgent() -> None:
    found = urgent(an_epic("A", urgency="expedite", state="done"), an_epic("B", state=None))
    assert (found.expedite, found.standard) == ((), ())


def test_what_has_no_score_may_be_urgent_all_the_same() -> None:
    unscored = an_epic("A", (None, None, None, None), urgency="intangible")
    assert urgent(unscored).intangible == (unscored,)


@pytest.mark.parametrize("shape", sorted(set(SHAPES.values())))
def test_cost_never_falls_with_delay_and_ends_with_all_of_it(shape: Shape) -> None:
    points = curve(shape)
    assert [*points[0], *points[-1]] == [0, 0, 1, 1]
    assert all(a <= c and b <= d for (a, b), (c, d) in pairwise(points))


def test_a_deadline_costs_nothing_before_its_day() -> None:
    points = curve("deadline", deadline=Fraction(1, 4))
    assert [x for x, _ in points] == [0, Fraction(1, 4), Fraction(1, 4), 1]
    assert [y for _, y in points] == [0, 0, 1, 1]
