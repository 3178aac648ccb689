"""Objectives and key results: what was reached, against what was expected by now."""

from leanfolio.views.okr.okrs import Okrs, okr_view
from leanfolio.views.okr.rows import BAND_TONE, KeyResultRow, ObjectiveRow

__all__ = ["BAND_TONE", "KeyResultRow", "ObjectiveRow", "Okrs", "okr_view"]
