"""Key results: each says what it measures, where it starts and where it is to end."""

from collections.abc import Iterator
from functools import reduce
from typing import Literal

from leanfolio.check.rule import Setting
from leanfolio.model import KeyResult
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem, Related
from leanfolio.wording import listed, tell


def and_no(missing: str, next: str) -> str:
    return tell("{missing} and no {next}", missing=missing, next=next)


def target_is_start(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A key result's target differs from its start.

    Progress is the way come over the way to go. With no way to go it has no value, and a key
    result that asks for no change is none; one that is to hold a level is of kind maintain.

    Fix: correct the target; or make it `kind: maintain` with `low:` and `high:`.
    """
    for key_result in portfolio.items_of(KeyResult):
        if (
            key_result.kind != "maintain"
            and key_result.start is not None
            and key_result.start == key_result.target
        ):
            yield Problem(
                key_result.at("target"),
                "target-is-start",
                tell(
                    "{key_result} starts at {start} and has the target {target}",
                    key_result=key_result.id,
                    start=key_result.start,
                    target=key_result.target,
                ),
                tell(
                    "write the `target:` that is meant, or `kind: maintain` with `low:` and `high:`"
                ),
                related=(Related(key_result.at("start"), "the start is here"),),
            )


def target_missing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A key result says where it starts and where it is to end.

    Without both, no check-in can ever become a score, and its objective waits for it for good.

    Fix: write `start:` and `target:`; of kind maintain, `low:` or `high:`.
    """
    for key_result in portfolio.items_of(KeyResult):
        if key_result.kind == "maintain":
            missing = ["low", "high"] if never_stated(key_result, "low", "high") else []
        elif key_result.kind == "binary":
            missing = []
        else:
            ends = ("target",) if key_result.kind == "milestone" else ("start", "target")
            missing = [name for name in ends if never_stated(key_result, name)]
        if missing:
            lacks = reduce(and_no, [f"`{name}`" for name in missing])
            either: Literal["and", "or"] = "or" if key_result.kind == "maintain" else "and"
            yield Problem(
                key_result.at(),
                "target-missing",
                tell(
                    "{key_result} has no {lacks}, so it can have no score",
                    key_result=key_result.id,
                    lacks=lacks,
                ),
                tell(
                    "add {fields}, each with its number",
                    fields=listed((f"`{name}:`" for name in missing), either),
                )
                if len(missing) > 1
                else tell("add `{missing}:` with its number", missing=missing[0]),
            )


def never_stated(item: KeyResult, *names: str) -> bool:
    """Whether nobody wrote any of these numbers. A zero is written."""
    return all(getattr(item, name) is None and name not in item.origin.faulty for name in names)


def range_reversed(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The range that a key result is to keep has its lower end below its upper.

    No value lies in a range turned round, and the key result can never be kept.

    Fix: swap `low` and `high`.
    """
    for key_result in portfolio.items_of(KeyResult):
        if (
            key_result.low is not None
            and key_result.high is not None
            and key_result.low > key_result.high
        ):
            yield Problem(
                key_result.at("low"),
                "range-reversed",
                tell(
                    "{key_result} is to stay between {low} and {high}, where no value can be",
                    key_result=key_result.id,
                    low=key_result.low,
                    high=key_result.high,
                ),
                tell(
                    "write `low: {high}` and `high: {low}`",
                    high=key_result.high,
                    low=key_result.low,
                ),
            )


def unit_missing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A key result that is a number says of what.

    "From 12 to 20" is read as percent by one, as thousands by another, and both nod.

    Fix: write `unit:`; `unit: count` where it simply counts.
    """
    for key_result in portfolio.items_of(KeyResult):
        if key_result.kind in ("metric", "maintain") and key_result.lacks("unit"):
            yield Problem(
                key_result.at(),
                "unit-missing",
                tell("{key_result} measures a number, but has no unit", key_result=key_result.id),
                tell('add `unit:`, such as `unit: "%"`, or `unit: count` where it simply counts'),
            )
