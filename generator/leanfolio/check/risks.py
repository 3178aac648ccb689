"""Risks: each is met in one of four ways, by somebody, by a day."""

from collections.abc import Iterator

from leanfolio.check.rule import Check, Setting
from leanfolio.model import HasState, Risk
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.wording import days, some


def risk_status_missing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A risk is resolved, owned, accepted or mitigated.

    A risk without one of the four was written down and left.

    Fix: decide, and write `status:`.
    """
    for risk in portfolio.items_of(Risk):
        if risk.lacks("status"):
            yield Problem(
                risk.at(),
                "risk-status-missing",
                f"{risk.id} has no status",
                "write `status:` with exactly one of resolved, owned, accepted, mitigated",
            )


def risk_without_action(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A risk that is owned or mitigated says what is done about it.

    An owner without an action is a name to blame.

    Fix: write `action:`; or accept the risk.
    """
    for risk in portfolio.items_of(Risk):
        if risk.status in ("owned", "mitigated") and risk.lacks("action"):
            yield Problem(
                risk.at("status"),
                "risk-without-action",
                f"{risk.id} is {risk.status}, but does not say what is done about it",
                "add `action:` with what is done about it, or write `status: accepted`",
            )


def risk_overdue(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A risk's action is done by its date, or has a new one.

    Nobody looks at a list of risks whose dates have all gone by.

    Fix: resolve it, accept it, or write the new date.
    """
    for risk in portfolio.items_of(Risk):
        if risk.due is None or risk.due >= setting.as_of or risk.status in ("resolved", "accepted"):
            continue
        yield Problem(
            risk.at("due"),
            "risk-overdue",
            f"{risk.id} was due on {risk.due}, {days((setting.as_of - risk.due).days)} ago,"
            f" and is {risk.status or 'open'}",
            "write `status: resolved` or `status: accepted`, or the new `due:`",
        )


def risk_moot(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An open risk affects something that is not over.

    What is done or cancelled can no longer fail; the risk only fills the list.

    Fix: resolve it; or name what it affects now.
    """
    for risk in portfolio.items_of(Risk):
        if risk.status in ("resolved", "accepted"):
            continue
        affected = [portfolio[edge.target] for edge in portfolio.edges_from(risk.id, "affects")]
        if affected and all(
            isinstance(entry, HasState) and portfolio.category_of(entry) in CLOSED
            for entry in affected
        ):
            yield Problem(
                risk.at("affects"),
                "risk-moot",
                f"{risk.id} affects {some(entry.id for entry in affected)} alone,"
                f" which {'is' if len(affected) == 1 else 'are'} over",
                "write `status: resolved`, or name what it affects now",
            )


ERRORS: tuple[Check, ...] = ()
WARNINGS = (risk_status_missing, risk_without_action, risk_overdue, risk_moot)
