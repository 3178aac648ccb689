"""Objectives and key results: what was reached, against what was expected by now."""

from leanfolio.views.okr.okrs import Okrs, okr_view
from leanfolio.views.okr.rows import KeyResultRow, ObjectiveRow

__all__ = ["KeyResultRow", "ObjectiveRow", "Okrs", "okr_view"]
