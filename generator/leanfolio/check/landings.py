"""Landings: what git tells of the moves of items, beside what their files say.

These rules ask git; where nobody gives its history, they are silent.
"""

from collections.abc import Iterator

from leanfolio.check.rule import Check, Setting
from leanfolio.check.states.columns import on_boards
from leanfolio.figures.flow.courses import Boards
from leanfolio.figures.flow.landings import disputes, unknown_states
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit
from leanfolio.problem import Problem
from leanfolio.wording import tell


def history_unlike_git(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A history holds every state that git saw, on no later day.

    The history wins, since a commit only says when somebody merged. But what had landed already
    cannot have happened later, and a state that it leaves out takes its days from flow figures.

    Fix: correct the day, or add the entry that is missing; or waive the rule for a slip of the pen.
    """
    if setting.history is None:
        return
    boards = Boards(portfolio.policy, setting.history)
    for item in on_boards(portfolio):
        if "history" in item.origin.faulty:
            continue
        for entry in disputes(item, boards, setting.as_of):
            landed = tell(
                "{state} on {landed} (commit {commit})",
                state=entry.state,
                landed=entry.landed,
                commit=short(entry.commit),
            )
            if entry.declared is None:
                message = tell(
                    "git has {item} enter {landed}, and its history does not say so",
                    item=item.id,
                    landed=landed,
                )
                hint = tell(
                    "add `{{state: {state}, on: {landed}}}` where it belongs",
                    state=entry.state,
                    landed=entry.landed,
                )
            else:
                message = tell(
                    "the history of {item} says {state} on {declared}, and git has it enter "
                    "{landed}",
                    item=item.id,
                    state=entry.state,
                    declared=entry.declared,
                    landed=landed,
                )
                hint = tell(
                    "write the day on which it was; not later than {landed}", landed=entry.landed
                )
            yield Problem(item.at("history"), "history-unlike-git", message, hint)


def state_once_unknown(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Every state in which an item once stood is one that a portfolio file knows.

    Without its category nobody can say whether days in it were spent waiting or working, so they
    count nowhere.

    Fix: name it in `was:` of the state that it is called now; or give the items a `history:`.
    """
    if setting.history is None:
        return
    policy = portfolio.policy
    for found in unknown_states(portfolio, Boards(policy, setting.history), setting.as_of):
        yield Problem(
            policy.at(policy.board_of(found.type)),
            "state-once-unknown",
            tell(
                "{found} came into {state} on {day} (commit {commit}), a state that no "
                "portfolio file knows",
                found=found.id,
                state=found.state,
                day=found.commit.day,
                commit=short(found.commit),
            ),
            tell("add `was: [{state}]` to the state that it is called now", state=found.state),
        )


def short(commit: Commit | None) -> str:
    """The first letters of a commit's id, as git prints them."""
    return commit.id[:8] if commit is not None else "?"


ERRORS: tuple[Check, ...] = ()
WARNINGS = (history_unlike_git, state_once_unknown)
