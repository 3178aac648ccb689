"""Risks: each is met in one of four ways, by somebody, by a day."""

from collections.abc import Iterator

from leanfolio.check.policy import in_order
from leanfolio.check.rule import Check, Setting
from leanfolio.figures.risks import acceptance_ended, is_open, is_overdue
from leanfolio.model import HasState, Risk
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.wording import Told, days, plural, some, tell


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
                tell("{risk} has no status", risk=risk.id),
                tell("write `status:` with exactly one of resolved, owned, accepted, mitigated"),
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
                tell(
                    "{risk} is {status}, but does not say what is done about it",
                    risk=risk.id,
                    status=risk.status,
                ),
                tell("add `action:` with what is done about it, or write `status: accepted`"),
            )


def risk_overdue(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A risk's action is done by its date, or has a new one.

    Nobody looks at a list of risks whose dates have all gone by.

    Fix: resolve it, accept it, or write the new date.
    """
    for risk in portfolio.items_of(Risk):
        if risk.due is not None and is_overdue(risk, setting.as_of):
            yield Problem(
                risk.at("due"),
                "risk-overdue",
                tell(
                    "{risk} was due on {due}, {days} ago, and is {status}",
                    risk=risk.id,
                    due=risk.due,
                    days=days((setting.as_of - risk.due).days),
                    status=risk.status,
                )
                if risk.status
                else tell(
                    "{risk} was due on {due}, {days} ago, and is open",
                    risk=risk.id,
                    due=risk.due,
                    days=days((setting.as_of - risk.due).days),
                ),
                tell("write `status: resolved` or `status: accepted`, or the new `due:`"),
            )


def risk_moot(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An open risk affects something that is not over.

    What is done or cancelled can no longer fail; the risk only fills the list.

    Fix: resolve it; or name what it affects now.
    """
    for risk in portfolio.items_of(Risk):
        if not is_open(risk):
            continue
        affected = [portfolio[edge.target] for edge in portfolio.edges_from(risk.id, "affects")]
        if affected and all(
            isinstance(entry, HasState) and portfolio.category_of(entry) in CLOSED
            for entry in affected
        ):
            yield Problem(
                risk.at("affects"),
                "risk-moot",
                Told(
                    plural(
                        "{risk} affects {entries} alone, which is over",
                        "{risk} affects {entries} alone, which are over",
                        len(affected),
                        risk=risk.id,
                        entries=some(entry.id for entry in affected),
                    )
                ),
                tell("write `status: resolved`, or name what it affects now"),
            )


def risk_off_scale(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The probability and the impact of a risk are steps of the portfolio's scale.

    A risk beside the scale stands in no cell of the matrix, and its exposure beside no other.

    Fix: write a step of the scale; or add the number to `risk_scale:` of the portfolio.
    """
    scale = portfolio.policy.risk_scale
    for risk in portfolio.items_of(Risk):
        for name, steps in (("probability", scale.probability), ("impact", scale.impact)):
            value = getattr(risk, name)
            if value is not None and value not in steps:
                yield Problem(
                    risk.at(name),
                    "risk-off-scale",
                    tell(
                        "{risk} has {name} {value:grouped}, which is no step of the scale",
                        risk=risk.id,
                        name=name,
                        value=value,
                    ),
                    tell("use one of {steps}", steps=in_order(steps)),
                )


def risk_half_rated(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A risk that says how likely it is says how much it would hurt, and the reverse.

    Its exposure is the product of the two: with one of them alone it is not known.

    Fix: add the one that is missing; or take the other out until both are known.
    """
    for risk in portfolio.items_of(Risk):
        for stated, missing in (("probability", "impact"), ("impact", "probability")):
            if getattr(risk, stated) is not None and risk.lacks(missing):
                yield Problem(
                    risk.at(stated),
                    "risk-half-rated",
                    tell(
                        "{risk} has {stated} {value:grouped}, but no {missing}",
                        risk=risk.id,
                        stated=stated,
                        value=getattr(risk, stated),
                        missing=missing,
                    ),
                    tell(
                        "add `{missing}:`, or take `{stated}:` out until both are known",
                        missing=missing,
                        stated=stated,
                    ),
                )


def risk_acceptance_ended(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A risk that was accepted until a day is decided anew when that day has passed.

    Otherwise what was taken for a while is taken for good, and nobody has said so.

    Fix: accept it again, with the new `on:`, `by:` and `until:`; or write another status.
    """
    for risk in portfolio.items_of(Risk):
        ended = acceptance_ended(risk, setting.as_of)
        if ended is not None:
            yield Problem(
                risk.at("acceptance", "until"),
                "risk-acceptance-ended",
                tell(
                    "{risk} was accepted until {ended}, {days} ago",
                    risk=risk.id,
                    ended=ended,
                    days=days((setting.as_of - ended).days),
                ),
                tell(
                    "write when, by whom and until when it is accepted again, or another `status:`"
                ),
            )


ERRORS: tuple[Check, ...] = ()
WARNINGS = (
    risk_status_missing,
    risk_without_action,
    risk_overdue,
    risk_moot,
    risk_off_scale,
    risk_half_rated,
    risk_acceptance_ended,
)
