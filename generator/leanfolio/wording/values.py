"""Values that stay exact until they are printed, and know how precisely they are printed."""

from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.wording.numbers import percent, percents, plain, rounded


class Rounded(Struct, frozen=True, order=True):
    """An exact number that is printed with so many decimals, rounded half up.

    Compares, sorts and draws by the exact value; `str` gives the rounded text, "3.00".
    """

    value: Fraction | Decimal
    places: int = 2

    @property
    def decimal(self) -> Decimal:
        """The rounded number, which states exactly its places."""
        return Decimal(str(self))

    def __str__(self) -> str:
        return rounded(self.value, self.places)


class Percent(Struct, frozen=True):
    """A share of one that is printed in percent, rounded half up; None is not known.

    With `trim`, needless zeros go: 62.0 % is printed as 62 %.
    """

    share: Fraction | Decimal | None
    places: int = 0
    trim: bool = False

    @property
    def percents(self) -> Decimal | None:
        """How many percent the share is, with the places that are printed."""
        if self.share is None:
            return None
        return Decimal(percents(self.share, self.places, trim=self.trim))

    def __str__(self) -> str:
        """What a data file holds: nothing where the share is not known."""
        return "" if self.share is None else percent(self.share, self.places, trim=self.trim)


class Money(Struct, frozen=True):
    """An amount in a currency; None is not known, and never zero.

    The currency is empty where the head of a table states it.
    """

    amount: Decimal | None
    currency: str

    def __str__(self) -> str:
        """What a data file holds: nothing where the amount is not known."""
        if self.amount is None:
            return ""
        return f"{self.currency} {plain(self.amount)}".strip()
