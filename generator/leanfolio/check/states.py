"""States: every item stands where the board has a column, and came there as the board says."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from leanfolio.check.estimates import begun
from leanfolio.check.rule import Setting
from leanfolio.model import (
    Budget,
    Epic,
    EpicBudget,
    Evidence,
    Feature,
    HasState,
    Item,
    KeyResult,
    Path,
    Policy,
    Risk,
    Scored,
    Story,
    ValueStream,
)
from leanfolio.model.business_case import lacking
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place, Problem, Related
from leanfolio.read.suggestions import did_you_mean, near
from leanfolio.wording import days, grouped, listed, some
from leanfolio.wording.evidence import EVIDENCE

ON_BOARDS = (Epic, Feature, Story)
GRACE = timedelta(days=1)  # a day begins in Auckland before it does in UTC


def on_boards(portfolio: Portfolio) -> Iterator[HasState]:
    for model in ON_BOARDS:
        yield from portfolio.items_of(model)


def state_unknown(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Every state that an item names is a column of its board.

    An item in no column stands on no board, in no limit and in no flow figure, without a word.

    Cure: correct the word; or add the state to `states:` of the portfolio.
    """
    boards = {
        model.TYPE: [state.name for state in portfolio.policy.states_of(model.TYPE)]
        for model in ON_BOARDS
    }
    policy = portfolio.policy
    lost = [
        (item, *named)
        for item in on_boards(portfolio)
        if item.history or item.state not in boards[item.TYPE]
        if policy.board_of(item.TYPE) not in policy.origin.faulty  # its column may be the fault
        for named in states_named(item)
        if named[0] not in boards[item.TYPE]
    ]
    if not lost:
        return
    named = named_on_boards(portfolio)
    misspelt = misspelt_columns(policy, named)
    yield from misspelt.values()
    for item, state, path, says in lost:
        board, names = policy.board_of(item.TYPE), boards[item.TYPE]
        if (board, state) in misspelt:
            continue
        hint = did_you_mean(state, names, f"use one of {', '.join(names)}")
        related: tuple[Related, ...] = ()
        column = near(state, names)
        if column and column not in named[board] and (board,) in policy.origin.keys:
            hint = f"{hint} no item uses that column: it may be the one that is misspelt"
            place = policy.at(board, names.index(column), "name")
            related = (Related(place, f"the column {column}"),)
        message = f"{item.id} {says} {state}, which is no column of the board"
        yield Problem(item.at(*path), "state-unknown", message, hint, related=related)


def states_named(item: HasState) -> Iterator[tuple[str, Path, str]]:
    """Each state that an item names, where, and as what. One wrong word is one problem."""
    if item.state:
        yield item.state, ("state",), "has state"
    for index, each in enumerate(item.history):
        if each.state != item.state:
            yield each.state, ("history", index, "state"), "has in its history the state"


Named = Mapping[str, Mapping[str, Mapping[str, HasState]]]


def named_on_boards(portfolio: Portfolio) -> Named:
    """The items that name a state, by their board, the state and their id."""
    named: defaultdict[str, defaultdict[str, dict[str, HasState]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for item in on_boards(portfolio):
        for state, _, _ in states_named(item):
            named[portfolio.policy.board_of(item.TYPE)][state][item.id] = item
    return named


def misspelt_columns(policy: Policy, named: Named) -> dict[tuple[str, str], Problem]:
    """The columns that are misspelt themselves, by their board and the word that was meant.

    That is evident where several items name a state that is no column, and the column nearest to
    it is named by none. It is then told once, at the column, and not at each of the items.
    """
    found: dict[tuple[str, str], Problem] = {}
    for board, users in named.items():
        if (board,) not in policy.origin.keys:
            continue
        names = [state.name for state in getattr(policy, board)]
        unused = [name for name in names if name not in users]
        unknown = [state for state in users if state not in names and len(users[state]) > 1]
        for state in sorted(unknown, key=lambda each: (-len(users[each]), each)):
            column = near(state, unused)
            if column is not None and near(state, names) == column:
                unused.remove(column)
                place = (board, names.index(column), "name")
                items = list(users[state].values())
                found[board, state] = column_misspelt(policy, place, column, state, items)
    return found


def column_misspelt(
    policy: Policy, place: Path, column: str, state: str, items: Sequence[HasState]
) -> Problem:
    return Problem(
        policy.at(*place),
        "state-unknown",
        f"{len(items)} items name the state {state}; no column is called so,"
        f" and no item uses {column}",
        f"is the column misspelt? write {state}",
        related=tuple(Related(at_state(item, state), f"{item.id} names {state}") for item in items),
    )


def at_state(item: HasState, state: str) -> Place:
    """Where an item first names this state: as its own, or in its history."""
    return next(item.at(*path) for each, path, _ in states_named(item) if each == state)


def state_missing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Every epic, feature and story has a state.

    Without one it is on no board, in no ranking, and nobody can tell whether it was started.

    Cure: write `state:` with a column of the board.
    """
    for item in on_boards(portfolio):
        if item.lacks("state"):
            first = portfolio.policy.states_of(item.TYPE)[0].name
            yield Problem(
                item.at(),
                "state-missing",
                f"{item.id} has no state",
                f"write `state: {first}`, or the column where it stands",
            )


# What an epic must show ----------------------------------------------------------------------

FIELDS: dict[Evidence, str] = {
    "owner": "owner",
    "hypothesis": "hypothesis",
    "cost": "cost",
    "score": "business_value",
    "go-decision": "decisions",
    "mvp-cost": "mvp",
    "leading-indicator": "leading_indicators",
    "budget": "approved",
    "persevere-decision": "decisions",
    "measured-indicator": "leading_indicators",
}
CURES: dict[Evidence, str] = {
    "owner": "`owner:`",
    "hypothesis": "the blanks of `hypothesis:`",
    "cost": "`cost:`",
    "score": "the parts of its score",
    "go-decision": "a decision of kind go",
    "mvp-cost": "`mvp: {cost: ...}`",
    "leading-indicator": "`leading_indicators:`",
    "budget": "`approved:`",
    "persevere-decision": "a decision of kind persevere",
    "measured-indicator": "a value under `observed:` of a leading indicator",
}


def evidence_missing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An epic shows what its state asks for: an owner, a case, a decision, a budget, a measure.

    A board whose entry policies nobody executes is a wish: epics get money before anyone said
    go, and are carried on after their indicator failed. The state's `requires:` says what is
    asked; well-known state names have the usual list.

    Cure: write what the message names; or move the epic back to the state that it has earned.
    """
    for epic in portfolio.items_of(Epic):
        state = portfolio.state_of(epic)
        asked = state.evidence if state else ()
        found = [each for each in lacking(epic, asked) if not told_elsewhere(epic, each)]
        if state and found:
            yield Problem(
                epic.at("state"),
                "evidence-missing",
                f"{epic.id} is in {state.name} without"
                f" {listed((said(epic, each) for each in found), 'or')}",
                f"add {listed(CURES[each] for each in found)}; or move it back",
            )


def told_elsewhere(epic: Epic, evidence: Evidence) -> bool:
    """Whether another problem already tells of what is missing here."""
    if evidence == "score":  # one that is begun and not complete: score-incomplete
        return begun(epic)
    if evidence == "measured-indicator" and not epic.leading_indicators:
        return True
    return FIELDS[evidence] in epic.origin.faulty


def said(epic: Epic, evidence: Evidence) -> str:
    """The missing piece in words; of a hypothesis that is begun, the blanks."""
    if evidence == "hypothesis" and epic.hypothesis is not None:
        return f"the {listed(f'`{blank}`' for blank in epic.hypothesis.blanks)} of its hypothesis"
    return str(EVIDENCE[evidence])


# How it came there ---------------------------------------------------------------------------


def history_unordered(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The entries of a history stand in the order of their days.

    Durations are taken between one entry and the next: out of order they are negative, and every
    flow figure with them.

    Cure: correct the date, or move the line to where it belongs.
    """
    for item in on_boards(portfolio):
        for index in range(1, len(item.history)):
            before, after = item.history[index - 1], item.history[index]
            if after.on < before.on:
                yield Problem(
                    item.at("history", index, "on"),
                    "history-unordered",
                    f"{item.id} enters {after.state} on {after.on},"
                    f" before it entered {before.state} on {before.on}",
                    "correct the date that is wrong, or swap the two lines",
                    related=(Related(item.at("history", index - 1, "on"), "the entry before"),),
                )


def history_differs(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The last entry of a history is the state in which the item stands.

    One of the two was forgotten in the last move, and board and flow figures now tell two stories.

    Cure: add the missing entry with its day; or correct `state:`.
    """
    for item in on_boards(portfolio):
        faulty = item.origin.faulty & {"history", "state"}
        if not item.history or faulty or portfolio.state_of(item) is None:
            continue
        last = item.history[-1]
        if last.state != item.state:
            yield Problem(
                item.at("state"),
                "history-differs",
                f"{item.id} has state {item.state}, but its history ends in {last.state}",
                f"add `- {{state: {item.state}, on: ...}}` to the history with its day,"
                f" or write `state: {last.state}`",
                related=(
                    Related(item.at("history", len(item.history) - 1), "the last entry is here"),
                ),
            )


def history_repeats(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An item does not enter the state in which it already is.

    Mostly two branches that made the same move; the second date then hides the real age.

    Cure: keep the entry with the day of the move, and remove the other.
    """
    for item in on_boards(portfolio):
        for index in range(1, len(item.history)):
            before, after = item.history[index - 1], item.history[index]
            if after.state == before.state and after.on >= before.on:
                yield Problem(
                    item.at("history", index, "state"),
                    "history-repeats",
                    f"{item.id} enters {after.state} on {after.on},"
                    f" where it has been since {before.on}",
                    "remove the second entry; or add the state between the two",
                    related=(Related(item.at("history", index - 1, "state"), "it entered here"),),
                )


def state_skipped(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An epic is not started straight out of the funnel: it passes a state of waiting first.

    The waiting states are where an idea is costed, scored and decided. What jumps over all of
    them was pulled by whoever asked loudest.

    Cure: add the entries that were left out, with their days; or waive the rule for this epic.
    """
    states = {state.name: state.category for state in portfolio.policy.states}
    waiting = [name for name, category in states.items() if category == "waiting"]
    if not waiting:
        return
    for epic in portfolio.items_of(Epic):
        for index in range(1, len(epic.history)):
            before, after = epic.history[index - 1].state, epic.history[index].state
            if states.get(before) == "new" and states.get(after) in ("active", "done"):
                yield Problem(
                    epic.at("history", index, "state"),
                    "state-skipped",
                    f"{epic.id} went from {before} straight to {after}, past"
                    f" {listed(waiting)}, in which it is decided",
                    "add the entries between with their days, or waive this rule with a reason",
                )


def decision_unsigned(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A decision says who took it.

    A go without a name cannot be asked about, and is the first thing an auditor looks for.

    Cure: write `by:` with the name of the person or the board.
    """
    for epic in portfolio.items_of(Epic):
        for index, each in enumerate(epic.decisions):
            if each.by is None and "decisions" not in epic.origin.faulty:
                yield Problem(
                    epic.at("decisions", index),
                    "decision-unsigned",
                    f"{epic.id} records a {each.kind} on {each.on}, but not by whom",
                    "add `by:` with the name of who took it, a person or a board",
                )


def rejection_unexplained(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An epic that was cancelled records a no-go or a stop.

    Without it the same idea comes back next year, and nobody knows what was learnt.

    Cure: add `decisions: [{on: ..., kind: no-go, by: ..., note: ...}]`.
    """
    for epic in portfolio.items_of(Epic):
        if portfolio.category_of(epic) != "cancelled" or "decisions" in epic.origin.faulty:
            continue
        if not any(decision.kind in ("no-go", "stop") for decision in epic.decisions):
            yield Problem(
                epic.at("state"),
                "rejection-unexplained",
                f"{epic.id} is {epic.state}, but no decision says why",
                "add `{on: ..., kind: no-go, by: ..., note: ...}` to `decisions:`, or kind stop for"
                " what was begun",
            )


def date_in_the_future(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """What is recorded as done bears a day that has come.

    A move, a decision or a measurement of tomorrow is a plan or a slip of the pen; as a fact it
    bends every duration. So is money spent in a period that has not begun. One day is allowed for,
    since the day begins earlier in the east.

    Cure: correct the date; plans go into `due:`, `by:` and increments.
    """
    latest = min(setting.as_of, date.max - GRACE) + GRACE
    for item in (portfolio.policy, *portfolio.items.values()):
        for what, day, path in (*recorded(item), *spent_in(item, portfolio)):
            if day > latest:
                yield Problem(
                    item.at(*path),
                    "date-in-the-future",
                    f"{item.id} records {what} {day},"
                    f" {days((day - setting.as_of).days)} after {setting.as_of}",
                    "correct the date, or take it out until it has happened",
                )


def recorded(item: Item) -> Iterator[tuple[str, date, Path]]:
    """Every fact of an item that bears a day: what, when, and in which field."""
    if isinstance(item, HasState):
        for index, entry in enumerate(item.history):
            yield "a state on", entry.on, ("history", index, "on")
    if isinstance(item, Scored) and item.scored_on is not None:
        yield "its score on", item.scored_on, ("scored_on",)
    if isinstance(item, Epic):
        for index, decision in enumerate(item.decisions):
            yield f"a {decision.kind} on", decision.on, ("decisions", index, "on")
        for index, indicator in enumerate(item.leading_indicators):
            for number, seen in enumerate(indicator.observed):
                path = ("leading_indicators", index, "observed", number, "on")
                yield "a measurement on", seen.on, path
    elif isinstance(item, KeyResult):
        for index, check_in in enumerate(item.check_ins):
            yield "a check-in on", check_in.on, ("check_ins", index, "on")
    elif isinstance(item, Risk) and item.date is not None:
        yield "its being raised on", item.date, ("date",)
    elif isinstance(item, Policy):
        for index, rate in enumerate(item.rates):
            yield f"a rate of {rate.currency} on", rate.on, ("rates", index, "on")


def spent_in(item: Item, portfolio: Portfolio) -> Iterator[tuple[str, date, Path]]:
    """What was spent in a period, with the first day on which that could have been."""
    if not isinstance(item, Epic | ValueStream):
        return
    lines: Sequence[Budget | EpicBudget] = item.budgets
    for index, line in enumerate(lines):
        period = line.period.days(portfolio.policy.year_start) if line.actual else None
        if period is not None:
            what = f"{grouped(line.actual or 0)} spent in {line.period}, which begins on"
            yield what, period.first, ("budgets", index, "actual")


# Parents and children ------------------------------------------------------------------------


def done_with_open_work(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """What is done has no open work below it.

    Either it is not done, or somebody still works on what nobody counts any more.

    Cure: finish or drop the children; or take the parent back out of done.
    """
    for item in (*portfolio.items_of(Epic), *portfolio.items_of(Feature)):
        if portfolio.category_of(item) != "done":
            continue
        open_ones = [
            child
            for child in portfolio.children_of(item.id, HasState)
            if portfolio.category_of(child) in ("new", "waiting", "active")
        ]
        if open_ones:
            first = open_ones[0]
            yield Problem(
                item.at("state"),
                "done-with-open-work",
                f"{item.id} is {item.state}, but below it"
                f" {some(one.id for one in open_ones)} {is_are(len(open_ones))} not",
                f"move {first.id} to its last state too, or take {item.id} back out of"
                f" {item.state}",
                related=tuple(Related(one.at("state"), "open") for one in open_ones[:5]),
            )


def is_are(number: int) -> str:
    return "is" if number == 1 else "are"


def work_ahead(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Nobody works on a feature whose epic is an idea in the funnel, or was cancelled.

    It is work that no limit counts and no decision covers.

    Cure: pull the epic, or stop the feature.
    """
    for feature in portfolio.items_of(Feature):
        if portfolio.category_of(feature) != "active":
            continue
        for epic in portfolio.parents_of(feature.id):
            if portfolio.category_of(epic) in ("new", "cancelled"):
                state = portfolio.state_of(epic)
                yield Problem(
                    feature.at("state"),
                    "work-ahead",
                    f"{feature.id} is {feature.state}, while its epic {epic.id}"
                    f" is in {state.name if state else 'no column'}",
                    f"move {epic.id} on to where work is done, or stop {feature.id}",
                    related=(Related(epic.at("state"), f"{epic.id} is here"),),
                )


ERRORS = (state_unknown, history_unordered, history_differs, date_in_the_future)
WARNINGS = (
    state_missing,
    evidence_missing,
    history_repeats,
    state_skipped,
    decision_unsigned,
    rejection_unexplained,
    done_with_open_work,
    work_ahead,
)
