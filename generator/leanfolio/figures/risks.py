"""Risks: which are open, which of these are late, and how exposed the portfolio is to each."""

from datetime import date
from decimal import Decimal

from leanfolio.model import Risk

OPEN = ("owned", "mitigated", None)  # None: nobody has decided yet what becomes of it


def is_open(risk: Risk) -> bool:
    """Return whether somebody has to do something about it still: not accepted, not resolved."""
    return risk.status in OPEN


def may_happen(risk: Risk) -> bool:
    """Return whether it may still happen. An accepted one may: nothing is done about it."""
    return risk.status != "resolved"


def is_overdue(risk: Risk, as_of: date) -> bool:
    """Return whether it is open after the day on which it was due."""
    return is_open(risk) and risk.due is not None and risk.due < as_of


def exposure(risk: Risk) -> Decimal | None:
    """Return its probability times its impact; None where either is not known."""
    if risk.probability is None or risk.impact is None:
        return None
    return risk.probability * risk.impact


def acceptance_ended(risk: Risk, as_of: date) -> date | None:
    """Return the day on which the acceptance of an accepted risk ended, if that has passed."""
    accepted = risk.acceptance
    if risk.status != "accepted" or accepted is None or accepted.until is None:
        return None
    return accepted.until if accepted.until < as_of else None
