"""What files of a later day tell of an earlier one, and what they leave open."""

from collections.abc import Collection
from datetime import date

from msgspec import Struct
from msgspec.structs import replace


class LookingBack(Struct, frozen=True):
    """How the states of a day were found that lies before the day of the files. Ids, in order."""

    written_on: date  # the day for which the files stand
    to_come: tuple[str, ...] = ()  # not there yet, by their own history or by git: left out
    unknown: tuple[str, ...] = ()  # without a history: their state on the day is not known
    from_git: tuple[str, ...] = ()  # without a history of their own: their state is that of git

    def without(self, ids: Collection[str]) -> "LookingBack":
        """Return the same without some ids, such as those that an audience may not see."""
        return replace(
            self,
            to_come=tuple(id for id in self.to_come if id not in ids),
            unknown=tuple(id for id in self.unknown if id not in ids),
            from_git=tuple(id for id in self.from_git if id not in ids),
        )
