"""The levels of visibility, which are the audiences too: from what all may read up."""

from typing import Literal

Visibility = Literal["public", "internal", "confidential"]
AUDIENCES: tuple[Visibility, ...] = ("public", "internal", "confidential")
