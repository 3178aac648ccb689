"""Columns: every state that an item names is one of the board."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from leanfolio.check.rule import Setting
from leanfolio.model import (
    Epic,
    Feature,
    HasState,
    Path,
    Policy,
    Story,
)
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place, Problem, Related
from leanfolio.read.suggestions import did_you_mean, nearest
from leanfolio.wording import tell

ON_BOARDS = (Epic, Feature, Story)


def on_boards(portfolio: Portfolio) -> Iterator[HasState]:
    for model in ON_BOARDS:
        yield from portfolio.items_of(model)


def state_unknown(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Every state that an item names is a column of its board.

    An item in no column stands on no board, in no limit and in no flow figure, without a word.

    Fix: correct the word; or add the state to `states:` of the portfolio.
    """
    policy = portfolio.policy
    states = {model.TYPE: policy.states_of(model.TYPE) for model in ON_BOARDS}
    boards = {type: [state.name for state in columns] for type, columns in states.items()}
    earlier = {
        type: {name for state in columns for name in state.was} for type, columns in states.items()
    }
    lost = [
        (item, *named)
        for item in on_boards(portfolio)
        if item.history or item.state not in boards[item.TYPE]
        if policy.board_of(item.TYPE) not in policy.origin.faulty  # its column may be the fault
        for named in states_named(item)
        if named[0] not in boards[item.TYPE]
        if named[1] == ("state",) or named[0] not in earlier[item.TYPE]
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
        hint = did_you_mean(state, names, tell("use one of {names}", names=", ".join(names)))
        related: tuple[Related, ...] = ()
        column = nearest(state, names)
        if column and column not in named[board] and (board,) in policy.origin.keys:
            hint = tell(
                "{hint} no item uses that column: it may be the one that is misspelt", hint=hint
            )
            place = policy.at(board, names.index(column), "name")
            related = (Related(place, f"the column {column}"),)
        message = tell(
            "{item} {says} {state}, which is no column of the board",
            item=item.id,
            says=says,
            state=state,
        )
        yield Problem(item.at(*path), "state-unknown", message, hint, related=related)


def states_named(item: HasState) -> Iterator[tuple[str, Path, str]]:
    """Each state that an item names, where, and as what. One wrong word is one problem."""
    if item.state:
        yield item.state, ("state",), tell("has state")
    for index, value in enumerate(item.history):
        if value.state != item.state:
            yield value.state, ("history", index, "state"), tell("has in its history the state")


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
    it is named by none. It is then reported once, at the column, and not at each of the items.
    """
    misspelt: dict[tuple[str, str], Problem] = {}
    for board, users in named.items():
        if (board,) not in policy.origin.keys:
            continue
        names = [state.name for state in getattr(policy, board)]
        unused = [name for name in names if name not in users]
        unknown = [state for state in users if state not in names and len(users[state]) > 1]
        for state in sorted(unknown, key=lambda entry: (-len(users[entry]), entry)):
            column = nearest(state, unused)
            if column is not None and nearest(state, names) == column:
                unused.remove(column)
                place = (board, names.index(column), "name")
                items = list(users[state].values())
                misspelt[board, state] = column_misspelt(policy, place, column, state, items)
    return misspelt


def column_misspelt(
    policy: Policy, place: Path, column: str, state: str, items: Sequence[HasState]
) -> Problem:
    return Problem(
        policy.at(*place),
        "state-unknown",
        tell(
            "{count} items name the state {state}; no column is called so, and no item "
            "uses {column}",
            count=len(items),
            state=state,
            column=column,
        ),
        tell("is the column misspelt? write {state}", state=state),
        related=tuple(Related(at_state(item, state), f"{item.id} names {state}") for item in items),
    )


def at_state(item: HasState, state: str) -> Place:
    """Where an item first names this state: as its own, or in its history."""
    return next(item.at(*path) for value, path, _ in states_named(item) if value == state)


def state_missing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Every epic, feature and story has a state.

    Without one it is on no board, in no ranking, and nobody can tell whether it was started.

    Fix: write `state:` with a column of the board.
    """
    for item in on_boards(portfolio):
        if item.lacks("state"):
            first = portfolio.policy.states_of(item.TYPE)[0].name
            yield Problem(
                item.at(),
                "state-missing",
                tell("{item} has no state", item=item.id),
                tell("write `state: {first}`, or the column where it stands", first=first),
            )
