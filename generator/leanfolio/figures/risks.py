"""Risks: which are open, and which of these are late."""

from datetime import date

from leanfolio.model import Risk

OPEN = ("owned", "mitigated", None)  # None: nobody has decided yet what becomes of it


def is_open(risk: Risk) -> bool:
    """Return whether it may still happen. One that is accepted or resolved is closed."""
    return risk.status in OPEN


def is_overdue(risk: Risk, as_of: date) -> bool:
    """Return whether it is open after the day on which it was due."""
    return is_open(risk) and risk.due is not None and risk.due < as_of
