"""The pages of epics, features and stories."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from leanfolio.model import Epic, Feature, Item, LeadingIndicator, Story
from leanfolio.model.business_case import IN_WORDS, case_of
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import (
    Fact,
    Sentence,
    Table,
    Tag,
    Text,
    Value,
    figure,
    headers,
    in_percent,
    joined,
    sentence,
    with_figures,
)
from leanfolio.views.figures import Figures
from leanfolio.views.items.page_parts import Parts
from leanfolio.views.items.work_tables import feature_rows, story_rows
from leanfolio.views.phrase import cents, in_words
from leanfolio.views.ranking.within import within_table
from leanfolio.views.ranking.words import DAYS_PER_MONTH
from leanfolio.views.ref import ref
from leanfolio.wording import Money

HORIZONS = {
    3: "3, evaluating",
    2: "2, emerging",
    1: "1, investing or extracting",
    0: "0, retiring",
}


def epic(portfolio: Portfolio, item: Epic, figures: Figures) -> Parts:
    """What an epic's page shows beside its prose."""
    case = case_of(item, portfolio.policy)
    missing = [IN_WORDS[fromkey] for fromkey in dict.fromkeys((*case.missing, *case.lacking))]
    title = f"To enter {in_words(case.ahead.name)} it lacks" if case.ahead else "It lacks"
    closed = portfolio.category_of(item) in ("done", "cancelled")
    features = portfolio.children_of(item.id, Feature)
    return Parts(
        finding=epic_finding(portfolio, item, figures),
        lede=hypothesis_sentence(item),
        tags=(Tag("plain", "business epic" if item.kind == "business" else "enabler epic"),),
        facts=tuple(epic_facts(portfolio, item, figures)),
        tables=(
            indicator_table(item),
            moves_table(portfolio, item, figures),
            within_table(portfolio, "Feature", features),
            feature_rows("Features", features, portfolio),
            budget_table(item, figures),
            decision_table(item),
            needs_table(portfolio, item),
            *history_tables(item, figures),
            *(
                [figures.score_histories[item.id].table]
                if item.id in figures.score_histories
                else []
            ),
        ),
        gap_title="" if closed or not missing else title,
        gap=() if closed else tuple(missing),
    )


def epic_finding(portfolio: Portfolio, item: Epic, figures: Figures) -> Text:
    """What there is to say of this epic: its evidence, else its place in the ranking."""
    measured = next(
        (
            (each, each.threshold)
            for each in item.leading_indicators
            if each.observed and each.threshold is not None
        ),
        None,
    )
    if measured and portfolio.category_of(item) == "active":
        indicator, threshold = measured
        last = max(indicator.observed, key=lambda each: each.on)
        unit = f" {indicator.unit}" if indicator.unit else ""
        return sentence(
            "{}: {} at {}{}, threshold {}{}",
            item.title, indicator.metric, last.value, unit, threshold, unit,
        )  # fmt: skip
    ranked = figures.ranked.get(item.id)
    if ranked:
        return (
            f"{item.title}: {ordinal(ranked.rank)} of {len(figures.ranking.items)} in the ranking"
        )
    return item.title


def ordinal(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def hypothesis_sentence(item: Epic) -> str:
    """The hypothesis as one sentence, once all its blanks are filled."""
    blanks = item.hypothesis
    if blanks is None or blanks.blanks:
        return ""
    return (
        f"For {blanks.for_} who {blanks.who}, the {blanks.the} is a {blanks.is_a} "
        f"that {blanks.that}. Unlike {blanks.unlike}, ours {blanks.ours}."
    )


def epic_facts(portfolio: Portfolio, item: Epic, figures: Figures) -> Iterator[Fact]:
    """An epic in short: rank, money, stream, dates."""
    currency = item.currency or figures.currency
    ranked = figures.ranked.get(item.id)
    if ranked:
        how = with_figures(ranked.arithmetic)
        if portfolio.policy.ranking == "relative":
            how = sentence("{}: cost of delay in points, over the job size", how)
        yield Fact("WSJF", with_figures(ranked.score), how)
        yield Fact("Rank", f"{ranked.rank} ({ranked.rank_low} to {ranked.rank_high})",
                   "the interval over every one-step change of one score")  # fmt: skip
    if item.cost_of_delay:
        week = Money(cents(item.cost_of_delay.per_week), currency)
        yield Fact("Cost of delay in money", week, delay_words(portfolio, item))
    if item.value_stream and item.value_stream in portfolio:
        yield Fact("Value stream", ref(portfolio[item.value_stream]))
    if item.approved is not None:
        yield Fact("Approved", Money(item.approved, currency))
    if item.actual is not None:
        share: Text = ""
        if item.approved:
            share = sentence("{} of what was approved", in_percent(item.actual / item.approved))
        yield Fact("Spent", Money(item.actual, currency), share)
    elif (booked := figures.funding.spent.get(item.id)) is not None:
        yield Fact("Spent", Money(booked, figures.currency), "as it was booked")
    if item.cost is not None:
        yield Fact(
            "Likely cost of what remains", Money(item.cost, currency), cost_range(item, currency)
        )
    if item.mvp and item.mvp.cost is not None:
        yield Fact("MVP", Money(item.mvp.cost, currency), item.mvp.test or "")
    if item.horizon is not None:
        yield Fact("Horizon", HORIZONS[item.horizon])
    if item.urgency != "standard":
        yield Fact("Urgency", item.urgency.replace("-", " "))
    if item.due:
        yield Fact("Due", item.due)
    if item.scored_on:
        yield Fact("Scored", item.scored_on, ", ".join(item.scored_by))
    if item.sponsors:
        yield Fact("Sponsors", ", ".join(item.sponsors))
    if item.vendor:
        yield Fact("Vendor", item.vendor)


def delay_words(portfolio: Portfolio, item: Epic) -> Sentence:
    """What a week of delay costs and of what, and whether the ranking goes by it."""
    by_money = portfolio.policy.ranking == "money"
    said = sentence("a week: {}", parts_words(item))
    if by_money:
        return sentence("{}; the ranking goes by it", said)
    return sentence("{}. An estimate beside the points: the ranking goes by the points", said)


def parts_words(item: Epic) -> Sentence:
    assert item.cost_of_delay is not None
    said = joined((sentence("{} {}", *part) for part in item.cost_of_delay.parts), " + ")
    if item.cost_of_delay.per == "week":
        return said
    return sentence("({} a month) × 7 / {}", said, Decimal(DAYS_PER_MONTH))


def cost_range(item: Epic, currency: str) -> Text:
    """The range of an estimate."""
    if item.cost_low is None or item.cost_high is None:
        return ""
    return sentence("{} to {}", Money(item.cost_low, currency), Money(item.cost_high, currency))


def indicator_table(item: Epic) -> Table:
    rows: list[tuple[Value, ...]] = []
    for indicator in item.leading_indicators:
        last = max(indicator.observed, key=lambda seen: seen.on, default=None)
        rows.append(
            (
                indicator.metric,
                figure(indicator.baseline),
                figure(last.value) if last else "not measured",
                figure(indicator.threshold),
                indicator.by,
                reached(indicator),
            )
        )
    return Table(
        "Evidence",
        headers("Leading indicator", "Baseline#", "Now#", "Threshold#", "By", "Reached"),
        tuple(rows),
        anchor="evidence",
    )


def reached(indicator: LeadingIndicator) -> Tag:
    """Whether the last value is at or beyond the threshold, in the direction from the baseline."""
    last = max(indicator.observed, key=lambda seen: seen.on, default=None)
    if last is None or indicator.threshold is None:
        return Tag("plain", "not measured" if last is None else "no threshold")
    falling = indicator.baseline is not None and indicator.threshold < indicator.baseline
    there = last.value <= indicator.threshold if falling else last.value >= indicator.threshold
    return Tag("good", "reached") if there else Tag("warn", "not yet")


def moves_table(portfolio: Portfolio, item: Epic, figures: Figures) -> Table:
    """The key results that an epic is to move, with its share and their scores."""
    shares = item.shares
    rows: list[tuple[Value, ...]] = []
    for id, share in shares.items():
        if id not in portfolio:
            continue
        row = figures.key_results.get(id)
        rows.append(
            (
                ref(portfolio[id]),
                in_percent(share),
                with_figures(row.score) if row and row.score else None,
                with_figures(row.arithmetic) if row else None,
            )
        )
    return Table(
        "Key results it is to move",
        headers("Key result", "Share of its money#", "Score#", "How it came about"),
        tuple(rows),
        anchor="moves",
    )


def budget_table(item: Epic, figures: Figures) -> Table:
    """The money of an epic period by period, where it says so."""
    currency = item.currency or figures.currency
    return Table(
        "Budgets",
        headers("Period", "Approved#", "Forecast#", "Actual#"),
        tuple(
            (
                str(line.period),
                Money(line.approved, currency),
                Money(line.forecast, currency),
                Money(line.actual, currency),
            )
            for line in item.budgets
        ),
        anchor="budgets",
    )


def decision_table(item: Epic) -> Table:
    newest_first = sorted(item.decisions, key=lambda decision: decision.on, reverse=True)
    return Table(
        "Decisions",
        headers("On", "Decision", "By", "Note"),
        tuple((each.on, each.kind, each.by, each.note) for each in newest_first),
        anchor="decisions",
    )


def needs_table(portfolio: Portfolio, item: Epic | Feature) -> Table:
    rows: list[tuple[Value, ...]] = []
    for edge in portfolio.edges_from(item.id, "needs"):
        other = portfolio[edge.target]
        rows.append(("needs", ref(other), state_of(other), other.owner))
    for edge in portfolio.edges_to(item.id, "needs"):
        other = portfolio[edge.source]
        rows.append(("is needed by", ref(other), state_of(other), other.owner))
    return Table(
        "Dependencies", headers("How", "Item", "State", "Owner"), tuple(rows), anchor="dependencies"
    )


def state_of(item: Item) -> str | None:
    state = getattr(item, "state", None)
    return in_words(state) if state else None


def history_tables(item: Epic | Feature | Story, figures: Figures) -> Iterator[Table]:
    """Its history, if it has one; only then is the day read."""
    if item.history:
        yield history_table(item, figures.as_of)


def history_table(item: Epic | Feature | Story, as_of: date) -> Table:
    """Each state with the day it was entered and how long it lasted; the last one lasts still."""
    entries = item.history
    rows: list[tuple[Value, ...]] = [
        (in_words(each.state), each.on, (following.on - each.on).days)
        for each, following in pairwise(entries)
    ]
    if entries:
        last = entries[-1]
        days = (as_of - last.on).days
        since = sentence("{} since then", days) if days >= 0 else "not yet begun"
        rows.append((in_words(last.state), last.on, since))
    return Table("History", headers("State", "Entered", "Days#"), tuple(rows), anchor="history")


def feature(portfolio: Portfolio, item: Feature, figures: Figures) -> Parts:
    facts = [
        Fact("Kind", item.kind),
        link_fact(portfolio, "Team", item.team),
        link_fact(portfolio, "Increment", item.increment),
        Fact("Size", figure(item.size)) if item.size is not None else None,
        Fact("Due", item.due) if item.due else None,
    ]
    return Parts(
        facts=tuple(fact for fact in facts if fact),
        tables=(
            story_rows("Stories", portfolio.children_of(item.id, Story), portfolio),
            needs_table(portfolio, item),
            *history_tables(item, figures),
        ),
    )


def link_fact(portfolio: Portfolio, label: str, id: str | None) -> Fact | None:
    return Fact(label, ref(portfolio[id])) if id and id in portfolio else None


def story(portfolio: Portfolio, item: Story, figures: Figures) -> Parts:
    facts = [
        link_fact(portfolio, "Team", item.team),
        Fact("Iteration", item.iteration) if item.iteration else None,
        Fact("Points", figure(item.points)) if item.points is not None else None,
    ]
    return Parts(
        facts=tuple(fact for fact in facts if fact), tables=tuple(history_tables(item, figures))
    )
