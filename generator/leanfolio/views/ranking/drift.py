"""What moved in the ranking since an earlier state of the portfolio, and what moved it."""

from collections.abc import Iterator

from msgspec import Struct

from leanfolio.figures.ranking.drift import Drift, Moved, drift
from leanfolio.figures.ranking.wsjf import PART_NAMES, Order
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ranking.words import Remainder, readable_number, remainder
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Message, Rounded, Text, joined, listed, many, message, of_all, plural

VISIBLE = 12  # moves on the page, the largest; all are in the ranking's data


class MovedRow(Struct, frozen=True):
    """One item then and now."""

    item: Ref
    rank_then: int
    rank_now: int
    score_then: Rounded
    score_now: Rounded
    # "up 3: job size from 8 to 5", "down 1: other candidates moved, came or left"
    words: PageOnly[Message]


class DriftView(Struct, frozen=True):
    """The ranking against an earlier one."""

    since: str
    finding: Text
    rows: tuple[MovedRow, ...]
    entered: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def visible_rows(self) -> tuple[MovedRow, ...]:
        return self.rows[:VISIBLE]

    @property
    def remainder(self) -> Remainder | None:
        return remainder(self.rows, VISIBLE)

    @property
    def title(self) -> Message:
        return message("Since {time}", time=self.since)

    @property
    def table_title(self) -> Message:
        return message("Moved since {time}", time=self.since)


def drift_view(portfolio: Portfolio, since: str, then: Order, now: Order) -> DriftView:
    """Compare the ranking with the one of an earlier time, which `since` names."""
    result = drift(then, now)
    return DriftView(
        since=since,
        finding=drift_words(result, since),
        rows=tuple(moved_row(portfolio, moved) for moved in result.moved),
        entered=result.entered,
        left=result.left,
    )


def drift_words(result: Drift, since: str) -> Text:
    """How many candidates changed places, and how many only their numbers."""
    if not result.comparable:
        return message(
            "The form of the ranking changed since {time}: scores cannot be compared.", time=since
        )
    return message("{clauses}.", clauses=joined(drift_clauses(result, since), "; "))


def drift_clauses(result: Drift, since: str) -> Iterator[Message]:
    """How many of those ranked then and now changed places, and how many only their numbers."""
    whole = len(result.moved) + result.same
    places = sum(1 for moved in result.moved if moved.climbed)
    clause = of_all(
        places,
        whole,
        empty=message("No candidate was ranked both now and at {time}", time=since),
        only=message("The only candidate ranked then and now moved since {time}", time=since),
        only_not=message(
            "The only candidate ranked then and now has kept its place since {time}", time=since
        ),
        both=message("Both candidates ranked then and now moved since {time}", time=since),
        neither=message(
            "Neither of the two candidates ranked then and now moved since {time}", time=since
        ),
        every=many("All {n:spelled} candidates moved since {time}", whole, time=since),
        none=many("None of the {n:spelled} candidates moved since {time}", whole, time=since),
        some=plural(
            "{n:spelled} candidate of {whole:spelled} moved since {time}",
            "{n:spelled} candidates of {whole:spelled} moved since {time}",
            places, whole=whole, time=since,
        ),
    )  # fmt: skip
    yield clause.sentence()
    renumbered = len(result.moved) - places
    if renumbered:
        yield plural(
            "{n:pronoun} kept its place with other numbers",
            "{n:pronoun} kept their places with other numbers",
            renumbered,
        )


def moved_row(portfolio: Portfolio, moved: Moved) -> MovedRow:
    return MovedRow(
        item=ref(portfolio[moved.id]),
        rank_then=moved.rank_then,
        rank_now=moved.rank_now,
        score_then=Rounded(moved.score_then),
        score_now=Rounded(moved.score_now),
        words=message(
            "{climb}: {cause}", climb=climb_words(moved.climbed), cause=cause_words(moved)
        ),
    )


def climb_words(climbed: int) -> Message:
    if not climbed:
        return message("the same place")
    if climbed > 0:
        return message("up {places}", places=climbed)
    return message("down {places}", places=-climbed)


def cause_words(moved: Moved) -> Text:
    """The numbers of its own that changed; else what others did."""
    if moved.passed_by:
        return message("other candidates moved, came or left")
    return listed(
        message(
            "{part} from {before} to {after}",
            part=PART_NAMES[part], before=readable_number(then), after=readable_number(now),
        )
        for part, then, now in moved.numbers
    )  # fmt: skip
