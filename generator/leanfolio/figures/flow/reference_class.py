"""What the finished epics that an epic names as its like tell of it."""

from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.flow.figures import SHARES
from leanfolio.figures.flow.percentiles import Attained, next_one
from leanfolio.figures.flow.scopes import Flow
from leanfolio.model import Epic


class Bound(Struct, frozen=True):
    """A flow time that one more of the kind keeps with a chance, and the day that this gives."""

    share: Fraction  # that was asked for
    found: Attained | None  # None where too few are finished
    day: date | None  # None too where the epic has not begun


class ReferenceClass(Struct, frozen=True):
    """The flow times of the epics that an epic names, so far as they are finished."""

    named: tuple[str, ...]
    times: tuple[int, ...]  # shortest first, in days
    bounds: tuple[Bound, ...]  # for 85 and 95 %


def reference_class(flow: Flow, epic: Epic) -> ReferenceClass | None:
    """The reference class of an epic; None where its file names none.

    The k-th shortest of n flow times holds for one more of the kind with the chance k / (n + 1):
    85 % takes six of them, 95 % nineteen.
    """
    if not epic.like:
        return None
    known = [flow.items[id] for id in epic.like if id in flow.items]
    times = tuple(sorted(
        entry.days for entry in known if entry.outcome == "done" and entry.days is not None
    ))  # fmt: skip
    own = flow.of_type(Epic.TYPE).get(epic.id)
    started = own.started if own is not None and own.outcome == "open" else None
    extra = 1 if flow.portfolio.policy.flow.days == "inclusive" else 0
    bounds = []
    for share in SHARES[1:]:
        found = next_one(times, share)
        days = timedelta(days=found.days - extra) if found is not None else None
        day = started + days if started is not None and days is not None else None
        bounds.append(Bound(share, found, day))
    return ReferenceClass(epic.like, times, tuple(bounds))
