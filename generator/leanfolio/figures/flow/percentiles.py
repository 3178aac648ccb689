"""Percentiles, service levels and the median that counts open work: each by one stated method."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from msgspec import Struct

from leanfolio.figures.thresholds import FEWEST_FINISHED


class Attained(Struct, frozen=True):
    """The smallest whole number of days within which at least a share really finished."""

    days: int
    share: Fraction  # that really finished within them
    n: int


def interpolated(values: Sequence[int], share: Fraction) -> Fraction:
    """The value below which that share (0 to 1) of at least one value lies.

    By linear interpolation, the seventh kind of Hyndman and Fan (1996), as spreadsheets do.
    """
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = place.__floor__()
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def percentile(values: Sequence[int], share: Fraction) -> Fraction | None:
    """The same; None under ten values."""
    return interpolated(values, share) if len(values) >= FEWEST_FINISHED else None


def nearest_rank(values: Sequence[int], share: Fraction) -> Attained | None:
    """What a sentence may say: "85 % within 9 days" of 1 to 10, where 90 % did. None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    days = ordered[max(ceil(share * len(ordered)), 1) - 1]
    return Attained(days, share_within(ordered, days), len(ordered))


def share_within(ordered: Sequence[int], days: int) -> Fraction:
    """The share of sorted values that are no larger than so many days."""
    return Fraction(bisect_right(ordered, days), len(ordered))


def next_one(values: Sequence[int], share: Fraction) -> Attained | None:
    """Within how many days one more item of the kind is finished, with at least this chance.

    The k-th shortest of n holds with chance k / (n + 1): 85 % takes six items, 95 % nineteen. None
    where there are fewer.
    """
    ordered = sorted(values)
    n = len(ordered)
    k = max(ceil(share * (n + 1)), 1)
    return Attained(ordered[k - 1], Fraction(k, n + 1), n) if k <= n else None


def survival(finished: Sequence[int], still_open: Sequence[int]) -> list[tuple[int, Fraction]]:
    """The share that is not finished after each flow time, with open items counted as such.

    The estimate of Kaplan and Meier (1958). An item open for as long as another took still counts
    as at risk on that day.
    """
    ordered = sorted((*finished, *still_open))
    result = []
    left = Fraction(1)
    for days, number in sorted(Counter(finished).items()):
        at_risk = len(ordered) - bisect_left(ordered, days)
        left *= Fraction(at_risk - number, at_risk)
        result.append((days, left))
    return result


def median_with_open(finished: Sequence[int], still_open: Sequence[int]) -> int | None:
    """The days after which half is finished, with open items counted; None if that is not yet."""
    steps = survival(finished, still_open)
    return next((days for days, left in steps if left <= Fraction(1, 2)), None)
