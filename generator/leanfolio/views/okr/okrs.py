"""The page of objectives: the running ones, their means, and what they say in a sentence."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from msgspec import Struct

from leanfolio.figures.facts import Facts
from leanfolio.figures.history.versions import History
from leanfolio.figures.okr.score import Phase
from leanfolio.figures.okr.targets import targets_of_all
from leanfolio.figures.thresholds import GREEN_FROM, RED_BELOW
from leanfolio.model import Objective
from leanfolio.views.cell import Derivation, Points, SourceLine, SourceRef, Table, Value, headers
from leanfolio.views.derivation import derivation, place_of, sum_of
from leanfolio.views.okr.arithmetic import mean_arithmetic
from leanfolio.views.okr.green import green_share
from leanfolio.views.okr.records import (
    CheckInRow,
    ObjectiveScoreRow,
    TargetMoveRow,
    check_in_rows,
    rounded_or_none,
    score_rows,
    target_rows,
)
from leanfolio.views.okr.rows import KeyResultRow, ObjectiveRow, objective_row
from leanfolio.views.okr.trend import mean_trend
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ref import Ref
from leanfolio.wording import (
    Message,
    Part,
    Rounded,
    Text,
    joined,
    message,
    plural,
    quoted,
    readable,
    some,
)

MOST_KEY_RESULTS = 70  # on the page; beyond them each objective is a row, and its page has them
PHASES: tuple[Phase, ...] = ("running", "ahead", "over")


class SummaryFigure(Struct, frozen=True):
    """A figure at the top of the page, and what to hold it against."""

    label: Text
    value: Part
    note: Text
    trend: PageOnly[Points] = ()
    key: str = ""  # its anchor
    how: Derivation | None = None


class PhaseGroup(Struct, frozen=True):
    """The objectives whose period runs, lies ahead, or is over; the running have no title."""

    phase: Phase
    title: Text | None
    objectives: tuple[ObjectiveRow, ...]
    table: Table | None = None  # a row each instead, where the page would grow too heavy


class Okrs(Struct, frozen=True):
    """Every objective with its key results, those of the running period first.

    All means and counts are of the running ones alone; committed and aspirational means stand
    apart.
    """

    finding: Text
    summary: Text
    objectives: tuple[ObjectiveRow, ...]
    committed: Rounded | None  # mean score of committed objectives
    aspirational: Rounded | None
    reported: int
    of: int
    trend: Points  # of the mean
    mean: Rounded | None
    pace: Rounded | None  # mean of what was expected by now of the same objectives
    places: Mapping[str, SourceRef]  # of the running ones, by id: the first line of each

    EXPORTED: ClassVar = (
        "finding", "summary", "objectives", "committed", "aspirational", "reported", "of", "mean",
        "pace", "check_ins", "target_moves", "scores",
    )  # fmt: skip

    @property
    def key_results(self) -> Iterator[KeyResultRow]:
        """Every key result, objective by objective."""
        return (row for objective in self.objectives for row in objective.key_results)

    @property
    def check_ins(self) -> tuple[CheckInRow, ...]:
        """Every check-in, key result by key result."""
        return tuple(entry for row in self.key_results for entry in check_in_rows(row.trajectory))

    @property
    def target_moves(self) -> tuple[TargetMoveRow, ...]:
        """Every change of a start or a target after its period had begun."""
        return tuple(move for row in self.key_results for move in target_rows(row.trajectory))

    @property
    def scores(self) -> tuple[ObjectiveScoreRow, ...]:
        """The score of every objective on each day on which something of it was measured."""
        return tuple(
            point for row in self.objectives for point in score_rows(row.id, row.points, row.of)
        )

    @property
    def running(self) -> tuple[ObjectiveRow, ...]:
        return tuple(row for row in self.objectives if row.phase == "running")

    @property
    def groups(self) -> tuple[PhaseGroup, ...]:
        """The objectives by phase, without the phases that have none."""
        titles: dict[Phase, Text | None] = {
            "running": None,
            "ahead": message("Periods to come"),
            "over": message("Periods that are over"),
        }
        folds = sum(len(row.key_results) for row in self.objectives) > MOST_KEY_RESULTS
        groups = (
            phase_group(phase, titles[phase], self.objectives, folds=folds) for phase in PHASES
        )
        return tuple(group for group in groups if group.objectives)

    @property
    def figures(self) -> tuple[SummaryFigure, ...]:
        """The means and the count at the top of the page."""
        none = message("none yet")
        expected = (
            message("expected by now {pace}", pace=self.pace)
            if self.pace
            else message("no period given")
        )
        return (
            SummaryFigure(
                message("Mean score"), self.mean or none, expected, self.trend,
                "mean", self.mean_of(self.running),
            ),
            SummaryFigure(
                message("Committed objectives"), self.committed or none,
                message("{score} is expected", score=Decimal("1.0")),
                key="committed", how=self.mean_of(self.committing("committed")),
            ),
            SummaryFigure(
                message("Aspirational objectives"), self.aspirational or none,
                message("{score} is good", score=Decimal("0.7")),
                key="aspirational", how=self.mean_of(self.committing("aspirational")),
            ),
            SummaryFigure(
                message("Key results reported"),
                message("{reported} of {total}", reported=self.reported, total=self.of),
                message("a missing one is never counted as zero"),
                key="reported", how=self.reports,
            ),
        )  # fmt: skip

    def committing(self, commitment: str) -> tuple[ObjectiveRow, ...]:
        """The running objectives of this commitment."""
        return tuple(row for row in self.running if row.commitment == commitment)

    def mean_of(self, rows: tuple[ObjectiveRow, ...]) -> Derivation:
        """How the mean score of some running objectives came about."""
        scores = [Fraction(row.score.value) for row in rows if row.score is not None]
        if not scores:
            return derivation(message("none of them has a score yet"))
        return derivation(
            mean_arithmetic(scores),
            (self.line(row, row.score) for row in rows if row.score is not None),
        )

    @property
    def reports(self) -> Derivation:
        """How many key results of each running objective have reported."""
        return derivation(
            sum_of([row.reported for row in self.running], self.reported),
            (
                self.line(row, message("{part} of {whole}", part=row.reported, whole=row.of))
                for row in self.running
            ),
        )

    def line(self, row: ObjectiveRow, part: Value) -> SourceLine:
        """What a running objective brings to a figure, and where it is written."""
        named = Ref(row.id, Objective.TYPE, Objective.WORD, row.title, row.url)
        return SourceLine(named, part, self.places[row.id])


def phase_group(
    phase: Phase, title: Text | None, objectives: Iterable[ObjectiveRow], *, folds: bool
) -> PhaseGroup:
    """The objectives of one phase; if it `folds`, with a table that has a row for each."""
    rows = tuple(row for row in objectives if row.phase == phase)
    return PhaseGroup(phase, title, rows, objective_table(rows) if folds and rows else None)


def objective_table(rows: tuple[ObjectiveRow, ...]) -> Table:
    """A row for each objective, whose page has its key results."""
    return Table(
        "Objectives",
        headers(
            "Objective", "Status", "Trend", "Expected by now#", "Reported", "Commitment", "Owner"
        ),
        tuple(
            (
                Ref(row.id, Objective.TYPE, Objective.WORD, row.title, row.url),
                row.standing,
                row.trend,
                row.pace,
                message("{part} of {whole}", part=row.reported, whole=row.of),
                readable(row.commitment),
                row.owner,
            )
            for row in rows
        ),
        note=message("The page of each objective has its key results with their arithmetic."),
    )


def okr_view(facts: Facts, history: History | None = None) -> Okrs:
    """All objectives as of the day of the figures; what git says tells which targets moved."""
    targets = targets_of_all(history, facts.portfolio, facts.as_of)
    rows = sorted(
        (objective_row(facts, scored, targets) for scored in facts.objectives),
        key=lambda row: PHASES.index(row.phase),
    )
    running = tuple(row for row in rows if row.phase == "running")
    scored = [row for row in running if row.score is not None]
    return Okrs(
        finding=okr_finding(running, len(rows), partial=facts.portfolio.partial),
        summary=okr_summary(running, partial=facts.portfolio.partial),
        objectives=tuple(rows),
        committed=mean(row.score for row in scored if row.commitment == "committed"),
        aspirational=mean(row.score for row in scored if row.commitment == "aspirational"),
        reported=sum(row.reported for row in running),
        of=sum(row.of for row in running),
        trend=mean_trend(facts, frozenset(row.id for row in running)),
        mean=rounded_or_none(facts.mean_score.score),
        pace=rounded_or_none(facts.mean_score.pace),
        places={row.id: place_of(facts.portfolio[row.id]) for row in running},
    )


def mean(scores: Iterable[Rounded | None]) -> Rounded | None:
    """The mean of exact scores; None where there are none."""
    values = [Fraction(score.value) for score in scores if score is not None]
    return Rounded(sum(values, Fraction(0)) / len(values)) if values else None


def okr_finding(running: tuple[ObjectiveRow, ...], total: int, *, partial: bool = False) -> Text:
    """What the running objectives say, in one sentence; of what is shown, where that is a part."""
    if partial:
        return finding_of_a_part(running)
    if not running:
        if not total:
            return message("There are no objectives yet")
        return message("No objective has a period that runs today")
    if not any(row.begun for row in running):
        return message("The period of every objective begins today")
    scored = [row for row in running if row.score is not None]
    if not scored:
        return green_share(running)[0].sentence()
    behind = [row for row in scored if row.is_behind]
    if behind:
        return joined((*green(scored), furthest_behind(behind)), "; ")
    if any(row.pace is None or not row.begun or row.not_yet_due for row in scored):
        first, *others = green_share(running)
        return joined((first.sentence(), *others), "; ")
    if len(scored) < len(running):
        return message("No objective that has reported is behind its pace")
    return message("No objective is behind its pace")


def finding_of_a_part(running: tuple[ObjectiveRow, ...]) -> Text:
    """What the objectives that are shown say, where others may not be."""
    if not running:
        return message("No objective that runs today is shown")
    behind = sum(row.is_behind for row in running)
    late = plural(
        "{n:spelled} objective is behind its pace",
        "{n:spelled} objectives are behind their pace",
        behind,
    )
    first, *others = green_share(running, partial=True)
    return joined((first.sentence(), *others, *([late] if behind else [])), "; ")


def green(scored: list[ObjectiveRow]) -> tuple[Message, ...]:
    """How many are green; nothing where none is."""
    number = sum(1 for row in scored if row.band == "green")
    if not number:
        return ()
    count = plural("{n:spelled} objective is green", "{n:spelled} objectives are green", number)
    return (count.sentence(),)


def furthest_behind(behind: list[ObjectiveRow]) -> Message:
    """The objective that is furthest behind its pace, with both figures."""
    worst = min(behind, key=distance)
    title = quoted(worst.title)
    if len(behind) == 1:
        return message(
            "{title} is behind its pace, {score} against {pace}",
            title=title, score=worst.score, pace=worst.pace,
        )  # fmt: skip
    return message(
        "{title} is furthest behind its pace, {score} against {pace}",
        title=title, score=worst.score, pace=worst.pace,
    )  # fmt: skip


def distance(row: ObjectiveRow) -> Fraction:
    """How far a score lies above its pace; below zero where it is behind."""
    if row.score is None or row.pace is None:
        return Fraction(0)
    return Fraction(row.score.value) - Fraction(row.pace.value)


def okr_summary(running: tuple[ObjectiveRow, ...], *, partial: bool) -> Text:
    """How many key results reported, what is stale or hollow, and how the bands are set."""
    results = [result for row in running for result in row.key_results]
    stale = [result.id for result in results if result.stale_days is not None]
    hollow = [result.id for result in results if result.output_without_outcome]
    sentences = []
    if results or (running and not partial):
        sentences.append(reported_sentence(sum(row.reported for row in running), len(results)))
    if stale:
        sentences.append(message("Stale: {ids}.", ids=some(stale)))
    if hollow:
        sentences.append(message("Output without outcome: {ids}.", ids=some(hollow)))
    bands = message(
        "Bands: red below {yellow}, yellow below {green}, else green, "
        "after rounding to one decimal.",
        yellow=Rounded(RED_BELOW, 1), green=Rounded(GREEN_FROM, 1),
    )  # fmt: skip
    return joined((*sentences, bands), " ")


def reported_sentence(reported: int, total: int) -> Message:
    """How many of the key results have reported."""
    if total == 0:
        return message("No objective that runs today has a key result.")
    return plural(
        "{reported} of {n} key result reported.", "{reported} of {n} key results reported.",
        total, reported=reported,
    )  # fmt: skip
