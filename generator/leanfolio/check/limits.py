"""Limits: how much is begun, how long it stays, and when it has to be there."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from leanfolio.check.rule import Check, Setting
from leanfolio.figures.ranking.wsjf import job_size
from leanfolio.model import Epic, Feature, HasState, Scored, State, Story
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.problem import Problem, Related
from leanfolio.wording import PLAIN, days, grouped, listed, some

OPEN = ("new", "waiting", "active")
MOST_NAMED = 6  # items of a full column in one sentence
Column = tuple[State, list[HasState]]


def columns(portfolio: Portfolio, setting: Setting) -> list[Column]:
    """Every column that has a limit with what stands in it, in the order in which it came."""
    return list(filled(portfolio, setting))


def filled(portfolio: Portfolio, setting: Setting) -> Iterator[Column]:
    found: defaultdict[tuple[str, str], list[HasState]] = defaultdict(list)
    for model in (Epic, Feature, Story):
        for item in portfolio.items_of(model):
            found[model.TYPE, str(item.state)].append(item)
    for model in (Epic, Feature, Story):
        for state in portfolio.policy.states_of(model.TYPE):
            items = found.pop((model.TYPE, state.name), [])
            limits = (state.limit, state.limit_size, state.stream_limit, state.max_age_days)
            if items and limits != (None,) * len(limits):
                yield state, sorted(items, key=lambda item: arrival(item, setting.as_of))


def arrival(item: HasState, as_of: date) -> tuple[bool, bool, date, object]:
    """What sorts later came later. What is allowed to break the limit is counted last."""
    expedite = isinstance(item, Scored) and item.urgency == "expedite"
    waived = any(
        waiver.rule.startswith("wip-") and waiver.until >= as_of for waiver in item.waivers
    )
    return expedite, waived, entered(item) or date.max, id_order(item.id)


def entered(item: HasState) -> date | None:
    """The day on which an item came into its state, where its history says so."""
    last = item.history[-1] if item.history else None
    return last.on if last is not None and last.state == item.state else None


def may_break(item: HasState) -> bool:
    """Whether an item may stand above a limit: what is expedited may."""
    return isinstance(item, Scored) and item.urgency == "expedite"


def wip_exceeded(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A column holds no more items than its limit.

    What is begun beside too much else takes longer, all of it. The limit is there to be met by
    finishing; what came last into the column is named, and one expedited item may stand above.

    Cure: finish or move back an item of the column; or waive the rule for the one that must stay.
    """
    for state, items in setting.once(columns, portfolio):
        if state.limit is None:
            continue
        for number, item in enumerate(items[state.limit :], start=state.limit + 1):
            if not may_break(item):
                yield Problem(
                    item.at("state"),
                    "wip-exceeded",
                    f"{item.id} is the {PLAIN.ordinal_digits(number)} {item.WORD} in {state.name},"
                    f" whose limit is {state.limit}",
                    f"finish or move back {before(items[: number - 1])},"
                    f" or {item.id} itself; or waive the rule for it",
                    related=limit_place(portfolio, item, state, "limit"),
                )


def wip_size_exceeded(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A column holds no more job size than its limit.

    Four small epics and four giants are not the same load: a limit by count alone is met by
    making items larger.

    Cure: finish, split or move back an item of the column.
    """
    for state, items in setting.once(columns, portfolio):
        if state.limit_size is None:
            continue
        total = Decimal(0)
        for item in items:
            size = size_of(item)
            total += size
            if total > state.limit_size and size and not may_break(item):
                yield Problem(
                    item.at("state"),
                    "wip-size-exceeded",
                    f"{item.id} brings the size in {state.name} to {grouped(total)},"
                    f" whose limit is {grouped(state.limit_size)}",
                    f"finish, split or move back {before(items)}; or waive the rule for {item.id}",
                    related=limit_place(portfolio, item, state, "limit_size"),
                )


def before(items: Sequence[HasState]) -> str:
    """One of those that stand in the column already, by name where they are few."""
    if len(items) > MOST_NAMED:
        return f"one of {some(item.id for item in items)}"
    return str(listed((item.id for item in items), "or"))


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


def size_of(item: HasState) -> Decimal:
    if isinstance(item, Scored):
        return job_size(item) or Decimal(0)
    return (item.points if isinstance(item, Story) else None) or Decimal(0)


def wip_stream_exceeded(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A value stream has no more items in a column than the column's limit per stream.

    One stream that fills the column leaves the others nothing to pull.

    Cure: finish or move back an item of that value stream.
    """
    for state, items in setting.once(columns, portfolio):
        if state.stream_limit is None:
            continue
        counts: defaultdict[str, int] = defaultdict(int)
        for item in items:
            stream = stream_of(portfolio, item)
            if stream is None:
                continue
            counts[stream] += 1
            if counts[stream] > state.stream_limit and not may_break(item):
                yield Problem(
                    item.at("state"),
                    "wip-stream-exceeded",
                    f"{item.id} is the {PLAIN.ordinal_digits(counts[stream])} {item.WORD}"
                    f" of {stream} in {state.name}, whose limit per value stream is"
                    f" {state.stream_limit}",
                    f"finish another of {stream} first, or waive the rule for {item.id}",
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

    Cure: pull it, cancel it, or say again in a decision why it waits and waive the rule.
    """
    for state, items in setting.once(columns, portfolio):
        if state.max_age_days is None:
            continue
        for item in items:
            since = entered(item)
            age = (setting.as_of - since).days if since else 0
            if age > state.max_age_days:
                yield Problem(
                    item.at("state"),
                    "age-exceeded",
                    f"{item.id} has been in {state.name} since {since}, for {days(age)},"
                    f" and {days(state.max_age_days)} is the limit",
                    "move it on, cancel it, or decide that it waits, and waive the rule for it",
                    related=(
                        Related(item.at("history", len(item.history) - 1), "it came here"),
                        *limit_place(portfolio, item, state, "max_age_days"),
                    ),
                )


def expedite_crowded(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """At most one epic at a time is expedited.

    Expedited work may break every limit. Two of them are a queue again, and the limits are gone.

    Cure: keep the one that hurts most; make the others fixed-date or standard.
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
            f"{epic.id} is the {PLAIN.ordinal_digits(number)} expedited epic, after {urgent[0].id};"
            " one at a time is allowed",
            "write `urgency: standard` or `urgency: fixed-date` in all but one of them",
            related=(Related(urgent[0].at("urgency"), f"{urgent[0].id} is here"),),
        )


def open_scored(portfolio: Portfolio, _: Setting) -> list[Scored]:
    """Every epic and feature that is not over: what competes for the next place."""
    found: list[Scored] = [*portfolio.items_of(Epic), *portfolio.items_of(Feature)]
    return [item for item in found if portfolio.category_of(item) in OPEN]


def due_missing(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """What has a fixed date says which.

    It is pulled forward for the sake of that date; without one it jumps the queue for nothing.

    Cure: write `due:`; or make it standard.
    """
    for item in setting.once(open_scored, portfolio):
        if item.urgency == "fixed-date" and item.lacks("due"):
            yield Problem(
                item.at("urgency"),
                "due-missing",
                f"{item.id} has the urgency fixed-date, but no date",
                "add `due:` with its day, such as `due: 2026-12-31`, or write `urgency: standard`",
            )


def due_passed(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """What is due is done, or has a new date.

    A date that has passed without a word teaches readers that no date here means anything.

    Cure: close the item; or agree on a new date and write it.
    """
    for item in setting.once(open_scored, portfolio):
        if item.due is not None and item.due < setting.as_of:
            late = (setting.as_of - item.due).days
            yield Problem(
                item.at("due"),
                "due-passed",
                f"{item.id} was due on {item.due}, {days(late)} ago, and is still in {item.state}",
                "move it to its last state, or write the new `due:`",
            )


def due_unreachable(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Work with a fixed date is begun while there is still time for it.

    Its last day to start is its due date less its duration; after that the date is lost already,
    and it is kinder to say so now.

    Cure: start it, cut it down, or move the date.
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
                f"{item.id} needs {grouped(weeks)} weeks and is due on {due}:"
                f" it had to start on {date.fromordinal(max(latest, 1))}, {late} ago",
                "start it now, write a shorter `duration_weeks:`, or a later `due:`",
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
