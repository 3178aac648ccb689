"""What epics will have cost in all their years, beside what was approved and spent so far."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.funding.epic import EpicMoney
from leanfolio.views.ref import url_of
from leanfolio.wording import rounded


class WholeLifeRow(Struct, frozen=True):
    """An epic with its whole-life cost, in the portfolio's currency; None is not stated."""

    id: str
    title: str
    url: str
    whole_life_cost: Decimal | None  # None without a rate for its currency
    approved: Decimal | None  # in all periods
    actual: Decimal | None  # in all periods
    spent_share: Decimal | None  # actual over the whole-life cost


def whole_life_rows(epics: Iterable[EpicMoney]) -> tuple[WholeLifeRow, ...]:
    """Return the epics that state a whole-life cost, the dearest first."""
    rows = [
        WholeLifeRow(
            id=money.epic.id,
            title=money.epic.title,
            url=url_of(money.epic),
            whole_life_cost=money.whole_life,
            approved=money.approved,
            actual=money.actual,
            spent_share=spent_share(money),
        )
        for money in epics
        if money.epic.whole_life_cost is not None
    ]
    return tuple(sorted(rows, key=lambda row: (row.whole_life_cost is None,
                                               -(row.whole_life_cost or 0))))  # fmt: skip


def spent_share(money: EpicMoney) -> Decimal | None:
    """Return how much of its whole-life cost an epic has spent; None where one is not known."""
    if money.actual is None or not money.whole_life:
        return None
    return Decimal(rounded(money.actual / money.whole_life, 4))
