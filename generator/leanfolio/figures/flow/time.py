"""How long work takes: from the day it was first taken up until the day it was last finished."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from leanfolio.figures.thresholds import FEWEST_FINISHED, USUAL_FLOW_SHARE
from leanfolio.model import HasState
from leanfolio.model.portfolio import Portfolio


def flow_days(portfolio: Portfolio, item: HasState) -> int | None:
    """Whole days from the first entry to a waiting or active state to the last completion.

    Waits count. A completion is a move into a done state from one that is not done. None for an
    item that is not done, or whose history does not say when.
    """
    if portfolio.category_of(item) != "done":
        return None
    category = {state.name: state.category for state in portfolio.policy.states_of(item.TYPE)}
    taken = (
        entry.on for entry in item.history if category.get(entry.state) in ("waiting", "active")
    )
    first, done = next(taken, None), portfolio.last_entry(item, "done")
    return (done - first).days if first and done else None


def percentile(values: Sequence[int], share: Fraction) -> Fraction | None:
    """The value below which that share (0 to 1) lies; None under ten values.

    By linear interpolation, the seventh kind of Hyndman and Fan (1996), as spreadsheets do.
    """
    if len(values) < FEWEST_FINISHED:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = place.__floor__()
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def usual_flow_time(portfolio: Portfolio, items: Iterable[HasState]) -> Fraction | None:
    """In how many days 85 % of these items were finished; None where too few were."""
    days = [entry for item in items if (entry := flow_days(portfolio, item)) is not None]
    return percentile(days, USUAL_FLOW_SHARE)
