"""The pages of epics, features and stories."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from msgspec.structs import replace

from leanfolio.model import Epic, Feature, Item, LeadingIndicator, Story
from leanfolio.model.business_case import business_case_of
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.work import Observed
from leanfolio.views.cell import Fact, Table, Tag, Value, figure, headers
from leanfolio.views.derivation import place_of
from leanfolio.views.figures import Figures
from leanfolio.views.items.epic_facts import epic_facts
from leanfolio.views.items.page_parts import Parts, measure
from leanfolio.views.items.work_tables import feature_rows, linked_item
from leanfolio.views.ranking.within import within_table
from leanfolio.views.ref import ref
from leanfolio.wording import Message, Money, Percent, Text, Word, message, plural, readable
from leanfolio.wording.evidence import EVIDENCE

KINDS = {"business": message("business epic"), "enabler": message("enabler epic")}
NOT_MEASURED = message("not measured")


def epic(portfolio: Portfolio, item: Epic, figures: Figures) -> Parts:
    """Return what an epic's page shows beside its prose."""
    features = portfolio.children_of(item.id, Feature)
    history = figures.score_histories.get(item.id)
    parts = Parts(
        finding=epic_finding(portfolio, item, figures),
        summary=hypothesis_sentence(item),
        tags=(Tag("plain", KINDS[item.kind]),),
        facts=tuple(epic_facts(portfolio, item, figures)),
        tables=(
            indicator_table(item),
            decision_table(item),
            budget_table(item, figures),
            moves_table(portfolio, item, figures),
            within_table(portfolio, "Feature", features, figures.as_of),
            feature_rows(features, portfolio),
            needs_table(portfolio, item),
            *history_tables(item, figures),
            *((history.table,) if history else ()),
        ),
    )
    if portfolio.category_of(item) in CLOSED:
        return parts
    return with_missing_evidence(parts, portfolio, item)


def with_missing_evidence(parts: Parts, portfolio: Portfolio, item: Epic) -> Parts:
    """Return the parts with what the epic lacks for its state, and for the next."""
    case = business_case_of(item, portfolio.policy, partial=portfolio.partial)
    if not case.gaps:
        return parts
    title = message("It lacks")
    if case.ahead:
        title = message("To enter {state} it lacks", state=readable(case.ahead.name))
    return replace(
        parts, missing_title=title, missing_evidence=tuple(EVIDENCE[piece] for piece in case.gaps)
    )


def epic_finding(portfolio: Portfolio, item: Epic, figures: Figures) -> Text:
    """Return what there is to say of this epic: its evidence, else its place in the ranking."""
    measured = next(
        (
            entry
            for entry in item.leading_indicators
            if entry.observed and entry.threshold is not None
        ),
        None,
    )
    if measured and portfolio.category_of(item) == "active":
        last = last_observation(measured)
        return message(
            "{title}: {metric} at {now}, threshold {threshold}",
            title=item.title,
            metric=measured.metric,
            now=measure(last.value if last else None, measured.unit),
            threshold=measure(measured.threshold, measured.unit),
        )
    ranked = figures.ranked.get(item.id)
    if ranked:
        return message(
            "{title}: {rank:ordinal_digits} of {candidates} in the ranking",
            title=item.title,
            rank=ranked.rank,
            candidates=figures.candidates,
        )
    return item.title


def hypothesis_sentence(item: Epic) -> Text:
    """Return the hypothesis as one sentence, once all its blanks are filled."""
    blanks = item.hypothesis
    if blanks is None or blanks.blanks:
        return ""
    return message(
        "For {whom} who {who}, the {solution} is a {kind} that {benefit}. "
        "Unlike {alternative}, ours {difference}.",
        whom=blanks.for_,
        who=blanks.who,
        solution=blanks.the,
        kind=blanks.is_a,
        benefit=blanks.that,
        alternative=blanks.unlike,
        difference=blanks.ours,
    )


def last_observation(indicator: LeadingIndicator) -> Observed | None:
    return max(indicator.observed, key=lambda entry: entry.on, default=None)


def indicator_table(item: Epic) -> Table:
    """Return each leading indicator with its last value against its threshold."""
    rows: list[tuple[Value, ...]] = []
    for indicator in item.leading_indicators:
        last = last_observation(indicator)
        rows.append(
            (
                indicator.metric,
                figure(indicator.baseline),
                figure(last.value) if last else NOT_MEASURED,
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
    """Return whether the last value is at its threshold or beyond it, as seen from the baseline."""
    last = last_observation(indicator)
    if last is None:
        return Tag("plain", NOT_MEASURED)
    if indicator.threshold is None:
        return Tag("plain", message("no threshold"))
    falling = indicator.baseline is not None and indicator.threshold < indicator.baseline
    there = last.value <= indicator.threshold if falling else last.value >= indicator.threshold
    return Tag("good", message("reached")) if there else Tag("warn", message("not yet"))


def moves_table(portfolio: Portfolio, item: Epic, figures: Figures) -> Table:
    """Return the key results that an epic is to move, with its share and their scores."""
    rows: list[tuple[Value, ...]] = []
    for id, share in item.shares.items():
        if id not in portfolio:
            continue
        row = figures.key_results.get(id)
        rows.append(
            (
                ref(portfolio[id]),
                Percent(share),
                row.score if row else None,
                row.arithmetic if row else None,
            )
        )
    return Table(
        "Key results it is to move",
        headers("Key result", "Share of its money#", "Score#", "How it came about"),
        tuple(rows),
        anchor="moves",
    )


def budget_table(item: Epic, figures: Figures) -> Table:
    """Return the money of an epic period by period, where it says so."""
    currency = item.currency or figures.currency
    return Table(
        "Budgets",
        headers("Period", "Approved#", "Forecast#", "Actual#", "Source"),
        tuple(
            (
                str(line.period),
                Money(line.approved, currency),
                Money(line.forecast, currency),
                Money(line.actual, currency),
                place_of(item, "budgets", index),
            )
            for index, line in enumerate(item.budgets)
        ),
        anchor="budgets",
    )


def decision_table(item: Epic) -> Table:
    newest_first = sorted(item.decisions, key=lambda decision: decision.on, reverse=True)
    return Table(
        "Decisions",
        headers("On", "Decision", "By", "Note"),
        tuple((entry.on, entry.kind, entry.by, entry.note) for entry in newest_first),
        anchor="decisions",
    )


def needs_table(portfolio: Portfolio, item: Epic | Feature) -> Table:
    """Return what it depends on, and what depends on it."""
    needed = (portfolio[edge.target] for edge in portfolio.edges_from(item.id, "needs"))
    needing = (portfolio[edge.source] for edge in portfolio.edges_to(item.id, "needs"))
    rows: list[tuple[Value, ...]] = []
    for word, others in ((message("needs"), needed), (message("is needed by"), needing)):
        rows += ((word, ref(other), state_of(other), other.owner) for other in others)
    return Table(
        "Dependencies", headers("How", "Item", "State", "Owner"), tuple(rows), anchor="dependencies"
    )


def state_of(item: Item) -> Word | None:
    state = getattr(item, "state", None)
    return readable(state) if state else None


def history_tables(item: Epic | Feature | Story, figures: Figures) -> Iterator[Table]:
    """Its history, if it has one; only then is the day read."""
    if item.history:
        yield history_table(item, figures.as_of)


def history_table(item: Epic | Feature | Story, as_of: date) -> Table:
    """Return each state with the day it was entered and its days; the last one lasts still."""
    rows: list[tuple[Value, ...]] = [
        (readable(entry.state), entry.on, (following.on - entry.on).days)
        for entry, following in pairwise(item.history)
    ]
    if item.history:
        last = item.history[-1]
        rows.append((readable(last.state), last.on, since(last.on, as_of)))
    return Table("History", headers("State", "Entered", "Days#"), tuple(rows), anchor="history")


def since(day: date, as_of: date) -> Message:
    """Return how many days ago that was; for a day to come, that it is not yet."""
    if day > as_of:
        return message("not yet begun")
    return message("{number} since then", number=(as_of - day).days)


def feature(portfolio: Portfolio, item: Feature, figures: Figures) -> Parts:
    """Return what a feature's page shows beside its prose and its stories."""
    return Parts(
        finding=feature_finding(portfolio, item),
        facts=tuple(feature_facts(portfolio, item)),
        tables=(
            needs_table(portfolio, item),
            *history_tables(item, figures),
        ),
    )


def feature_finding(portfolio: Portfolio, item: Feature) -> Text:
    """Return its title with how many of its stories are done, where all of them may be read."""
    stories = portfolio.children_of(item.id, Story)
    if not stories or portfolio.partial:
        return item.title
    done = sum(portfolio.category_of(story) == "done" for story in stories)
    return plural(
        "{title}: {done} of {n} story is done",
        "{title}: {done} of {n} stories are done",
        len(stories), title=item.title, done=done,
    )  # fmt: skip


def feature_facts(portfolio: Portfolio, item: Feature) -> Iterator[Fact]:
    yield Fact("Kind", readable(item.kind), field="kind")
    yield from link_facts(portfolio, ("Team", item.team), ("Increment", item.increment))
    if item.size is not None:
        yield Fact("Size", figure(item.size), field="size")
    if item.due:
        yield Fact("Due", item.due, field="due")


def link_facts(portfolio: Portfolio, *links: tuple[str, str | None]) -> Iterator[Fact]:
    """Yield a fact for each id, with its label, that names an item; fields are called like it."""
    for label, id in links:
        if linked := linked_item(portfolio, id):
            yield Fact(label, linked, field=label.lower().replace(" ", "_"))


def story(portfolio: Portfolio, item: Story, figures: Figures) -> Parts:
    """Return what the page of a story without a feature shows beside its prose."""
    return Parts(
        facts=tuple(story_facts(portfolio, item)), tables=tuple(history_tables(item, figures))
    )


def story_facts(portfolio: Portfolio, item: Story) -> Iterator[Fact]:
    yield from link_facts(portfolio, ("Team", item.team))
    if item.iteration:
        yield Fact("Iteration", item.iteration, field="iteration")
    if item.points is not None:
        yield Fact("Points", figure(item.points), field="points")
