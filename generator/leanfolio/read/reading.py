"""Reading: what the files say, and what is wrong with them."""

from dataclasses import dataclass, field

from leanfolio.model import Item
from leanfolio.model.portfolio import ProsePage
from leanfolio.problem import Problem


@dataclass(slots=True)
class Reading:
    """What the files say. `broken` holds the ids of items that could not be read at all."""

    items: list[Item] = field(default_factory=list)
    pages: list[ProsePage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
