"""Reallocations: money moved between value streams during a period."""

from collections.abc import Iterator

from leanfolio.check.increments.periods import is_known
from leanfolio.check.rule import Setting
from leanfolio.model import ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.read.link_suggestions import LinkSuggestions, existing_ids_hint
from leanfolio.wording import listed, tell


def reallocation_unknown(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A reallocation moves money between value streams that have a budget for its period.

    Otherwise the first approval cannot be computed from it.

    Fix: correct the id or the period; leave `from` or `to` out where money came or went outside.
    """
    policy = portfolio.policy
    streams = {value_stream.id: value_stream for value_stream in portfolio.items_of(ValueStream)}
    guesses, types = LinkSuggestions(portfolio.items), ("value-stream",)
    for index, move in enumerate(policy.reallocations):
        for name, id in (("from", move.from_), ("to", move.to)):
            stream = streams.get(id or "")
            known = [str(line.period) for line in stream.budgets] if stream else []
            if id is None or id in portfolio.absent:
                continue
            if stream is None:
                message = (
                    tell("money moved from {id}, which is no value stream", id=id)
                    if name == "from"
                    else tell("money moved to {id}, which is no value stream", id=id)
                )
                hint = guesses.hint(id, types, existing_ids_hint(id, types, guesses))
            elif str(move.period) not in known:
                if any(not is_known(line.period, portfolio) for line in stream.budgets):
                    continue  # that one may be meant; period-unknown reports it
                message = without_budget(name, id, move.period)
                hint = (
                    tell("write a period of its budgets: {known}", known=listed(known, "or"))
                    if known
                    else tell("write `budgets:` in {id} first", id=id)
                )
            else:
                continue
            place = policy.at("reallocations", index, name if stream is None else "period")
            yield Problem(place, "reallocation-unknown", message, hint)


def without_budget(way: str, id: str, period: object) -> str:
    """What is wrong with money that moves in a period for which its stream has no budget."""
    if way == "from":
        return tell(
            "money moved from {id} in {period}, for which it has no budget", id=id, period=period
        )
    return tell("money moved to {id} in {period}, for which it has no budget", id=id, period=period)
