"""The board pack: what a meeting is sent beforehand, from the values of the pages."""

from leanfolio.views.pack.pack import Pack, pack_of
from leanfolio.views.pack.sheet import Headline, Sheet

__all__ = ["Headline", "Pack", "Sheet", "pack_of"]
