"""Whether large epics were decided, and whether one was cut small so as not to be."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from leanfolio.figures.funding.amount import Total, added
from leanfolio.figures.funding.epic import EpicMoney
from leanfolio.figures.funding.guardrail import Breach, Verdict
from leanfolio.model import Epic, KeyResult
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio
from leanfolio.wording import message

VERDICTS = ("go", "no-go", "stop")


def threshold(limit: Decimal, epics: Iterable[EpicMoney], as_of: date) -> Verdict:
    """Every epic at or above the limit that runs, or was approved, has a recorded go."""
    judged = unknown = 0
    breaches = []
    for epic in epics:
        if not needs_a_go(epic):
            continue
        size = estimate(epic)
        if size is None:
            unknown += 1
            continue
        judged += 1
        if size >= limit and not has_go(epic.epic, as_of):
            cure = message("record the go of {epic}: date, by whom, and why", epic=epic.epic.id)
            breaches.append(Breach(epic.epic.title, (epic.epic.id,), size, None, cure))
    return Verdict(
        "guardrail-threshold",
        "",
        not breaches,
        "money",
        limit=limit,
        breaches=tuple(breaches),
        judged=judged,
        unknown=unknown,
        missing=""
        if judged
        else message("no epic that runs, or has approved money, states its amount"),
    )


def needs_a_go(money: EpicMoney) -> bool:
    """Whether it is past the moment of decision: it runs, is done, or has approved money."""
    if money.category == "cancelled":
        return False
    return money.category in ("active", "done") or bool(money.approved)


def estimate(money: EpicMoney) -> Decimal | None:
    """What an epic will have cost in all, or what was approved if that is more."""
    amounts = (money.forecast, money.approved, money.whole_life)
    stated = [entry for entry in amounts if entry is not None]
    return max(stated, default=None)


def has_go(epic: Epic, as_of: date) -> bool:
    """Whether the last of go, no-go and stop that was recorded by that day is a go."""
    made = [
        decision
        for decision in epic.decisions
        if decision.kind in VERDICTS and decision.on <= as_of
    ]
    return bool(made) and max(made, key=lambda entry: entry.on).kind == "go"


def salami(
    limit: Decimal, portfolio: Portfolio, epics: Iterable[EpicMoney], as_of: date
) -> Verdict:
    """Epics of one owner for one objective, each below the limit and together at or above it.

    Nobody need have meant it: the list asks for one decision about the whole.
    """
    groups: defaultdict[tuple[str, str], list[EpicMoney]] = defaultdict(list)
    judged = unknown = 0
    for epic in epics:
        size = estimate(epic)
        if epic.category in CLOSED or not epic.epic.owner:
            continue
        if size is None:
            unknown += 1
            continue
        judged += 1
        if size < limit and not has_go(epic.epic, as_of):
            for objective in objectives_of(portfolio, epic.epic):
                groups[epic.epic.owner, objective].append(epic)
    several = {key: group for key, group in groups.items() if len(group) > 1}
    matches = [group_breach(limit, *key, group) for key, group in several.items()]
    breaches = tuple(entry for entry in matches if entry)
    return Verdict(
        "guardrail-salami",
        "",
        not breaches,
        "money",
        limit=limit,
        breaches=breaches,
        judged=judged,
        unknown=unknown,
        missing="" if judged else message("no open epic has an owner and states its amount"),
    )


def group_breach(
    limit: Decimal, owner: str, objective: str, group: list[EpicMoney]
) -> Breach | None:
    """The group as a breach, where its sum reaches the limit."""
    whole = added(Total(estimate(entry)) for entry in group).amount
    if whole is None or whole < limit:
        return None
    cure = message("decide on them together, or record why each stands alone")
    ids = tuple(entry.epic.id for entry in group)
    name = message("{owner}, {objective}", owner=owner, objective=objective)
    return Breach(name, ids, whole, None, cure)


def objectives_of(portfolio: Portfolio, epic: Epic) -> tuple[str, ...]:
    """The objectives that an epic serves through its key results; each once."""
    results = (portfolio.items.get(id) for id in epic.key_results)
    named = (result.objective for result in results if isinstance(result, KeyResult))
    return tuple(dict.fromkeys(id for id in named if id and id in portfolio))
