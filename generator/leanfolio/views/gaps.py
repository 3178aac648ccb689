"""What each open epic lacks for its state and for the next one, as one list."""

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from leanfolio.figures.facts import Facts
from leanfolio.model import Epic, Evidence
from leanfolio.model.policy import CLOSED
from leanfolio.views.cell import Tag
from leanfolio.wording import (
    Listing,
    Message,
    Series,
    Text,
    Word,
    in_context,
    joined,
    listed,
    many,
    message,
    of_all,
    plural,
    readable,
)
from leanfolio.wording.evidence import EVIDENCE

MOST_OFTEN = 3  # pieces of evidence that the summary names
Words = Message | Listing
NOTHING = in_context("what an epic lacks", "nothing")
NOT_KNOWN = in_context("what an epic lacks", "not known: it is in no state of the board")


class GapRow(Struct, frozen=True):
    """An open epic, and the evidence that it does not show."""

    id: str
    title: str
    state: str | None
    missing: tuple[Evidence, ...]  # asked for where it stands
    next_state: str | None
    lacking: tuple[Evidence, ...]  # asked for in the next state; holds what is missing already
    withheld: tuple[Evidence, ...]  # may be there, in confidential fields
    gaps: int | None  # different pieces; None where its state is not known
    rank: int | None
    owner: str | None
    value_stream: str | None

    @property
    def state_words(self) -> Word | None:
        return readable(self.state) if self.state else None

    @property
    def next_words(self) -> Word | None:
        return readable(self.next_state) if self.next_state else None

    @property
    def missing_text(self) -> Words:
        """What it lacks where it stands."""
        return NOT_KNOWN if self.gaps is None else evidence_words(self.missing)

    @property
    def missing_words(self) -> Tag | Words:
        """The same as a status: what is missing where it stands is a problem of its own."""
        return Tag("warn", self.missing_text) if self.missing else self.missing_text

    @property
    def lacking_words(self) -> Words | Series | None:
        """What it lacks to move on; None where there is nowhere to move to."""
        if self.next_state is None:
            return None
        words = evidence_words(self.lacking)
        if not self.withheld:
            return words
        return joined((words, message("some of it is not shown to this audience")), "; ")


class Gaps(Struct, frozen=True):
    """Every open epic: those first that lack what their state asks for, then by how little is
    left to do."""

    finding: Text
    summary: Text
    epics: tuple[GapRow, ...]


def gaps_view(facts: Facts, ranks: Mapping[str, int]) -> Gaps:
    """What each open epic lacks. `ranks` gives the place of each epic that is ranked."""
    portfolio = facts.portfolio
    rows = [
        gap_row(facts, epic, ranks.get(epic.id))
        for epic in facts.epics
        if portfolio.category_of(epic) not in CLOSED
    ]
    rows.sort(key=urgency)
    known = [row for row in rows if row.gaps is not None]
    finding = gaps_finding(known, partial=portfolio.partial)
    return Gaps(finding, joined(summary_of(known, rows), " "), tuple(rows))


def gap_row(facts: Facts, epic: Epic, rank: int | None) -> GapRow:
    """One epic with its evidence."""
    portfolio, case = facts.portfolio, facts.cases[epic.id]
    return GapRow(
        id=epic.id,
        title=epic.title,
        state=epic.state,
        missing=case.missing,
        next_state=case.ahead.name if case.ahead else None,
        lacking=case.lacking,
        withheld=case.withheld,
        gaps=len(case.gaps) if portfolio.state_of(epic) else None,
        rank=rank,
        owner=epic.owner,
        value_stream=epic.value_stream if epic.value_stream in portfolio else None,
    )


def urgency(row: GapRow) -> tuple[bool, bool, int, int]:
    """What a row sorts by; of equal ones the order of the portfolio stays.

    What is missing where it stands comes first, then what lacks least, in the order of the
    ranking; what lacks nothing, or is in no state, comes last.
    """
    return (not row.missing, not row.gaps, row.gaps or 0, row.rank or 10**6)


def evidence_words(pieces: Iterable[Evidence]) -> Words:
    """The pieces as a list in words."""
    words = [EVIDENCE[piece] for piece in pieces]
    return listed(words) if words else NOTHING


def gaps_finding(known: list[GapRow], *, partial: bool) -> Text:
    """How many open epics lack something that their state or the next one asks for."""
    lacking, whole = sum(1 for row in known if row.gaps), len(known)
    if partial:
        return plural(
            "{n:spelled} open epic that is shown lacks something that its state or the next asks"
            " for",
            "{n:spelled} open epics that are shown lack something that their state or the next"
            " asks for",
            lacking,
        ).sentence()
    return of_all(
        lacking,
        whole,
        empty=message("No open epic is on the board"),
        only=message("The one open epic lacks something that its state or the next asks for"),
        only_not=message("The one open epic lacks nothing that its state or the next asks for"),
        both=message("Both open epics lack something that their state or the next asks for"),
        neither=message(
            "Neither of the two open epics lacks anything that its state or the next asks for"
        ),
        every=many(
            "All {n:spelled} open epics lack something that their state or the next asks for",
            whole,
        ),
        none=many(
            "None of {n:spelled} open epics lacks anything that its state or the next asks for",
            whole,
        ),
        some=plural(
            "{n:pronoun} of {whole:spelled} open epics lacks something that its state or the next"
            " asks for",
            "{n:pronoun} of {whole:spelled} open epics lack something that their state or the next"
            " asks for",
            lacking, whole=whole,
        ),
    ).sentence()  # fmt: skip


def summary_of(known: list[GapRow], rows: list[GapRow]) -> Iterable[Text]:
    """How many stand where they lack evidence, what is lacked most, and what is not judged."""
    early = sum(1 for row in known if row.missing)
    if early:
        yield plural(
            "{n:pronoun} stands in a state whose evidence it does not show.",
            "{n:pronoun} stand in a state whose evidence they do not show.",
            early,
        ).sentence()
    counts = Counter(piece for row in known for piece in {*row.missing, *row.lacking})
    order = list(EVIDENCE)
    often = sorted(counts.items(), key=lambda entry: (-entry[1], order.index(entry[0])))
    if often:
        yield message(
            "Lacking most often: {pieces}.",
            pieces=joined((times(*entry) for entry in often[:MOST_OFTEN]), ", "),
        )
    lost = len(rows) - len(known)
    if lost:
        yield plural(
            "{n:pronoun} more is in no state of the board, and not judged.",
            "{n:pronoun} more are in no state of the board, and not judged.",
            lost,
        ).sentence()


def times(piece: Evidence, number: int) -> Message:
    return in_context(
        "a piece of evidence, and how many epics lack it",
        "{evidence} ({number})",
        evidence=EVIDENCE[piece],
        number=number,
    )
