"""The work of an increment in words: when, loads, dependencies, objectives, features, votes."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from leanfolio.figures.increments.delivery import FeatureFate
from leanfolio.figures.increments.dependencies import Dependency
from leanfolio.figures.increments.load import Load
from leanfolio.figures.increments.objectives import ObjectiveStanding, Reason
from leanfolio.figures.increments.schedule import When
from leanfolio.figures.increments.shortfall import Cause
from leanfolio.views.cell import Tag
from leanfolio.wording import (
    Message,
    Part,
    Rounded,
    Text,
    days,
    in_context,
    joined,
    message,
    plural,
    some,
    trimmed,
)

STATUSES: Mapping[str, Tag] = {
    "dropped": Tag("bad", in_context("state of a dependency", "dropped")),
    "late": Tag("bad", in_context("state of a dependency", "late")),
    "overdue": Tag("bad", in_context("state of a dependency", "overdue")),
    "unknown": Tag("plain", in_context("state of a dependency", "not known")),
    "same": Tag("warn", in_context("state of a dependency", "same iteration")),
    "in-time": Tag("good", in_context("state of a dependency", "in time")),
    "done": Tag("good", in_context("state of a dependency", "done")),
    "moot": Tag("plain", in_context("state of a dependency", "no longer needed")),
}
VERDICTS: Mapping[str, Tag] = {
    "over": Tag("bad", message("over capacity")),
    "above-share": Tag("warn", message("above even share")),
    "within": Tag("good", message("within capacity")),
    "unknown": Tag("plain", message("not known")),
}
STANDINGS: Mapping[str, Tag] = {
    "rated": Tag("plain", in_context("standing of an increment's objective", "rated")),
    "unrated": Tag("plain", message("done, not rated yet")),
    "at-risk": Tag("bad", message("at risk")),
    "open": Tag("plain", in_context("standing of an increment's objective", "open")),
    "unknown": Tag("plain", message("open, names no feature")),
}
FATES: Mapping[str, Message] = {
    "finished": in_context("what became of a feature", "finished"),
    "open": in_context("what became of a feature", "open"),
    "carried": in_context("what became of a feature", "carried over"),
    "dropped": in_context("what became of a feature", "dropped"),
}
MILESTONES: Mapping[str, Message] = {
    "fixed-date": in_context("kind of a milestone", "fixed date"),
    "release": in_context("kind of a milestone", "release"),
    "review": in_context("kind of a milestone", "review"),
}
KINDS: Mapping[str, Message] = {
    "feature": in_context("kind of a feature", "feature"),
    "enabler": in_context("kind of a feature", "enabler"),
    "maintenance": in_context("kind of a feature", "maintenance"),
}
NO_ITERATION = message("no iteration")


def exact(value: Decimal | Fraction) -> Decimal | Rounded:
    """Points with the decimals that they need; with one, where none would be enough."""
    if isinstance(value, Decimal):
        return trimmed(value)
    tenfold = value * 10
    if tenfold.denominator == 1:
        return trimmed(Decimal(tenfold.numerator) / 10)
    return Rounded(value, 1)


def team_title(portfolio_partial: bool, title: str | None) -> Text:
    """The name of a team; of none, that there is none, or none that is shown."""
    if title is not None:
        return title
    return message("No team that is shown") if portfolio_partial else message("No team")


def iteration_words(name: str | None) -> Message:
    """An iteration as a heading: Iteration 3."""
    return NO_ITERATION if name is None else message("iteration {name}", name=name)


def when_words(when: When, increment: str) -> Part:
    """A point of a plan, as a page of this increment says it."""
    if when.iteration is not None:
        if when.increment == increment:
            return message("iteration {name}", name=when.iteration)
        return message(
            "iteration {name} of {increment}", name=when.iteration, increment=when.increment
        )
    return when.increment if when.increment is not None else when.day


def dependency_words(entry: Dependency, increment: str) -> Message:
    """Where a dependency stands: promised for iteration 3, needed by iteration 2: late."""
    if entry.status == "moot":
        return message("{consumer} no longer waits", consumer=entry.consumer)
    if entry.status == "done":
        return message("{provider} is done", provider=entry.provider)
    if entry.status == "dropped":
        return message("{provider} was dropped, and will not come", provider=entry.provider)
    promised = None if entry.promised is None else when_words(entry.promised, increment)
    needed = None if entry.needed is None else when_words(entry.needed, increment)
    if promised is None and needed is None:
        return message("nobody says by when it is promised, or by when it is needed")
    if promised is None:
        return message("needed by {needed}; nobody says by when it is promised", needed=needed)
    if entry.status == "overdue":
        return message("promised for {promised}, which is over: overdue", promised=promised)
    if needed is None:
        return message("promised for {promised}; nobody says by when it is needed",
                       promised=promised)  # fmt: skip
    if entry.status == "late":
        return message("promised for {promised}, needed by {needed}: late",
                       promised=promised, needed=needed)  # fmt: skip
    if entry.status == "same":
        return message("promised for {promised}, and needed in the same", promised=promised)
    return message("promised for {promised}, needed by {needed}: in time",
                   promised=promised, needed=needed)  # fmt: skip


def load_words(load: Load, *, placed: bool = True) -> Text:
    """Points against capacity, and how many pieces of work state none.

    `placed` is False for work that is in no iteration, which has no capacity.
    """
    points = exact(load.points)
    if not placed:
        words = message("load {points}", points=points)
    elif load.capacity is None:
        words = message("load {points}, capacity not stated", points=points)
    else:
        words = message("load {points} of {capacity}", points=points,
                        capacity=exact(load.capacity))  # fmt: skip
    if not load.unknown:
        return words
    return plural(
        "{words}; {n:spelled} more without points: {items}",
        "{words}; {n:spelled} more without points: {items}",
        len(load.unknown), words=words, items=some(load.unknown, 3),
    )  # fmt: skip


def excess_words(load: Load) -> Text:
    """By how many points it is too much; empty where it is not."""
    if load.excess is None:
        return ""
    return message("{points} too many", points=exact(load.excess))


def reason_words(reason: Reason) -> Message:
    """Why an objective is at risk."""
    if reason.threat == "waits":
        return message("{feature} waits for {provider}", feature=reason.feature,
                       provider=reason.provider)  # fmt: skip
    if reason.threat == "late":
        return message("{feature} is late", feature=reason.feature)
    if reason.threat == "blocked":
        return message("{feature} is blocked", feature=reason.feature)
    if reason.threat == "dropped":
        return message("{feature} was dropped", feature=reason.feature)
    return message("{feature} is no longer in this increment", feature=reason.feature)


def cause_words(cause: Cause) -> Message:
    """Why an objective came to less than was planned."""
    feature = cause.feature
    match cause.kind:
        case "unfinished":
            return message("{feature} is not done", feature=feature)
        case "held-up":
            return message(
                "{feature} was blocked for {time}", feature=feature, time=days(cause.days)
            )
        case "waits":
            return reason_words(Reason(feature, "waits", cause.provider))
        case kind:
            return reason_words(Reason(feature, kind))


def shortfall_words(causes: Sequence[Cause], *, partial: bool) -> Text:
    """Why an objective fell short, as far as that is recorded; where `partial`, some is hidden."""
    if causes:
        return joined(map(cause_words, causes), "; ")
    if partial:
        return message("No open work, blocker or late dependency is shown")
    return message("No open work, blocker or late dependency is recorded")


def standing_words(standing: ObjectiveStanding) -> Text:
    """Why an objective stands where it does; empty where there is nothing to add."""
    return joined(map(reason_words, standing.reasons), "; ") if standing.reasons else ""


def fate_words(fate: FeatureFate) -> Message:
    """What became of a feature, and where it went."""
    if fate.fate != "carried":
        return FATES[fate.fate]
    if fate.left:
        return message("left open when it ended")
    if fate.to is None:
        return message("in no increment")
    return message("carried over to {increment}", increment=fate.to)


def counted(votes: Mapping[int, int]) -> Text:
    """How many votes there are of each number, the highest first: 2 x 5, 1 x 3."""
    parts: Iterable[Message] = (
        in_context("so many votes of a number", "{n} x {vote}", n=votes[vote], vote=vote)
        for vote in sorted(votes, reverse=True)
    )
    return joined(parts, ", ")
