"""At most ten figures of home, each against its target and with where it came from."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.facts import Facts
from leanfolio.figures.flow.predictability import delivery, predictability
from leanfolio.figures.thresholds import PREDICTABLE_FROM, RECENT, TREND_POINTS
from leanfolio.model import Epic, Increment
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Derivation
from leanfolio.views.derivation import derivation, line_of, sum_of
from leanfolio.views.figures import Figures
from leanfolio.views.funding.key_figures import lines
from leanfolio.views.okr.arithmetic import mean_arithmetic
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ref import ref
from leanfolio.wording import (
    Money,
    Percent,
    Rounded,
    Text,
    cents,
    formula,
    joined,
    message,
    of_all,
    plural,
    readable,
    rounded,
    trimmed,
)

Points = tuple[tuple[float, float], ...]  # x and y in 0..1, oldest first
SMALL = 100  # amounts below it are printed to the cent


class Figure(Struct, frozen=True):
    """One number with what it is measured against, and where it came from."""

    key: str  # its anchor
    label: Text
    value: Text | Rounded | Percent
    note: Text
    url: str
    trend: PageOnly[Points] = ()
    target: float | None = None  # height of the target on the same scale, 0..1
    unit: Text = ""
    how: PageOnly[Derivation | None] = None


def home_figures(portfolio: Portfolio, facts: Facts, figures: Figures) -> Iterator[Figure]:
    """Yield the figures that can be computed, in the order of the page."""
    yield from mean_score_figure(facts, figures)
    yield work_figure(portfolio, facts)
    yield from predictability_figure(portfolio, facts.as_of)
    yield from money_figure(figures)
    yield from guardrail_figure(portfolio, figures)
    yield from queue_figure(portfolio, facts)
    yield from scored_figure(facts)


def mean_score_figure(facts: Facts, figures: Figures) -> Iterator[Figure]:
    """The mean score of the objectives that have reported, and what was expected of the same."""
    score, pace = facts.mean_score.score, facts.mean_score.pace
    if score is None:
        return
    running = facts.running_objectives
    reported, whole = (
        sum(entry.reported for entry in running),
        sum(entry.total for entry in running),
    )
    note = message("{reported} of {whole} reported", reported=reported, whole=whole)
    if pace is not None:
        note = message("expected by now {pace} · {reported}", pace=Rounded(pace), reported=note)
    scores = [(entry.objective, entry.score) for entry in running if entry.score is not None]
    yield Figure(
        "mean-score", message("Objectives, mean score"), Rounded(score), note, "objectives.html",
        figures.okrs.trend, None if pace is None else float(pace),
        how=derivation(
            mean_arithmetic([score for _, score in scores]),
            (line_of(objective, "", Rounded(score)) for objective, score in scores),
        ),
    )  # fmt: skip


def work_figure(portfolio: Portfolio, facts: Facts) -> Figure:
    """How many epics are in work, against the limit of the columns for that."""
    active = [column for column in facts.epic_columns if column.state.category == "active"]
    number = sum(column.count for column in active)
    limits = [column.state.limit for column in active if column.state.limit is not None]
    total = sum(limits) if limits and len(limits) == len(active) else None
    note = limits_kept(facts)
    if total is not None:
        note = message(
            "{total} is the limit of all columns in work; {kept}", total=total, kept=note
        )
    counts = active_over_time(portfolio, facts.as_of)
    top = max([*counts, total or 0, 1])
    trend = tuple((n / (len(counts) - 1), value / top) for n, value in enumerate(counts))
    return Figure(
        "in-work",
        message("Epics in work"),
        message("{number} of {whole}", number=number, whole=total)
        if total is not None
        else joined((number,), ""),
        note,
        "board.html",
        trend if any(counts[:-1]) else (),
        total / top if total is not None else None,
        how=derivation(
            sum_of([column.count for column in active], number),
            (
                line_of(item, "state", readable(column.state.name))
                for column in active
                for item in column.items
            ),
        ),
    )


def limits_kept(facts: Facts) -> Text:
    """Return how many of the columns with a limit, whatever their category, are over it."""
    judged = [column for column in facts.epic_columns if column.is_judged]
    if facts.portfolio.partial and judged:
        return message("limits are not judged here: not everything is shown to this audience")
    if judged and not any(column.count for column in judged):
        return message("no epic is in a column that has a limit")
    over = sum(column.over for column in judged)
    return of_all(
        over,
        len(judged),
        empty=message("no column has a limit that can be judged"),
        only=message("the one column with a limit is over it"),
        only_not=message("the one column with a limit keeps it"),
        both=message("both columns with a limit are over it"),
        neither=message("both columns with a limit keep it"),
        every=message("every column with a limit is over it"),
        none=message("every column with a limit keeps it"),
        some=plural(
            "{n:pronoun} of {whole:spelled} columns with a limit is over it",
            "{n:pronoun} of {whole:spelled} columns with a limit are over it",
            over, whole=len(judged),
        ),
    )  # fmt: skip


def active_over_time(portfolio: Portfolio, as_of: date) -> list[int]:
    """Return the epics in an active state on six days, each thirty apart, from the histories."""
    category = {state.name: state.category for state in portfolio.policy.states}
    counts = []
    for step in range(TREND_POINTS):
        on = as_of - RECENT * (TREND_POINTS - 1 - step)
        number = 0
        for epic in portfolio.items_of(Epic):
            past = [entry for entry in epic.history if entry.on <= on]
            if past and category.get(past[-1].state) == "active":
                number += 1
        counts.append(number)
    return counts


def predictability_figure(portfolio: Portfolio, as_of: date) -> Iterator[Figure]:
    """How predictable the last increment was, beside those before; nothing until one is over."""
    increments = sorted(
        portfolio.items_of(Increment),
        key=lambda increment: (increment.start or date.min, increment.id),
    )
    known = [
        (increment, share)
        for increment in increments
        if increment.days and increment.days.last < as_of
        and (share := predictability(increment.objectives)) is not None
    ]  # fmt: skip
    if not known:
        return
    last, share = known[-1]
    trend, top = heights([value for _, value in known])
    rated = delivery(last.objectives)
    actual, planned = sum(rated.actual, Decimal(0)), sum(rated.planned, Decimal(0))
    yield Figure(
        "predictability",
        message("Predictability, {increment}", increment=last.title),
        Percent(share, 1),
        message(
            "healthy is {low} to {high}",
            low=Percent(PREDICTABLE_FROM).percents,
            high=Percent(Fraction(1)),
        ),
        ref(last).url,
        trend,
        float(PREDICTABLE_FROM) / top,
        how=derivation(
            formula(trimmed(actual), " / ", trimmed(planned), " = ", Percent(share, 1)),
            (line_of(last, "objectives", message("actual value over planned value")),),
        ),
    )


def heights(shares: Sequence[Fraction]) -> tuple[Points, float]:
    """Return shares as points of a line, and the share at its top, at least 1."""
    top = max([float(value) for value in shares] + [1.0])
    steps = max(len(shares) - 1, 1)
    points = tuple((n / steps, float(value) / top) for n, value in enumerate(shares))
    return points if len(points) > 1 else (), top


def money_figure(figures: Figures) -> Iterator[Figure]:
    """How much of the approved budget is spent, against how much of the time is gone."""
    row = figures.funding.current
    if row.burn is None or row.approved is None:
        return
    elapsed: Text = ""
    if row.elapsed is not None:
        elapsed = message("time elapsed {share}", share=Percent(row.elapsed))
    label = message("Budget spent, {period}", period=row.period)
    spent, approved = (Money(each, figures.currency) for each in (row.actual, row.approved))
    how = derivation(
        formula(spent, " / ", approved, " = ", Percent(row.burn)),
        lines(figures.funding.streams, "actual", figures.currency),
    )
    yield Figure("burn", label, Percent(row.burn), elapsed, "funding.html", how=how)


def guardrail_figure(portfolio: Portfolio, figures: Figures) -> Iterator[Figure]:
    """How many guardrails hold, of those that could be judged; and how many could not."""
    words = Counter(rail.word for rail in figures.funding.guardrails)
    held, broken, waived, silent = (
        words[word] for word in ("kept", "broken", "waived", "not judged")
    )
    judged = held + broken + waived
    if not judged + silent:
        return
    result = message(
        "held: {held}, broken: {broken}, waived: {waived}, not judged: {silent}",
        held=held, broken=broken, waived=waived, silent=silent,
    )  # fmt: skip
    yield Figure(
        "guardrails",
        message("Guardrails that hold"),
        message("{held} of {judged}", held=held, judged=judged)
        if judged
        else message("not judged"),
        plural(
            "{n:pronoun} not judged: what it needs is not there",
            "{n:pronoun} not judged: what they need is not there",
            silent,
        )
        if silent
        else message("all judged"),
        "guardrails.html",
        how=derivation(result, (line_of(portfolio.policy, "guardrails", message("their limits")),)),
    )


def queue_figure(portfolio: Portfolio, facts: Facts) -> Iterator[Figure]:
    """What waiting costs: the cost of delay of all epics that are not in work yet.

    Nothing where that of some is hidden: the sum would lack it.
    """
    queue = facts.queue
    if not queue.epics or facts.portfolio.hides_delay:
        return
    whole = queue.per_week >= SMALL
    amount = Decimal(rounded(queue.per_week, 0)) if whole else cents(queue.per_week)
    note = plural(
        "{n:spelled} epic not in work yet, with a cost of delay in money",
        "{n:spelled} epics not in work yet, with a cost of delay in money",
        len(queue.epics),
    )
    if queue.without_rate:
        without = plural(
            "{n:pronoun} more is in a currency without a rate",
            "{n:pronoun} more are in a currency without a rate",
            len(queue.without_rate),
        )
        note = message("{counted}; {without}", counted=note, without=without)
    yield Figure(
        "queue",
        message("Cost of delay in the queue"),
        joined((Money(amount, facts.currency),), ""),
        note,
        "ranking.html",
        unit=message("a week"),
        how=derivation(
            queue_arithmetic(portfolio, facts),
            (
                line_of(epic, "cost_of_delay", Money(cents(cost), epic.currency or facts.currency))
                for epic, cost in waiting_costs(portfolio, queue.epics)
            ),
        ),
    )


def queue_arithmetic(portfolio: Portfolio, facts: Facts) -> Text:
    """Return the sum to the cent; where amounts are converted or rounded, what is summed."""
    costs = list(waiting_costs(portfolio, facts.queue.epics))
    total = cents(facts.queue.per_week)
    parts = [cents(cost) for _, cost in costs]
    own = all(epic.currency in (None, facts.currency) for epic, _ in costs)
    if own and sum(parts, Decimal(0)) == total:
        printed = [Money(part, facts.currency) for part in parts]
        return sum_of(printed, Money(total, facts.currency))
    return message("the sum of what a week of waiting costs, epic by epic")


def waiting_costs(portfolio: Portfolio, ids: Sequence[str]) -> Iterator[tuple[Epic, Fraction]]:
    """Yield what a week of each epic costs, in the epic's own currency."""
    for id in ids:
        epic = portfolio[id]
        if isinstance(epic, Epic) and epic.cost_of_delay:
            yield epic, epic.cost_of_delay.per_week


def scored_figure(facts: Facts) -> Iterator[Figure]:
    """How many of the open epics can be ranked."""
    scored = len(facts.ranking.scores)
    if scored:
        whole = scored + len(facts.ranking.unscored)
        unscored = facts.ranking.unscored
        yield Figure(
            "scored",
            message("Open epics with a score"),
            message("{number} of {whole}", number=scored, whole=whole),
            message("an unscored epic cannot be ranked"),
            "ranking.html",
            how=derivation(
                formula(whole, " − ", len(unscored), " = ", scored),
                (line_of(entry.item, "", entry.why) for entry in unscored),
            ),
        )
