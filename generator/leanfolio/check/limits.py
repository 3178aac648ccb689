"""Limits: how much is begun, how long it stays, and when it has to be there."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from leanfolio.check.rule import Check, Setting
from leanfolio.figures.columns import entered, may_exceed
from leanfolio.model import Epic, Feature, HasState, Scored, State
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.problem import Problem, Related
from leanfolio.wording import days, listed, readable, some, tell

OPEN = ("new", "waiting", "active")
MOST_NAMED = 6  # items of a full column in one sentence


def wip_exceeded(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A column holds no more items than its limit.

    What is begun beside too much else takes longer, all of it. The limit is there to be met by
    finishing; what came last into the column is named, and one expedited item may stand above.

    Fix: finish or move back an item of the column; or waive the rule for the one that must stay.
    """
    for column in setting.facts_of(portfolio).columns:
        state, ids = column.state, [item.id for item in column.items]
        for place, item in column.beyond_limit:
            yield Problem(
                item.at("state"),
                "wip-exceeded",
                tell(
                    "{item} is the {place:ordinal_digits} {word} in {name}, whose limit is {limit}",
                    item=item.id,
                    place=place,
                    word=readable(item.WORD),
                    name=state.name,
                    limit=state.limit,
                ),
                tell(
                    "finish or move back {ids}, or {item} itself; or waive the rule for it",
                    ids=before(ids[: place - 1]),
                    item=item.id,
                ),
                related=limit_place(portfolio, item, state, "limit"),
            )


def wip_size_exceeded(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A column holds no more job size than its limit.

    Four small epics and four giants are not the same load: a limit by count alone is met by
    making items larger.

    Fix: finish, split or move back an item of the column.
    """
    for column in setting.facts_of(portfolio).columns:
        state = column.state
        rest = before([item.id for item in column.items]) if column.beyond_size else ""
        for total, item in column.beyond_size:
            yield Problem(
                item.at("state"),
                "wip-size-exceeded",
                tell(
                    "{item} brings the size in {name} to {total:grouped}, whose limit is "
                    "{limit_size:grouped}",
                    item=item.id,
                    name=state.name,
                    total=total,
                    limit_size=state.limit_size or Decimal(0),
                ),
                tell(
                    "finish, split or move back {rest}; or waive the rule for {item}",
                    rest=rest,
                    item=item.id,
                ),
                related=limit_place(portfolio, item, state, "limit_size"),
            )


def before(ids: Sequence[str]) -> str:
    """One of those that stand in the column already, by name where they are few."""
    return tell("one of {ids}", ids=some(ids)) if len(ids) > MOST_NAMED else str(listed(ids, "or"))


def limit_place(
    portfolio: Portfolio, item: HasState, state: State, field: str
) -> tuple[Related, ...]:
    """Where the portfolio states the limit; nothing where it is the usual one."""
    policy = portfolio.policy
    board = policy.board_of(item.TYPE)
    if (board,) not in policy.origin.keys:
        return ()
    index = list(getattr(policy, board)).index(state)
    return (Related(policy.at(board, index, field), "the limit is here"),)


def wip_stream_exceeded(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A value stream has no more items in a column than the column's limit per stream.

    One stream that fills the column leaves the others nothing to pull.

    Fix: finish or move back an item of that value stream.
    """
    for column in setting.facts_of(portfolio).columns:
        state = column.state
        if state.stream_limit is None:
            continue
        counts: defaultdict[str, int] = defaultdict(int)
        for item in column.items:
            stream = stream_of(portfolio, item)
            if stream is None:
                continue
            counts[stream] += 1
            if counts[stream] > state.stream_limit and not may_exceed(item):
                yield Problem(
                    item.at("state"),
                    "wip-stream-exceeded",
                    tell(
                        "{item} is the {counts:ordinal_digits} {word} of {stream} in {name}, whose "
                        "limit per value stream is {stream_limit}",
                        item=item.id,
                        counts=counts[stream],
                        word=readable(item.WORD),
                        stream=stream,
                        name=state.name,
                        stream_limit=state.stream_limit,
                    ),
                    tell(
                        "finish another of {stream} first, or waive the rule for {item}",
                        stream=stream,
                        item=item.id,
                    ),
                    related=limit_place(portfolio, item, state, "stream_limit"),
                )


def stream_of(portfolio: Portfolio, item: HasState) -> str | None:
    """The value stream of an epic, or of the epic above."""
    for ancestor in (item, *portfolio.ancestors_of(item.id)):
        if isinstance(ancestor, Epic):
            return next((edge.target for edge in portfolio.edges_from(ancestor.id, "stream")), None)
    return None


def age_exceeded(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """No item stays longer in a column than the column allows.

    What waits for months was never wanted enough; it is a promise that somebody still believes.

    Fix: pull it, cancel it, or say again in a decision why it waits and waive the rule.
    """
    facts = setting.facts_of(portfolio)
    for column in facts.columns:
        state = column.state
        for item in column.items:
            age = facts.too_old.get(item.id)
            if age is not None and state.max_age_days is not None:
                yield Problem(
                    item.at("state"),
                    "age-exceeded",
                    tell(
                        "{item} has been in {name} since {entered}, for {age}, and {limit} is "
                        "the limit",
                        item=item.id,
                        name=state.name,
                        entered=entered(item),
                        age=days(age),
                        limit=days(state.max_age_days),
                    ),
                    tell(
                        "move it on, cancel it, or decide that it waits, and waive the rule for it"
                    ),
                    related=(
                        Related(item.at("history", len(item.history) - 1), "it came here"),
                        *limit_place(portfolio, item, state, "max_age_days"),
                    ),
                )


def expedite_crowded(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """At most one epic at a time is expedited.

    Expedited work may break every limit. Two of them are a queue again, and the limits are gone.

    Fix: keep the one that hurts most; make the others fixed-date or standard.
    """
    urgent = [
        epic
        for epic in portfolio.items_of(Epic)
        if epic.urgency == "expedite" and portfolio.category_of(epic) in ("waiting", "active")
    ]
    urgent.sort(key=lambda epic: (entered(epic) or date.max, id_order(epic.id)))
    for number, epic in enumerate(urgent[1:], start=2):
        yield Problem(
            epic.at("urgency"),
            "expedite-crowded",
            tell(
                "{epic} is the {number:ordinal_digits} expedited epic, after {urgent}; one "
                "at a time is allowed",
                epic=epic.id,
                number=number,
                urgent=urgent[0].id,
            ),
            tell("write `urgency: standard` or `urgency: fixed-date` in all but one of them"),
            related=(Related(urgent[0].at("urgency"), f"{urgent[0].id} is here"),),
        )


def open_scored(portfolio: Portfolio, _: Setting) -> list[Scored]:
    """Every epic and feature that is not over: what competes for the next place."""
    items: list[Scored] = [*portfolio.items_of(Epic), *portfolio.items_of(Feature)]
    return [item for item in items if portfolio.category_of(item) in OPEN]


def due_missing(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """What has a fixed date says which.

    It is pulled forward for the sake of that date; without one it jumps the queue for nothing.

    Fix: write `due:`; or make it standard.
    """
    for item in setting.once(open_scored, portfolio):
        if item.urgency == "fixed-date" and item.lacks("due"):
            yield Problem(
                item.at("urgency"),
                "due-missing",
                tell("{item} has the urgency fixed-date, but no date", item=item.id),
                tell(
                    "add `due:` with its day, such as `due: 2026-12-31`, or write `urgency: "
                    "standard`"
                ),
            )


def due_passed(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """What is due is done, or has a new date.

    A date that has passed without a word teaches readers that no date here means anything.

    Fix: close the item; or agree on a new date and write it.
    """
    for item in setting.once(open_scored, portfolio):
        if item.due is not None and item.due < setting.as_of:
            late = (setting.as_of - item.due).days
            yield Problem(
                item.at("due"),
                "due-passed",
                tell(
                    "{item} was due on {due}, {late} ago, and is still in {state}",
                    item=item.id,
                    due=item.due,
                    late=days(late),
                    state=item.state,
                ),
                tell("move it to its last state, or write the new `due:`"),
            )


def due_unreachable(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Work with a fixed date is begun while there is still time for it.

    Its last day to start is its due date less its duration; after that the date is lost already,
    and it is kinder to say so now.

    Fix: start it, cut it down, or move the date.
    """
    for item in setting.once(open_scored, portfolio):
        weeks, due = item.duration_weeks, item.due
        if item.urgency != "fixed-date" or due is None or weeks is None or due < setting.as_of:
            continue
        if portfolio.category_of(item) == "active" or weeks > 5200:
            continue
        latest = due.toordinal() - int(weeks * 7)
        if latest < setting.as_of.toordinal():
            late = days(setting.as_of.toordinal() - latest)
            yield Problem(
                item.at("due"),
                "due-unreachable",
                tell(
                    "{item} needs {weeks:grouped} weeks and is due on {due}: it had to start on "
                    "{latest}, {late} ago",
                    item=item.id,
                    weeks=weeks,
                    due=due,
                    latest=date.fromordinal(max(latest, 1)),
                    late=late,
                ),
                tell("start it now, write a shorter `duration_weeks:`, or a later `due:`"),
            )


ERRORS: tuple[Check, ...] = ()
WARNINGS = (
    wip_exceeded,
    wip_size_exceeded,
    wip_stream_exceeded,
    age_exceeded,
    expedite_crowded,
    due_missing,
    due_passed,
    due_unreachable,
)
