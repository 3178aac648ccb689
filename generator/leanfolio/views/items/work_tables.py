"""Tables of epics, features and stories, as other pages show them."""

from collections.abc import Iterable

from leanfolio.model import Epic, Feature, HasState, Story
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.board import blockers, days_in_state
from leanfolio.views.cell import Table, Tag, Value, figure, headers
from leanfolio.views.figures import Figures
from leanfolio.views.phrase import in_words
from leanfolio.views.ref import ref
from leanfolio.wording import Money

MOST_ROWS = 250  # a longer table is folded: its page would be too heavy to open


def state_tag(portfolio: Portfolio, item: HasState) -> Tag | None:
    if not item.state:
        return None
    category = portfolio.category_of(item)
    if blockers(portfolio, item):
        return Tag("warn", f"{in_words(item.state)}, blocked")
    return Tag("good" if category in ("active", "done") else "plain", in_words(item.state))


def epic_rows(
    title: str, epics: Iterable[Epic], portfolio: Portfolio, figures: Figures, anchor: str = "epics"
) -> Table:
    """Epics as a table, cut where it would grow too long."""
    found = tuple(epics)
    rows: list[tuple[Value, ...]] = []
    for epic in found[:MOST_ROWS]:
        ranked = figures.ranked.get(epic.id)
        rows.append(
            (
                ref(epic),
                state_tag(portfolio, epic),
                days_in_state(epic, figures.as_of),
                epic.owner,
                ranked.rank if ranked else None,
                ranked.score if ranked else None,
                Money(epic.approved, epic.currency or figures.currency),
                Money(figures.funding.spent.get(epic.id), figures.currency)
                if epic.actual is None
                else Money(epic.actual, epic.currency or figures.currency),
            )
        )
    left = len(found) - len(rows)
    return Table(
        title,
        headers(
            "Epic", "State", "Days in state#", "Owner", "Rank#", "WSJF#", "Approved#", "Spent#"
        ),
        tuple(rows),
        note=f"{left} more are not listed here; data/epics.csv has them all." if left else "",
        anchor=anchor,
    )


def feature_rows(
    title: str, features: Iterable[Feature], portfolio: Portfolio, *, but: str = ""
) -> Table:
    """Features as a table, but for the column that would say the same in every row."""
    found = tuple(features)
    rows = tuple(
        (
            ref(feature),
            state_tag(portfolio, feature),
            feature.kind,
            ref(portfolio[feature.team]) if feature.team in portfolio and feature.team else None,
            ref(portfolio[feature.increment])
            if feature.increment and feature.increment in portfolio
            else None,
            figure(feature.size),
            stories_done(portfolio, feature),
        )
        for feature in found[:MOST_ROWS]
    )
    left = len(found) - len(rows)
    labels = ("Feature", "State", "Kind", "Team", "Increment", "Size#", "Stories done#")
    keep = [number for number, label in enumerate(labels) if label != but]
    return Table(
        title,
        headers(*(labels[number] for number in keep)),
        tuple(tuple(row[number] for number in keep) for row in rows),
        note=f"{left} more are not listed here; data/items.csv has them all." if left else "",
        anchor="features",
    )


def stories_done(portfolio: Portfolio, feature: Feature) -> str | None:
    stories = portfolio.children_of(feature.id, Story)
    if not stories:
        return None
    done = sum(1 for story in stories if portfolio.category_of(story) == "done")
    return f"{done} of {len(stories)}"


def story_rows(title: str, stories: Iterable[Story], portfolio: Portfolio) -> Table:
    rows = tuple(
        (
            ref(story),
            state_tag(portfolio, story),
            ref(portfolio[story.team]) if story.team and story.team in portfolio else None,
            story.iteration,
            figure(story.points),
        )
        for story in tuple(stories)[:MOST_ROWS]
    )
    return Table(
        title, headers("Story", "State", "Team", "Iteration", "Points#"), rows, anchor="stories"
    )
