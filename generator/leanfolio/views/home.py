"""Home: what changed, what is off, what needs a decision."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from leanfolio.figures.flow.predictability import predictability
from leanfolio.model import Epic, Increment, LeadingIndicator
from leanfolio.model.business_case import case_of
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import (
    Sentence,
    Tag,
    Text,
    Tone,
    in_percent,
    joined,
    sentence,
    with_figures,
)
from leanfolio.views.figures import Figures
from leanfolio.views.lists import is_running
from leanfolio.views.okr import KeyResultRow, ObjectiveRow
from leanfolio.views.phrase import capital, count, green_of, in_words, rounded, words
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Money, listed, message, plural

MOST = 8  # decisions or exceptions on one page; the rest is counted, with a link
TREND_MONTHS = 6
SOON = 14  # days to a decision


@dataclass(frozen=True, slots=True)
class DecisionNeeded:
    """An item that waits for a decision, as of a day."""

    item: Ref
    decision: str
    who: str | None
    by: date | None
    evidence: Text
    as_of: date

    @property
    def due(self) -> Tag:
        """How soon it is due."""
        if self.by is None:
            return Tag("plain", message("no date"))
        left = (self.by - self.as_of).days
        if left < 0:
            return Tag("bad", plural("{n} day late", "{n} days late", -left))
        tone: Tone = "warn" if left <= SOON else "plain"
        return Tag(tone, plural("in {n} day", "in {n} days", left))


@dataclass(frozen=True, slots=True)
class OffTrack:
    tone: Tone
    word: str
    title: str
    url: str
    note: Text


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with what it is measured against, and where it came from."""

    label: str
    value: Text
    note: Text
    url: str
    trend: tuple[tuple[float, float], ...] = ()
    target: float | None = None  # height of the target on the same scale, 0..1
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    finding: str
    lede: str
    decisions: tuple[DecisionNeeded, ...]
    more_decisions: int
    exceptions: tuple[OffTrack, ...]
    more_exceptions: int
    figures: tuple[Figure, ...]
    objectives: tuple[ObjectiveRow, ...]


def home_view(portfolio: Portfolio, figures: Figures) -> Home:
    decisions = tuple(sorted(decisions_needed(portfolio, figures), key=by_date))
    exceptions = tuple(exceptions_of(portfolio, figures))
    return Home(
        finding=home_finding(decisions, exceptions, figures),
        lede=home_lede(portfolio, figures),
        decisions=decisions[:MOST],
        more_decisions=max(len(decisions) - MOST, 0),
        exceptions=exceptions[:MOST],
        more_exceptions=max(len(exceptions) - MOST, 0),
        figures=tuple(figures_of(portfolio, figures)),
        objectives=figures.okrs.objectives[:12],
    )


def by_date(decision: DecisionNeeded) -> tuple[date, str]:
    return (decision.by or date.max, decision.item.id)


def decisions_needed(portfolio: Portfolio, figures: Figures) -> Iterator[DecisionNeeded]:
    """Epics whose case lacks nothing but a decision, and MVPs whose evidence is in."""
    for epic in portfolio.items_of(Epic):
        category = portfolio.category_of(epic)
        if category not in ("waiting", "active"):
            continue
        case = case_of(epic, portfolio.policy)
        if case.lacking == ("go-decision",) and not case.missing:
            yield DecisionNeeded(
                ref(epic),
                "go or no-go",
                epic.owner,
                epic.due,
                go_evidence(portfolio, epic, figures),
                figures.as_of,
            )
        elif category == "active" and case.lacking == ("persevere-decision",):
            indicator = next(each for each in epic.leading_indicators if each.observed)
            last = max(indicator.observed, key=lambda each: each.on)
            yield DecisionNeeded(
                ref(epic),
                "persevere, pivot or stop",
                epic.owner,
                indicator.by,
                measured(indicator, last.value),
                figures.as_of,
            )


def measured(indicator: LeadingIndicator, value: Decimal) -> Sentence:
    """What was measured, and where the threshold lies."""
    unit = f" {indicator.unit}" if indicator.unit else ""
    now = sentence("{} {}{}", indicator.metric, value, unit)
    if indicator.threshold is None:
        return now
    return sentence("{}; threshold {}{}", now, indicator.threshold, unit)


def go_evidence(portfolio: Portfolio, epic: Epic, figures: Figures) -> Sentence:
    said = []
    ranked = figures.ranked.get(epic.id)
    if ranked:
        said.append(sentence("WSJF {}, rank {}", ranked.score.decimal, ranked.rank))
    threshold = portfolio.policy.guardrails.epic_threshold
    if epic.cost is not None:
        above = (
            ", at or above the threshold"
            if threshold is not None and epic.cost >= threshold
            else ", below the threshold"
            if threshold is not None
            else ""
        )
        currency = epic.currency or figures.currency
        verb = "costs" if said else "Costs"
        said.append(sentence("{} {}{}", verb, Money(epic.cost, currency), above))
    return joined(said, "; ")


def exceptions_of(portfolio: Portfolio, figures: Figures) -> Iterator[OffTrack]:
    """What is off: limits, hollow output, stale measures, money, guardrails, age."""
    yield from columns_over(figures)
    for objective in figures.okrs.objectives:
        for row in objective.key_results:
            yield from key_result_off(row)
    yield from money_over(portfolio, figures)
    yield from cards_too_old(figures)


def columns_over(figures: Figures) -> Iterator[OffTrack]:
    """Columns with more cards than their limit."""
    for column in figures.board.columns:
        if column.over:
            waived = next((card for card in column.cards if card.waived_until), None)
            note: Text = "No waiver."
            if waived and waived.waived_until:
                note = sentence(
                    "{} has a waiver of {}, until {}.",
                    waived.id,
                    waived.waived_by or "nobody named",
                    waived.waived_until,
                )
            yield OffTrack(
                "bad", "over the limit", str(column.excess),
                f"board.html#state-{column.state}", note,
            )  # fmt: skip


def key_result_off(row: KeyResultRow) -> Iterator[OffTrack]:
    """What is off with one key result: hollow output, a stale measure, a red score."""
    if row.output_without_outcome:
        yield OffTrack(
            "warn", "output without outcome", f"{row.id} {row.title}", row.url,
            sentence("All its epics are done; its score is {}.", row.score or "none"),
        )  # fmt: skip
    if row.stale_days is not None and row.last_check_in:
        yield OffTrack(
            "warn", f"stale, {row.stale_days} days", f"{row.id} {row.title}", row.url,
            sentence("Last check-in on {}.", row.last_check_in),
        )  # fmt: skip
    if row.band == "red" and not row.output_without_outcome:
        yield OffTrack(
            "bad", "red", f"{row.id} {row.title}", row.url,
            sentence("Scores {}, {} expected by now.", row.score or "none", row.pace)
            if row.pace
            else sentence("Scores {}.", row.score or "none"),
        )  # fmt: skip


def money_over(portfolio: Portfolio, figures: Figures) -> Iterator[OffTrack]:
    """Forecasts over budgets, guardrails that do not hold, and epics that are overspent."""
    for stream in figures.funding.streams:
        if stream.variance is not None and stream.variance < 0:
            yield OffTrack(
                "warn", "forecast over budget", f"{stream.title}, {stream.period}",
                "funding.html",
                sentence("{} more than approved.", Money(-stream.variance, figures.currency)),
            )  # fmt: skip
    for guardrail in figures.funding.guardrails:
        if guardrail.pass_ is False:
            said = with_figures(guardrail.detail) if guardrail.parts else guardrail.detail
            yield OffTrack("warn", "guardrail", guardrail.name, "guardrails.html", said)
    for epic in portfolio.items_of(Epic):
        spent = spent_on(epic, figures)
        if epic.approved is not None and spent is not None and spent > epic.approved:
            over = Money(spent - epic.approved, epic.currency or figures.currency)
            yield OffTrack(
                "bad", "overspent", f"{epic.id} {epic.title}", ref(epic).url,
                sentence(
                    "Spent {} more than approved ({}).",
                    over,
                    in_percent((spent - epic.approved) / epic.approved),
                )
                if epic.approved
                else sentence("Spent {} more than approved.", over),
            )  # fmt: skip


def cards_too_old(figures: Figures) -> Iterator[OffTrack]:
    """Cards that stay longer than their column allows."""
    for column in figures.board.columns:
        for card in column.cards:
            if card.too_old:
                stays = f"{card.age_days} days in {in_words(column.state)}"
                yield OffTrack(
                    "warn", stays, f"{card.id} {card.title}", card.url,
                    "Longer than the column allows.",
                )  # fmt: skip


def spent_on(epic: Epic, figures: Figures) -> Decimal | None:
    """What an epic has spent, in its own currency: as it says, or as it was booked."""
    if epic.actual is not None:
        return epic.actual
    own = epic.currency in (None, figures.currency)
    return figures.funding.spent.get(epic.id) if own else None


def home_finding(
    decisions: tuple[DecisionNeeded, ...], exceptions: tuple[OffTrack, ...], figures: Figures
) -> str:
    """The state of the portfolio in one sentence."""
    said = []
    if decisions:
        verb = "is" if len(decisions) == 1 else "are"
        said.append(f"{count(len(decisions), 'decision')} {verb} needed")
    if exceptions:
        verb = "is" if len(exceptions) == 1 else "are"
        said.append(f"{count(len(exceptions), 'thing')} {verb} off")
    green = sum(1 for objective in figures.okrs.objectives if objective.band == "green")
    if figures.okrs.objectives:
        said.append(green_of(green, len(figures.okrs.objectives)))
    return capital("; ".join(said)) if said else "Nothing needs a decision today"


def home_lede(portfolio: Portfolio, figures: Figures) -> str:
    """The running increment, how many key results have reported, and what moved lately."""
    running = next(
        (
            increment
            for increment in portfolio.items_of(Increment)
            if is_running(increment, figures.as_of)
        ),
        None,
    )
    said = []
    if running and running.days:
        said.append(
            f"{running.title}, day {running.days.elapsed(figures.as_of)} of {running.days.length}."
        )
    okrs = figures.okrs
    if okrs.of:
        said.append(f"{okrs.reported} of {okrs.of} key results have reported.")
    entered = recently(portfolio, figures.as_of)
    if entered:
        said.append(f"In the last 30 days {entered}.")
    return " ".join(said)


def recently(portfolio: Portfolio, as_of: date) -> str:
    """What moved on the board in the last thirty days, from the histories."""
    since = as_of - timedelta(days=30)
    moved = {"started": 0, "finished": 0, "entered the board": 0}
    for epic in portfolio.items_of(Epic):
        for number, entry in enumerate(epic.history):
            if not since < entry.on <= as_of:
                continue
            state = next((s for s in portfolio.policy.states if s.name == entry.state), None)
            before = epic.history[number - 1].state if number else None
            was = next((s for s in portfolio.policy.states if s.name == before), None)
            if number == 0:
                moved["entered the board"] += 1
            elif state and state.category == "done":
                moved["finished"] += 1
            elif state and state.category == "active" and not (was and was.category == "active"):
                moved["started"] += 1
    return str(
        listed(f"{count(number, 'epic')} {verb}" for verb, number in moved.items() if number)
    )


def figures_of(portfolio: Portfolio, figures: Figures) -> Iterator[Figure]:
    """At most ten numbers, each against its target."""
    okrs = figures.okrs
    if okrs.mean is not None:
        pace = float(okrs.pace.decimal) if okrs.pace else None
        reported = sentence("{} of {} reported", okrs.reported, okrs.of)
        note = sentence("expected by now {} · {}", okrs.pace, reported) if okrs.pace else reported
        yield Figure(
            "Objectives, mean score", sentence("{}", okrs.mean), note,
            "objectives.html", okrs.trend, pace,
        )  # fmt: skip
    yield from work_figure(portfolio, figures)
    yield from predictability_figure(portfolio, figures)
    yield from money_figures(figures)
    yield from guardrail_figure(figures)
    yield from queue_figure(portfolio, figures)
    if figures.ranking.items:
        scored = len(figures.ranking.items)
        open_epics = scored + len(figures.ranking.unranked)
        yield Figure(
            "Open epics with a score", f"{scored} of {open_epics}",
            "an unscored epic cannot be ranked", "ranking.html",
        )  # fmt: skip


def work_figure(portfolio: Portfolio, figures: Figures) -> Iterator[Figure]:
    active = [column for column in figures.board.columns if column.category == "active"]
    number = sum(each.count for each in active)
    limits = [each.limit for each in active if each.limit is not None]
    total = sum(limits) if limits and len(limits) == len(active) else None
    over = sum(1 for each in active if each.over)
    note = f"over in {count(over, 'column')}" if over else "every column within its limit"
    if total is not None:
        note = f"{total} is the limit of all columns in work; {note}"
    counts = active_over_time(portfolio, figures.as_of)
    top = max([*counts, total or 0, 1])
    trend = tuple((n / (len(counts) - 1), each / top) for n, each in enumerate(counts))
    yield Figure(
        "Epics in work",
        f"{number} of {total}" if total is not None else str(number),
        note,
        "board.html",
        trend if any(counts[:-1]) else (),
        total / top if total is not None else None,
    )


def active_over_time(portfolio: Portfolio, as_of: date) -> list[int]:
    """Epics in an active state on six days, each thirty apart, from the histories."""
    category = {state.name: state.category for state in portfolio.policy.states}
    counts = []
    for step in range(TREND_MONTHS):
        on = as_of - timedelta(days=30 * (TREND_MONTHS - 1 - step))
        number = 0
        for epic in portfolio.items_of(Epic):
            past = [entry for entry in epic.history if entry.on <= on]
            if past and category.get(past[-1].state) == "active":
                number += 1
        counts.append(number)
    return counts


def predictability_figure(portfolio: Portfolio, figures: Figures) -> Iterator[Figure]:
    """How predictable the last increment was, beside those before; nothing until one is over."""
    over = [
        (increment, predictability(increment.objectives))
        for increment in sorted(
            portfolio.items_of(Increment),
            key=lambda increment: (increment.start or date.min, increment.id),
        )
        if increment.days and increment.days.last < figures.as_of
    ]
    known = [(each, share) for each, share in over if share is not None]
    if not known:
        return
    last, share = known[-1]
    top = max([float(each) for _, each in known] + [1.0])
    steps = max(len(known) - 1, 1)
    trend = tuple((n / steps, float(each) / top) for n, (_, each) in enumerate(known))
    yield Figure(
        f"Predictability, {last.title}",
        in_percent(share, 1),
        "healthy is 80 to 100 %",
        ref(last).url,
        trend if len(trend) > 1 else (),
        0.8 / top,
    )


def money_figures(figures: Figures) -> Iterator[Figure]:
    """How much of the approved budget is spent, against how much of the time is gone."""
    row = figures.funding.current
    if row.burn is None or row.approved is None:
        return
    elapsed: Text = ""
    if row.elapsed is not None:
        elapsed = sentence("time elapsed {}", in_percent(row.elapsed))
    yield Figure(
        f"Budget spent, {row.period}", in_percent(row.burn), elapsed, "funding.html",
    )  # fmt: skip


def guardrail_figure(figures: Figures) -> Iterator[Figure]:
    """How many guardrails hold, of those that could be judged; and how many could not."""
    rails = figures.funding.guardrails
    if not rails:
        return
    judged = [rail for rail in rails if rail.pass_ is not None]
    silent = len(rails) - len(judged)
    note = f"{words(silent)} not judged: what they need is not there" if silent else "all judged"
    held = f"{sum(each.pass_ is True for each in judged)} of {len(judged)}"
    yield Figure("Guardrails that hold", held if judged else "none", note, "guardrails.html")


def queue_figure(portfolio: Portfolio, figures: Figures) -> Iterator[Figure]:
    """What waiting costs: the cost of delay of all epics that are not in work yet."""
    waiting = [
        epic
        for epic in portfolio.items_of(Epic)
        if portfolio.category_of(epic) in ("new", "waiting") and epic.cost_of_delay
    ]
    if not waiting:
        return
    total = sum(
        (each.cost_of_delay.per_week for each in waiting if each.cost_of_delay), Fraction(0)
    )
    thousands = Decimal(rounded(total / 1000, 0)) * 1000
    yield Figure(
        "Cost of delay in the queue",
        sentence("{}", Money(thousands, figures.currency)),
        f"{count(len(waiting), 'epic')} not in work yet, with a cost of delay in money",
        "ranking.html",
        unit="a week",
    )
