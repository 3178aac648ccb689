"""Key results: each says what it measures, where it starts and where it is to end."""

from collections.abc import Iterator
from typing import Literal

from leanfolio.check.rule import Setting
from leanfolio.model import KeyResult
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem, Related
from leanfolio.wording import listed


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
                f"{key_result.id} starts at {key_result.start} "
                f"and has the target {key_result.target}",
                "write the `target:` that is meant, or `kind: maintain` with `low:` and `high:`",
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
            lacks = " and no ".join(f"`{name}`" for name in missing)
            either: Literal["and", "or"] = "or" if key_result.kind == "maintain" else "and"
            yield Problem(
                key_result.at(),
                "target-missing",
                f"{key_result.id} has no {lacks}, so it can have no score",
                f"add {listed((f'`{name}:`' for name in missing), either)}, each with its number"
                if len(missing) > 1
                else f"add `{missing[0]}:` with its number",
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
                f"{key_result.id} is to stay between {key_result.low} and {key_result.high}, "
                "where no value can be",
                f"write `low: {key_result.high}` and `high: {key_result.low}`",
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
                f"{key_result.id} measures a number, but has no unit",
                'add `unit:`, such as `unit: "%"`, or `unit: count` where it simply counts',
            )
